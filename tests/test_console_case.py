"""The page of one case: what staff see of it, and what they do with it besides answering."""

from collections.abc import AsyncIterator, Sequence

import pytest

from bot.app import Udha
from bot.console.conversation import SHOWN_AT_FIRST
from bot.pseudonyms import pseudonym
from bot.store import audit
from bot.store.audit import Deed
from handlers.messages import (
    Button,
    Forgotten,
    Reply,
    TicketClosed,
    TicketMessage,
    TicketOpened,
)
from tests.fakes.case_people import QUESTION, CasePeople
from tests.fakes.console_people import Colleague, browser, colleague
from tests.fakes.store_world import MovedClock

ANSWER = Reply(
    "Deri në 90 ditë.", "answer", "sq", (Button("Fol me një person", "person"),), ("overstay",)
)
MENU = Reply("Zgjidh një temë.", "info", "sq", (Button("Udhëtimi", "topic:travel"),))


@pytest.fixture
def people(udha: Udha, clock: MovedClock) -> CasePeople:
    return CasePeople(udha.parts.store, clock)


@pytest.fixture
async def ana(udha: Udha) -> AsyncIterator[Colleague]:
    async with colleague(udha, "Ana") as signed_in:
        yield signed_in


@pytest.fixture
async def besa(udha: Udha) -> AsyncIterator[Colleague]:
    async with colleague(udha, "Besa") as signed_in:
        yield signed_in


async def deeds(udha: Udha, what: str) -> Sequence[Deed]:
    """What the audit log knows of one kind."""
    found = await udha.parts.store.read(lambda tx: audit.read(tx, 100))
    return [one for one in found if one.what == what]


async def test_a_case(people: CasePeople, ana: Colleague, udha: Udha) -> None:
    """Staff see the question, who wrote it under a pseudonym, the channel and the language."""
    await people.ask()
    page = await ana.opens("/case/1")
    name = pseudonym(1, udha.parts.newest().content.pseudonyms)
    for words in (QUESTION, name, "no. 1", "waiting for the team", "chat page", "Albanian"):
        assert words in page.text


async def test_the_account_is_never_shown(people: CasePeople, ana: Colleague) -> None:
    """Where the person writes from stands nowhere in the page."""
    await people.ask(who="drita-0695551234")
    assert "0695551234" not in (await ana.opens("/case/1")).html


async def test_as_the_person_saw_it(people: CasePeople, ana: Colleague) -> None:
    """What the bot answered, the buttons beneath, which of them were pressed, and the menus."""
    await people.say("sa ditë?", reply=ANSWER)
    opened = TicketOpened("sa ditë?", "waiting_for_staff")
    handed_over = Reply("Ia kalova ekipit.", "escalate", "sq", (Button("Temat", "topics"),))
    await people.press("person", opened, reply=handed_over)
    await people.press("topics", reply=MENU)
    text = (await ana.opens("/case/1")).text
    told = (
        *("Person", "sa ditë?", "Udha", "Deri në 90 ditë.", "Fol me një person"),
        *("The person pressed", "Fol me një person", "Ia kalova ekipit."),
        *("The person pressed", "Temat", "Zgjidh një temë.", "Udhëtimi"),
    )
    place = text.index("Conversation")
    for words in told:
        place = text.index(words, place)


async def test_an_old_button(people: CasePeople, ana: Colleague) -> None:
    """Of a button whose message is not at hand, what it says today is shown."""
    await people.ask()
    await people.press("entry:visa-free-stay", reply=ANSWER)
    await people.press("news", reply=MENU)
    text = (await ana.opens("/case/1")).text
    assert "entry:" not in text
    assert "Ka ndonjë të re?" in text


async def test_times_are_albanias(people: CasePeople, ana: Colleague) -> None:
    """Times stand in the time of Tirana."""
    await people.ask()
    assert "02.03.2026 10:00" in (await ana.opens("/case/1")).text


async def test_a_script_in_a_question(people: CasePeople, ana: Colleague) -> None:
    """What people write is text, whatever it looks like."""
    await people.ask("<script>alert(1)</script> {{ 7 * 7 }} \"'><img src=x onerror=alert(1)>")
    html = (await ana.opens("/case/1")).html
    assert "<script>alert" not in html
    assert "<img" not in html
    assert "{{ 7 * 7 }}" in html


async def test_a_long_message(people: CasePeople, ana: Colleague) -> None:
    """A message of 10,000 characters is folded; all of it is there, one click away."""
    words = "Po ju shkruaj gjatë. " * 476 + "FUNDI"
    await people.ask(words)
    page = await ana.opens("/case/1")
    assert "Show the whole text" in page.text
    assert page.html.count("FUNDI") == 1


async def test_a_long_case(people: CasePeople, ana: Colleague) -> None:
    """Of a long case the newest are shown, and the earlier ones at a click."""
    await people.ask("e para")
    for number in range(SHOWN_AT_FIRST + 1):
        await people.say(f"fjala {number}", TicketMessage(f"fjala {number}"))
    newest = await ana.opens("/case/1")
    assert "fjala 100" in newest.text
    assert "fjala 0 " not in newest.text
    assert "Show the earlier ones too" in newest.text
    assert "fjala 0 " in (await ana.opens("/case/1?all=1")).text


async def test_urgent(people: CasePeople, ana: Colleague) -> None:
    """An urgent case says which danger, and that the phone may be in other hands."""
    await people.in_danger()
    text = (await ana.opens("/case/1")).text
    assert "URGENT: violence" in text
    assert "somebody else may be holding the phone" in text


@pytest.mark.parametrize("number", ["2", "99999999999999999999", "0"])
async def test_no_such_case(ana: Colleague, people: CasePeople, number: str) -> None:
    """A number that no case has leads to a plain page, whatever is asked of it."""
    await people.ask()
    for part in ("", "/news", "/writing", "/entries"):
        assert (await ana.opens(f"/case/{number}{part}")).status == 404
    for part in ("claim", "note", "close", "reply", "preview", "answering", "merge"):
        page = await ana.sends(f"/case/{number}/{part}", text="x", note="x", other="1")
        assert page.status == 404


async def test_a_strangers_hand(people: CasePeople, udha: Udha, ana: Colleague) -> None:
    """Without a session, or without the form's token, nothing is shown and nothing changes."""
    await people.ask()
    async with browser(udha) as http, http.get("/console/case/1") as response:
        assert response.url.path == "/console/sign-in"
    ana.csrf = "x"
    assert (await ana.sends("/case/1/claim")).status == 403
    assert (await people.case()).claimed_by == ""


async def test_opening_is_noted_once(people: CasePeople, udha: Udha, ana: Colleague) -> None:
    """Who reads a case stands in the audit log, once in ten minutes."""
    await people.ask()
    for _ in range(3):
        await ana.opens("/case/1")
    await ana.opens("/case/1/news")
    assert [(one.by, one.ticket) for one in await deeds(udha, "read")] == [("Ana", 1)]
    people.clock.move(minutes=11)
    await ana.opens("/case/1")
    assert len(await deeds(udha, "read")) == 2


async def test_claim(people: CasePeople, udha: Udha, ana: Colleague) -> None:
    """Whoever claims a case has it, and that is noted."""
    await people.ask()
    page = await ana.sends("/case/1/claim")
    assert "You have this case." in page.text
    found = await people.case()
    assert (found.claimed_by, found.state) == ("Ana", "with_staff")
    assert [one.by for one in await deeds(udha, "claimed")] == ["Ana"]


async def test_taking_over_asks(people: CasePeople, ana: Colleague, besa: Colleague) -> None:
    """A colleague's case is taken over after a second thought only."""
    await people.ask()
    await ana.sends("/case/1/claim")
    asked = await besa.sends("/case/1/claim")
    assert (asked.status, (await people.case()).claimed_by) == (409, "Ana")
    assert "Ana has this case. Take it over?" in asked.text
    await besa.sends("/case/1/claim", over="Ana")
    assert (await people.case()).claimed_by == "Besa"


async def test_taken_by_a_third(people: CasePeople, ana: Colleague, besa: Colleague) -> None:
    """Who agreed to take a case from one colleague has not agreed to take it from another."""
    await people.ask()
    await ana.sends("/case/1/claim")
    await besa.sends("/case/1/claim", over="Mira")
    assert (await people.case()).claimed_by == "Ana"


async def test_release(people: CasePeople, ana: Colleague, besa: Colleague) -> None:
    """A case that is released waits for whoever takes it; nobody releases another's."""
    await people.ask()
    await ana.sends("/case/1/claim")
    assert (await besa.sends("/case/1/release")).status == 409
    page = await ana.sends("/case/1/release")
    assert "Nobody has taken this case yet." in page.text
    assert "Ana let go of the case" in page.text
    assert (await people.case()).state == "waiting_for_staff"


async def test_hand_over(people: CasePeople, ana: Colleague, besa: Colleague) -> None:
    """A case is handed over to a colleague by name, who has it from then on."""
    await people.ask()
    assert "<option>Besa</option>" in (await ana.opens("/case/1")).html
    page = await ana.sends("/case/1/hand-over", to="Besa")
    assert "Ana handed the case over to Besa" in page.text
    assert (await people.case()).claimed_by == "Besa"
    assert (await ana.sends("/case/1/hand-over", to="Askush")).status == 409


async def test_note(people: CasePeople, ana: Colleague) -> None:
    """A note stands in the case and goes to nobody."""
    await people.ask()
    page = await ana.sends("/case/1/note", note="e njoh rastin")
    assert "Note by Ana, for the team only" in page.text
    assert "e njoh rastin" in page.text
    assert await people.receive() == []
    assert (await ana.sends("/case/1/note", note="  ")).status == 409


async def test_priority(people: CasePeople, ana: Colleague) -> None:
    """A case can be put on top of the queue, and taken off it."""
    await people.ask()
    assert "URGENT" in (await ana.sends("/case/1/urgent")).text
    assert (await people.case()).priority == "urgent"
    assert (await ana.sends("/case/1/urgent")).status == 409
    page = await ana.sends("/case/1/calm")
    assert "The case is no longer urgent (Ana)" in page.text
    assert (await people.case()).priority == "normal"


async def test_topic(people: CasePeople, ana: Colleague) -> None:
    """Staff say what a case is about; only topics that there are."""
    await people.ask()
    page = await ana.sends("/case/1/topic", topic="asylum")
    assert "Ana set the topic" in page.text
    assert (await people.case()).topic == "asylum"
    assert (await ana.sends("/case/1/topic", topic="<b>")).status == 409
    await ana.sends("/case/1/topic", topic="")
    assert (await people.case()).topic == ""


async def test_close(people: CasePeople, udha: Udha, ana: Colleague) -> None:
    """A case is closed with an outcome, and a note if there is one."""
    await people.ask()
    assert (await ana.sends("/case/1/close", outcome="nonsense")).status == 409
    page = await ana.sends("/case/1/close", outcome="answered", note="u sqarua")
    assert "u sqarua" in page.text
    assert "Ana closed the case" in page.text
    found = await people.case()
    assert (found.state, found.outcome) == ("closed", "answered")
    assert [one.by for one in await deeds(udha, "closed")] == ["Ana"]
    assert (await ana.sends("/case/1/close", outcome="answered")).status == 409


async def test_reopen(people: CasePeople, ana: Colleague) -> None:
    """A closed case can be opened again."""
    await people.ask()
    await ana.sends("/case/1/close", outcome="answered")
    page = await ana.sends("/case/1/reopen")
    assert "Ana opened the case again" in page.text
    assert (await people.case()).closed_at is None


async def test_reopen_beside_a_newer(people: CasePeople, ana: Colleague) -> None:
    """Where the person has a newer case that is open, the old one stays closed."""
    await people.ask()
    await ana.sends("/case/1/close", outcome="answered")
    await people.ask("tjetër")
    page = await ana.sends("/case/1/reopen")
    assert (page.status, (await people.case()).state) == (409, "closed")
    assert "The person has another case that is open." in page.text


async def test_history(people: CasePeople, ana: Colleague) -> None:
    """Cases of the same person bear one name and are found from each other; others' are not."""
    await people.ask("e vjetra")
    await people.say("u zgjidh", TicketClosed("solved"))
    await people.ask("tjetërkush", who="bea")
    await people.ask("e reja")
    page = await ana.opens("/case/3")
    assert 'href="/console/case/1"' in page.html
    assert 'href="/console/case/2"' not in page.html
    names = [(await ana.opens(f"/case/{n}")).html.split("<h1>")[1].split("<")[0] for n in (1, 2, 3)]
    assert names[0] == names[2] != names[1]


async def test_who_has_gone(people: CasePeople, ana: Colleague) -> None:
    """Of who deleted everything a shell is left that nobody can write to."""
    await people.in_danger()
    await people.say("/deletemydata", Forgotten())
    page = await ana.opens("/case/1")
    assert "burri" not in page.text
    assert "The person has deleted their data." in page.text
    assert 'name="text"' not in page.html


async def test_only_what_changes(people: CasePeople, ana: Colleague) -> None:
    """A page that is open gets the pieces that may have changed, never the box being written in."""
    await people.ask()
    page = await ana.opens("/case/1/news")
    assert page.html.count("hx-swap-oob") == 6
    assert QUESTION in page.text
    assert "<textarea" not in page.html.split('id="answer_note"')[1]
    assert 'id="answer_form"' not in page.html


async def test_an_entry_in_two_clicks(people: CasePeople, ana: Colleague) -> None:
    """The page offers entries for the question, ready to be read and inserted in the person's
    language, with the source as the bot shows it."""
    await people.ask("ANSWER sa ditë?")
    page = await ana.opens("/case/1")
    offers = page.html.split('id="offers"')[1]
    assert offers.count('class="offer"') == 2
    assert "Burimi:" in offers
    link = "/case/1?insert=visa-free-stay"
    assert f'href="/console{link}' in offers
    box = (await ana.opens(link)).html.split('name="text"')[1].split("</textarea>")[0]
    assert "Burimi:" in box


async def test_searching_entries(people: CasePeople, ana: Colleague) -> None:
    """Other words find other entries; none are found by none."""
    await people.ask("UNKNOWN")
    assert "Nothing was found." in (await ana.opens("/case/1")).text
    assert (await ana.opens("/case/1/entries?q=SUGGEST")).html.count('class="offer"') == 2
    assert (await ana.opens("/case/1?insert=nonsense")).status == 404


async def test_canned_texts(people: CasePeople, ana: Colleague) -> None:
    """Ready texts stand beside the box, in the person's language, named in the reader's."""
    await people.ask()
    html = (await ana.opens("/case/1")).html
    assert html.split('class="canned"')[1].count("data-insert=") >= 8
    assert ">Do not send papers</button>" in html
    assert "Të lutem, mos dërgo këtu foto" in html
