"""Writing to a person from the console: once, after a second thought where one is needed."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest

from bot.app import Udha
from bot.channels.channel import Refused, Sent, Unknown
from bot.store import answering as answering_store
from bot.store import audit
from handlers.messages import Forgotten, TicketMessage
from tests.fakes.case_people import CasePeople
from tests.fakes.console_people import Colleague, Page, colleague
from tests.fakes.store_world import MovedClock

WORDS = "Po, me takim. Ç'datë të përshtatet?"


@pytest.fixture
def people(udha: Udha, clock: MovedClock) -> CasePeople:
    """Of a channel that is off here: what goes to them stays where it can be seen."""
    return CasePeople(udha.parts.store, clock, "telegram")


@pytest.fixture
def on_viber(udha: Udha, clock: MovedClock) -> CasePeople:
    return CasePeople(udha.parts.store, clock, "viber")


@pytest.fixture
async def ana(udha: Udha) -> AsyncIterator[Colleague]:
    async with colleague(udha, "Ana") as signed_in:
        yield signed_in


@pytest.fixture
async def besa(udha: Udha) -> AsyncIterator[Colleague]:
    async with colleague(udha, "Besa") as signed_in:
        yield signed_in


def box_of(page: Page) -> dict[str, str]:
    """What the reply form of a page would send, without its words."""
    form = page.html.split('id="answer_form"')[1].split("</form>")[0]
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    del fields["csrf"]
    return fields


async def writes(who: Colleague, text: str = WORDS, page: Page | None = None, **more: str) -> Page:
    """Somebody opens the case and writes; page: which they had open before."""
    box = box_of(page or await who.opens("/case/1"))
    return await who.sends("/case/1/reply", **box, text=text, **more)


async def test_a_reply(people: CasePeople, udha: Udha, ana: Colleague) -> None:
    """What is written goes to the person as it is, with the ways back beneath; whoever answers an
    unclaimed case has it."""
    await people.ask()
    page = await writes(ana)
    assert (page.status, page.url) == (200, "/console/case/1")
    (due,) = await people.store.due("telegram", 5)
    assert due.outgoing.reply.text == WORDS
    assert [one.action for one in due.outgoing.reply.buttons] == ["bot", "solved"]
    found = await people.case()
    assert (found.claimed_by, found.lines[-1].by, found.lines[-1].arrival) == (
        "Ana",
        "Ana",
        "waiting",
    )
    deeds = await udha.parts.store.read(lambda tx: audit.read(tx, 10))
    assert "answered" in [one.what for one in deeds]


async def test_lines_and_paragraphs(people: CasePeople, ana: Colleague) -> None:
    """Lines arrive as they were written, whatever a browser ends them with."""
    await people.ask()
    await writes(ana, "  Përshëndetje!\r\n\r\nMe takim.\r\n")
    assert await people.receive() == ["Përshëndetje!\n\nMe takim."]


async def test_whose_turn_it_is(people: CasePeople, ana: Colleague) -> None:
    """After a reply the case waits for the person or stays with staff, as the writer says; the
    person's words bring it back."""
    await people.ask()
    await writes(ana, wait="1")
    assert (await people.case()).state == "waiting_for_person"
    await people.say("po", TicketMessage("po"))
    assert (await people.case()).state == "with_staff"
    await writes(ana, "Shumë mirë.")
    assert (await people.case()).state == "with_staff"


async def test_a_double_click(people: CasePeople, ana: Colleague) -> None:
    """A form that is sent again, at once or later, writes once; other words are another reply."""
    await people.ask()
    page = await ana.opens("/case/1")
    await asyncio.gather(*(writes(ana, page=page) for _ in range(3)))
    await writes(ana, page=page)
    assert await people.receive() == [WORDS]
    assert len([one for one in (await people.case()).lines if one.author == "staff"]) == 1
    await writes(ana, "Edhe kjo.", page=page)
    assert len([one for one in (await people.case()).lines if one.author == "staff"]) == 2


async def test_nothing_written(people: CasePeople, ana: Colleague) -> None:
    """An empty reply is asked for again, and one that is endless is kept in the box."""
    await people.ask()
    assert "Write something before you send it." in (await writes(ana, "  ")).text
    page = await writes(ana, "x" * 40_001)
    assert "The text is too long." in page.text
    assert "x" * 40_001 in page.html
    assert await people.receive() == []


async def test_where_a_colleague_has_the_case(
    people: CasePeople, ana: Colleague, besa: Colleague
) -> None:
    """Nothing is sent, the words stay in the box, and it is asked; then it is sent."""
    await people.ask()
    await ana.sends("/case/1/claim")
    asked = await writes(besa)
    assert asked.status == 409
    assert "Ana has this case." in asked.text
    assert WORDS.replace("'", "&#39;") in asked.html.split("<textarea")[1].split("</textarea>")[0]
    assert await people.receive() == []
    await writes(besa, page=asked)
    assert await people.receive() == [WORDS]


async def test_where_a_colleague_has_answered(
    people: CasePeople, ana: Colleague, besa: Colleague
) -> None:
    """Who writes on a page that was opened before a colleague answered is told so first."""
    await people.ask()
    before = await ana.opens("/case/1")
    await people.store.reply(1, "Pa takim.", "Ana")
    old = await besa.opens("/case/1")
    await people.store.reply(1, "Ose jo.", "Mira")
    await ana.opens("/case/1")
    asked = await writes(ana, page=before)
    assert asked.status == 409
    assert "Mira has answered meanwhile." in asked.text
    assert (await writes(ana, page=asked)).status == 200
    asked = await writes(besa, page=old)
    assert "Ana has this case." in asked.text
    assert "has answered meanwhile" in asked.text


async def test_two_at_the_same_moment(people: CasePeople, ana: Colleague, besa: Colleague) -> None:
    """Of two who answer an unclaimed case in the same moment, one is sent and the other asked."""
    await people.ask()
    pages = [await one.opens("/case/1") for one in (ana, besa)]
    sent = await asyncio.gather(
        writes(ana, "Me takim.", pages[0]), writes(besa, "Pa takim.", pages[1])
    )
    assert sorted(page.status for page in sent) == [200, 409]
    assert len(await people.receive()) == 1


async def test_what_was_agreed_to_is_all(
    people: CasePeople, ana: Colleague, besa: Colleague
) -> None:
    """Who said yes to one thing is asked again where another has come up."""
    await people.ask()
    await ana.sends("/case/1/claim")
    asked = await writes(besa)
    await people.store.reply(1, "Më shkruaj.", "Ana")
    again = await writes(besa, page=asked)
    assert again.status == 409
    assert "Ana has answered meanwhile." in again.text


async def test_writing_first_after_closing(people: CasePeople, ana: Colleague) -> None:
    """A reply into a closed case opens it again, after it was asked."""
    await people.ask()
    await ana.sends("/case/1/close", outcome="answered")
    assert "The case is closed. If you write, it opens again." in (await ana.opens("/case/1")).text
    asked = await writes(ana)
    assert "This message opens it again." in asked.text
    assert (await people.case()).state == "closed"
    await writes(ana, page=asked)
    found = await people.case()
    assert (found.state, found.lines[-1].text) == ("with_staff", WORDS)


async def test_never_first_in_an_urgent_case(people: CasePeople, ana: Colleague) -> None:
    """Into an urgent case that is closed nothing is sent, whatever is agreed to."""
    await people.in_danger()
    box = box_of(await ana.opens("/case/1"))
    await ana.sends("/case/1/close", outcome="answered")
    page = await ana.opens("/case/1")
    assert 'id="answer_form"' not in page.html
    assert "Wait until the person writes" in page.text
    await ana.sends("/case/1/reply", **box, text=WORDS, reopen="1")
    assert await people.receive() == []
    assert (await people.case()).state == "closed"


async def test_into_an_old_case(people: CasePeople, ana: Colleague) -> None:
    """Where the person has a newer case that is open, nothing goes out from the old one."""
    await people.ask()
    await ana.sends("/case/1/close", outcome="spam")
    await people.ask("tjetër")
    page = await writes(ana, reopen="1")
    assert "The person has another case that is open" in page.text
    assert await people.receive() == []


async def test_to_one_who_has_gone(people: CasePeople, ana: Colleague) -> None:
    """Who has deleted everything is written to no more; that is said."""
    await people.in_danger()
    box = box_of(await ana.opens("/case/1"))
    await people.say("/deletemydata", Forgotten())
    page = await ana.sends("/case/1/reply", **box, text=WORDS)
    assert page.status == 409
    assert await people.receive() == []


async def test_vibers_session(on_viber: CasePeople, udha: Udha) -> None:
    """A day after the person's last message a reply may cost: that is said, and asked first."""
    await on_viber.ask()
    on_viber.clock.move(hours=23)
    async with colleague(udha, "Besa") as besa:
        assert "may cost money" not in (await besa.opens("/case/1")).text
    on_viber.clock.move(hours=1)
    async with colleague(udha, "Ana") as ana:
        page = await ana.opens("/case/1")
        assert "A reply on Viber may cost money now." in page.text
        asked = await writes(ana, page=page)
        assert "This message on Viber may cost money." in asked.text
        assert await on_viber.receive() == []
        assert (await writes(ana, page=asked)).status == 200
    assert await on_viber.receive() == [WORDS]


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Sent("m1"), "sent"),
        (Refused("too long"), "refused (too long)"),
        (None, "waiting"),
    ],
)
async def test_how_it_fared(
    people: CasePeople, ana: Colleague, outcome: Sent | Refused | None, said: str
) -> None:
    """Under each reply stands how it fared, and why where it did not arrive."""
    await people.ask()
    await writes(ana)
    if outcome is not None:
        (due,) = await people.store.due("telegram", 5)
        await people.store.record(due.id, outcome)
    assert f"{WORDS} " in (text := (await ana.opens("/case/1")).text)
    assert said in text.split(WORDS)[1]


async def test_delivered_seen_unknown(people: CasePeople, ana: Colleague) -> None:
    """What a platform says later shows as well; so does that it is not known."""
    await people.ask()
    await writes(ana)
    (due,) = await people.store.due("telegram", 5)
    await people.store.record(due.id, Sent("m1"))
    for arrival, said in (("delivered", "delivered"), ("seen", "seen")):
        await people.store.receipt("telegram", "m1", arrival)  # type: ignore[arg-type]
        assert said in (await ana.opens("/case/1")).text.split(WORDS)[1]
    await writes(ana, "Edhe kjo.")
    for _ in range(2):
        (due,) = await people.store.due("telegram", 5)
        await people.store.record(due.id, Unknown("time-out"))
    text = (await ana.opens("/case/1")).text
    assert "not known whether it arrived (time-out)" in text


async def test_somebody_is_answering(people: CasePeople, ana: Colleague, besa: Colleague) -> None:
    """Others see who is writing, for 15 seconds after the last key; the writer does not."""
    await people.ask()
    assert (await ana.sends("/case/1/answering")).status == 204
    assert "Ana is answering" in (await besa.opens("/case/1")).text
    assert "is answering" not in (await ana.opens("/case/1")).text
    assert "Ana is answering" in (await besa.opens("/case/1/writing")).text
    people.clock.move(seconds=16)
    assert "is answering" not in (await besa.opens("/case/1")).text


async def test_nobody_answers_any_more(people: CasePeople, ana: Colleague, besa: Colleague) -> None:
    """Who has emptied the box, or sent what was in it, is not answering."""
    await people.ask()
    await ana.sends("/case/1/answering")
    await ana.sends("/case/1/answering", stop="1")
    assert "is answering" not in (await besa.opens("/case/1")).text
    await ana.sends("/case/1/answering")
    await writes(ana)
    assert "is answering" not in (await besa.opens("/case/1")).text
    await people.store.expire()
    assert await people.store.read(answering_store.now) == {}


async def test_preview(people: CasePeople, ana: Colleague) -> None:
    """The preview shows the words with the buttons that will stand beneath, and sends nothing."""
    await people.ask()
    page = await ana.sends("/case/1/preview", text=WORDS)
    shown = page.text.split("This is how it looks (Telegram)")[1]
    for words in (WORDS, "Kthehu te asistenti", "U zgjidh, faleminderit"):
        assert words in shown
    assert await people.receive() == []


@pytest.mark.parametrize(
    ("channel", "length", "messages", "limit"),
    [("telegram", 5_000, 2, "4096"), ("viber", 7_100, 2, "7000"), ("web", 9_000, 1, "")],
)
async def test_long_on_each_channel(
    udha: Udha,
    clock: MovedClock,
    ana: Colleague,
    channel: str,
    length: int,
    messages: int,
    limit: str,
) -> None:
    """A long reply is shown in the messages in which it arrives, with what one of them holds."""
    people = CasePeople(udha.parts.store, clock, channel)
    await people.ask()
    page = await ana.sends("/case/1/preview", text="fjalë " * (length // 6))
    shown = page.html.split('class="shown"')[1]
    assert shown.split("</ol>")[0].count("<li>") == messages
    assert f"one message holds {limit}" in page.text or not limit


async def test_pieces_for_a_page_that_is_open(people: CasePeople, ana: Colleague) -> None:
    """With scripts the page stays: what was done comes back as pieces of it."""
    await people.ask()
    box = box_of(await ana.opens("/case/1"))
    form = {"csrf": ana.csrf, **box, "text": WORDS}
    headers = {"HX-Request": "true"}
    async with ana.http.post("/console/case/1/reply", data=form, headers=headers) as response:
        html = await response.text()
    assert (response.status, "<html" in html) == (200, False)
    assert WORDS.replace("'", "&#39;") in html
    assert box_of(Page(200, html, "", {}))["key"] != box["key"]
