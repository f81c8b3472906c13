"""What staff find in the queue: who waits, in which order, and what they do with many at once."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import update

from bot.app import Udha
from bot.console.kept_pieces import KeptPieces
from bot.console.queue_asked import Asked
from bot.console.queue_rows import age_of, first_line
from bot.store import answering, audit, casework, queue, replying, tables, tickets
from bot.store.audit import Deed
from bot.store.errors import StoreAway
from bot.store.store import Store
from handlers.messages import TicketRaised
from tests.fakes.console_cases import asks, in_danger, leads_to
from tests.fakes.console_people import Colleague, Page, browser, colleague
from tests.fakes.conversation import Person, World
from tests.fakes.scripted_knowledge import ScriptedKnowledge
from tests.fakes.store_world import MONDAY, MovedClock


def cases(page: Page) -> list[int]:
    """The numbers of the cases on a page, from top to bottom."""
    return [int(number) for number in re.findall(r'id="open-(\d+)"', page.html)]


def count(page: Page, view: str) -> int:
    """What the tab of a view says."""
    found = re.search(rf'id="count-{view}"[^>]*>(\d+)<', page.html)
    assert found is not None
    return int(found[1])


async def deeds(store: Store) -> list[Deed]:
    return await store.read(lambda tx: audit.read(tx, 100))


async def ticks(who: Colleague, do: str, *numbers: int, sure: bool = False, csrf: str = "") -> Page:
    """A form with ticked cases is sent; redirects followed."""
    form = [("csrf", csrf or who.csrf), ("do", do), ("back", "/console/?view=waiting")]
    form += [("case", str(number)) for number in numbers]
    if sure:
        form.append(("sure", "yes"))
    async with who.http.post("/console/bulk", data=form) as response:
        return Page(response.status, await response.text(), response.url.path_qs, {})


async def test_each_view(udha: Udha) -> None:
    """A case stands in the view of its state, and each tab says how many there are."""
    store = udha.parts.store
    await in_danger(store, "he locked me in", "a")
    await asks(store, "a visa?", "b")
    await asks(store, "work?", "c")
    await asks(store, "what is this?", "d", state="unanswered")
    await asks(store, "a school?", "e")
    await store.act(lambda tx: casework.claim(tx, 3, "Ana"))
    await store.close_ticket(5, "answered", "Ana")
    async with colleague(udha) as ana:
        seen = {view: cases(await ana.opens(f"/?view={view}")) for view in VIEWS}
        page = await ana.opens("/?view=mine")
    assert seen == {
        "urgent": [1],
        "waiting": [1, 2, 3],
        "mine": [3],
        "unanswered": [4],
        "waiting_for_person": [],
        "closed": [5],
    }
    assert {view: count(page, view) for view in VIEWS} == {
        view: len(found) for view, found in seen.items()
    }


VIEWS = ("urgent", "waiting", "mine", "unanswered", "waiting_for_person", "closed")


async def test_waiting_for_the_person(udha: Udha) -> None:
    """After a reply that leaves the next word to the person, a case waits for them."""
    store = udha.parts.store
    await asks(store, "a visa?")
    await store.act(
        lambda tx: replying.reply(
            tx, 1, "Which one?", "Ana", replying.words_only, then="waiting_for_person"
        )
    )
    async with colleague(udha) as ana:
        assert cases(await ana.opens("/?view=waiting_for_person")) == [1]


async def test_urgent_first(udha: Udha) -> None:
    """Without a view, the urgent cases are shown if there are any, else those that wait."""
    store = udha.parts.store
    await asks(store, "a visa?", "a")
    async with colleague(udha) as ana:
        page = await ana.opens("/")
        assert cases(page) == [1]
        assert re.search(r'data-view="waiting" aria-current="page"', page.html)
        await in_danger(store, "he locked me in", "b")
        page = await ana.opens("/")
        assert cases(page) == [2]
        assert "URGENT" in page.text


async def test_the_order(udha: Udha, clock: MovedClock) -> None:
    """Urgent ones on top, then the oldest; closed ones with the newest on top."""
    store = udha.parts.store
    for who in "abc":
        await asks(store, f"question of {who}", who)
        clock.move(hours=1)
    await leads_to(store, TicketRaised(priority="urgent", danger="held"), who="c")
    async with colleague(udha) as ana:
        assert cases(await ana.opens("/?view=waiting")) == [3, 1, 2]
        for number in (1, 2):
            clock.move(minutes=1)
            await store.close_ticket(number, "answered", "Ana")
        assert cases(await ana.opens("/?view=closed")) == [2, 1]


async def test_a_row(udha: Udha, clock: MovedClock) -> None:
    """A row says who it is, what was asked, what about, how it came, how old it is, who has it."""
    store = udha.parts.store
    await asks(store, "Can I stay?\nI have a visa.", topic="travel")
    await store.act(lambda tx: casework.claim(tx, 1, "Besa"))
    clock.move(hours=3)
    async with colleague(udha) as ana, colleague(udha, "Besa", language="sq") as besa:
        text = (await ana.opens("/?view=waiting")).text
        for word in ("no. 1", "Can I stay?", "3 h", "Besa", "in hand", "Albanian"):
            assert word in text
        assert "I have a visa" not in text
        assert udha.parts.newest().content.topics["travel"].label["en"] in text
        assert "3 orë" in (await besa.opens("/?view=waiting")).text
        await store.act(lambda tx: answering.beat(tx, 1, besa.id))
        assert "Besa is writing" in (await ana.opens("/?view=waiting")).text


async def test_a_reply_that_did_not_arrive(udha: Udha) -> None:
    """A case whose last reply was refused is marked in words."""
    store = udha.parts.store
    await asks(store, "a visa?")
    await store.reply(1, "Yes.", "Besa")
    case = await store.ticket(1)
    assert case is not None
    await store.act(lambda tx: tickets.note_arrival(tx, case.lines[-1].id, "refused", "blocked"))
    async with colleague(udha) as ana:
        assert "reply: refused" in (await ana.opens("/?view=waiting")).text


async def test_a_late_answer(udha: Udha, clock: MovedClock) -> None:
    """A promise that has passed without a human's word is called late."""
    store = udha.parts.store
    await asks(store, "a visa?")
    promised = {"promised_at": clock() + timedelta(hours=1)}
    await store.act(lambda tx: tx.sql.execute(update(tables.tickets).values(promised)))
    async with colleague(udha) as ana:
        assert "late" not in (await ana.opens("/?view=waiting")).text.split("a visa?")[1]
        clock.move(minutes=90)
        assert "late" in (await ana.opens("/?view=waiting")).text.split("a visa?")[1]


async def test_markup_in_a_question(udha: Udha) -> None:
    """What somebody wrote is shown as it was written, and never run."""
    await asks(udha.parts.store, "<script>alert(1)</script><img src=x onerror=alert(2)>")
    async with colleague(udha) as ana:
        page = await ana.opens("/?view=waiting")
    assert "<script>alert" not in page.html
    assert "<img" not in page.html
    assert "<script>alert(1)</script>" in page.html.replace("&lt;", "<").replace("&gt;", ">")


async def test_a_very_long_question(udha: Udha) -> None:
    """Of ten thousand characters the queue shows the beginning."""
    await asks(udha.parts.store, "word " * 2000)
    async with colleague(udha) as ana:
        page = await ana.opens("/?view=waiting")
    assert "word…" in page.text
    assert page.text.count("word") < 40


async def test_filters(udha: Udha, clock: MovedClock) -> None:
    """Filters leave in what they say, alone and together, and are kept from page to page."""
    store = udha.parts.store
    await asks(store, "old", "a", topic="travel")
    clock.move(days=4)
    await asks(store, "new", "b", topic="work")
    await asks(store, "neither", "c")
    await store.act(lambda tx: casework.claim(tx, 2, "Besa"))
    async with colleague(udha) as ana:

        async def found(query: str) -> list[int]:
            return cases(await ana.opens(f"/?view=waiting&{query}"))

        assert await found("topic=travel") == [1]
        assert await found("topic=-") == [3]
        assert await found("age=over_3") == [1]
        assert await found("age=over_7") == []
        assert await found("age=today") == [2, 3]
        assert await found("channel=web") == [1, 2, 3]
        assert await found("channel=viber") == []
        assert await found("language=en") == []
        assert await found("whose=nobody") == [1, 3]
        assert await found("age=today&topic=work") == [2]
        assert await found("age=nonsense&page=x&language=xx") == [1, 2, 3]
        page = await ana.opens("/?view=waiting&topic=travel")
        assert "view=closed&amp;topic=travel" in page.html


async def test_pages(udha: Udha) -> None:
    """Fifty cases stand on a page; the next ones on the next, and beyond the last is the last."""
    store = udha.parts.store
    for number in range(52):
        await asks(store, f"question {number}", f"person {number}")
    async with colleague(udha) as ana:
        first = await ana.opens("/?view=waiting")
        second = await ana.opens("/?view=waiting&page=2")
        beyond = await ana.opens("/?view=waiting&page=9")
    assert len(cases(first)) == 50
    assert "1–50 of 52" in first.text
    assert cases(second) == [51, 52] == cases(beyond)
    assert "page=2" in first.html


async def test_a_piece_of_the_page(udha: Udha) -> None:
    """What is fetched when something has changed is the list and the counts, without a form."""
    await asks(udha.parts.store, "a visa?")
    async with colleague(udha) as ana:
        headers = {"HX-Request": "true"}
        async with ana.http.get("/console/?view=waiting", headers=headers) as response:
            html = await response.text()
        assert "<html" not in html
        assert ana.csrf not in html
        assert 'id="open-1"' in html
        assert re.search(r'id="count-waiting" hx-swap-oob="true">1<', html)


async def test_a_claim_is_in_the_next_list(udha: Udha) -> None:
    """What one member does is in the list that another fetches next, however fresh theirs was."""
    store = udha.parts.store
    await asks(store, "a visa?")
    async with colleague(udha) as ana, colleague(udha, "Besa") as besa:
        assert "Ana" not in (await besa.opens("/?view=waiting")).text
        await ticks(ana, "claim", 1)
        assert "Ana" in (await besa.opens("/?view=waiting")).text
        assert cases(await besa.opens("/?view=mine")) == []
        assert cases(await ana.opens("/?view=mine")) == [1]


async def test_closing_many(udha: Udha) -> None:
    """Junk is closed at once after one question that says how many; never an urgent case."""
    store = udha.parts.store
    for who in "abc":
        await asks(store, f"buy this {who}", who)
    await in_danger(store, "he locked me in", "d")
    await store.act(lambda tx: casework.claim(tx, 3, "Besa"))
    async with colleague(udha) as ana:
        asked = await ticks(ana, "spam", 1, 2, 3, 4)
        assert "3 cases will be closed" in asked.text
        assert "Urgent cases among them: 1" in asked.text
        assert "a colleague has: 1" in asked.text
        assert len(await store.tickets()) == 4
        done = await ticks(ana, "spam", 1, 2, 3, 4, sure=True)
        assert "Closed: 3" in done.text
    assert [one.id for one in await store.tickets()] == [4]
    closed = [deed for deed in await deeds(store) if deed.what == "closed"]
    assert {(deed.by, deed.ticket) for deed in closed} == {("Ana", 1), ("Ana", 2), ("Ana", 3)}
    assert {one.outcome for one in await store.tickets(all_=True)} == {"spam", None}


async def test_closing_more_than_fifty(udha: Udha) -> None:
    """More than one transaction's worth is closed too; one that was closed meanwhile stops none."""
    store = udha.parts.store
    for number in range(60):
        await asks(store, "junk", f"person {number}", state="unanswered")
    await store.close_ticket(7, "answered", "Besa")
    async with colleague(udha) as ana:
        done = await ticks(ana, "no_answer_needed", *range(1, 61), sure=True)
    assert "Closed: 59" in done.text
    assert await store.tickets() == []


async def test_claiming_many(udha: Udha) -> None:
    """Cases that nobody has are claimed at once; a colleague's stay theirs."""
    store = udha.parts.store
    for who in "abc":
        await asks(store, f"question {who}", who)
    await store.act(lambda tx: casework.claim(tx, 2, "Besa"))
    async with colleague(udha) as ana:
        done = await ticks(ana, "claim", 1, 2, 3, 99)
        assert "Claimed: 2" in done.text
        assert cases(await ana.opens("/?view=mine")) == [1, 3]


@pytest.mark.parametrize("do", ["answered", "", "referred"])
async def test_only_junk_is_closed_in_bulk(udha: Udha, do: str) -> None:
    """What somebody waits for cannot be closed with many others."""
    await asks(udha.parts.store, "a visa?")
    async with colleague(udha) as ana:
        assert (await ticks(ana, do, 1, sure=True)).status == 400
    assert len(await udha.parts.store.tickets()) == 1


async def test_a_forged_form(udha: Udha) -> None:
    """A form of another session closes nothing; neither does a stranger's."""
    await asks(udha.parts.store, "a visa?")
    async with colleague(udha) as ana, browser(udha) as http:
        assert (await ticks(ana, "spam", 1, sure=True, csrf="0" * 64)).status == 403
        form = {"do": "spam", "case": "1", "sure": "yes"}
        async with http.post("/console/bulk", data=form, allow_redirects=False) as response:
            assert response.status in (303, 401, 403)
    assert len(await udha.parts.store.tickets()) == 1


async def test_leading_elsewhere(udha: Udha) -> None:
    """A form cannot lead to another site."""
    async with colleague(udha) as ana:
        form = {"csrf": ana.csrf, "do": "claim", "back": "//evil.example/"}
        async with ana.http.post("/console/bulk", data=form, allow_redirects=False) as response:
            assert response.headers["Location"] == "/console/"


async def test_topic_of_a_case(tmp_path: Path, scripted: ScriptedKnowledge) -> None:
    """A case is about what its question comes closest to, also when it is handed over later."""
    world = await World.made(tmp_path, scripted)
    person = Person(world)
    await person.says("SUGGEST me something")
    await person.presses("person")
    found = await world.store.read(lambda tx: queue.rows(tx, [1]))
    assert [row.topic for row in found] == ["travel"]
    await world.store.close()


def test_ages() -> None:
    """Minutes within an hour, hours within two days, then days."""
    ages = [timedelta(seconds=59), timedelta(minutes=59), timedelta(hours=47), timedelta(hours=50)]
    assert [age_of(MONDAY - age, MONDAY) for age in ages] == [
        ("now", 0),
        ("minutes", 59),
        ("hours", 47),
        ("days", 2),
    ]
    assert age_of(MONDAY + timedelta(hours=1), MONDAY) == ("now", 0)


def test_first_lines() -> None:
    """The first line with words, cut between two words."""
    assert first_line("\n  Can I?\nYes") == "Can I?"
    assert first_line("") == ""
    assert first_line("x" * 500) == "x" * 119 + "…"
    assert len(first_line("word " * 100)) <= 120


def test_addresses() -> None:
    """An address says all that was asked for, and is read as what it says."""
    asked = Asked("mine", "", "travel", "over_3", "viber", "sq", True, 3)
    parts = urlsplit(asked.address)
    assert Asked.of(dict(parse_qsl(parts.query))) == asked
    assert asked.but(view="closed") == replace(asked, view="closed", page=1)


async def test_pieces_are_made_once() -> None:
    """Who asks for a piece while it is being made waits for it; one that failed is made anew."""
    made: list[str] = []
    pieces: KeptPieces[str] = KeptPieces(2)
    go_on = asyncio.Event()

    async def make() -> str:
        made.append("once")
        await go_on.wait()
        return "piece"

    async def fail() -> str:
        raise StoreAway("SQLITE_BUSY")

    waiting = [asyncio.create_task(pieces.get("key", make)) for _ in range(50)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    go_on.set()
    assert set(await asyncio.gather(*waiting[1:])) == {"piece"}
    assert made == ["once"]
    with pytest.raises(StoreAway):
        await pieces.get("other", fail)
    assert await pieces.get("other", make) == "piece"
