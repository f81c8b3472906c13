"""What open pages hear at once, and what they must never hear."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from bot.app import Udha
from bot.console.listener import Listener
from bot.console.live import AT_ONE_SESSION
from bot.console.live_page import pass_on
from bot.store import answering, casework, sessions, tickets
from bot.store.cases import Ticket
from bot.store.store import Store
from handlers.messages import TicketMessage
from tests.fakes.console_cases import asks, in_danger, leads_to
from tests.fakes.console_ears import listening
from tests.fakes.console_people import browser, colleague
from tests.fakes.store_world import MovedClock, opened

NEED = "a need nobody may overhear"


async def asked(store: Store) -> Ticket:
    found = await store.ticket(1)
    assert found is not None
    return found


def some_case(urgent: Any) -> bool:
    """Is anybody urgent unclaimed?"""
    return [one["number"] for one in urgent["cases"]] == [1]


async def test_a_new_case(udha: Udha) -> None:
    """Every open page hears of a new case, with how many need us now."""
    async with colleague(udha) as ana, listening(ana) as ears:
        assert await ears.hears("queue") == {"needing": 0, "urgent": 0}
        before = len(ears.heard)
        await asks(udha.parts.store, NEED)
        await ears.hears("case-1", before)
        assert await ears.hears("queue", before) == {"needing": 1, "urgent": 0}


async def test_a_claim_is_seen_at_the_other_browser(udha: Udha) -> None:
    """What one member does to a case, the page of another hears within a second."""
    await asks(udha.parts.store, NEED)
    async with colleague(udha, "Besa") as besa, listening(besa) as ears:
        before, began = len(ears.heard), time.monotonic()
        await udha.parts.store.act(lambda tx: casework.claim(tx, 1, "Ana"))
        await ears.hears("case-1", before)
        assert time.monotonic() - began < 1


async def test_another_process(udha: Udha, tmp_path: Path, clock: MovedClock) -> None:
    """What another process changes is heard too, within two seconds."""
    await asks(udha.parts.store, NEED)
    elsewhere = await opened(tmp_path, clock)
    async with colleague(udha) as ana, listening(ana) as ears:
        before, began = len(ears.heard), time.monotonic()
        await elsewhere.close_ticket(1, "answered", "Mira")
        await ears.hears("case-1", before)
        assert time.monotonic() - began < 2
    await elsewhere.close()


async def test_how_a_reply_fares(udha: Udha) -> None:
    """A page hears when a reply has arrived, also long after the case last changed."""
    store = udha.parts.store
    await asks(store, NEED)
    await store.reply(1, "Po?", "Ana")
    async with colleague(udha) as ana, listening(ana) as ears:
        before = len(ears.heard)
        line = (await asked(store)).lines[-1].id
        await store.write(lambda tx: tickets.note_arrival(tx, line, "seen", ""))
        await ears.hears("case-1", before)


async def test_somebody_is_answering(udha: Udha, clock: MovedClock) -> None:
    """Others hear who writes in a case, and when they have stopped."""
    store = udha.parts.store
    await asks(store, NEED)
    async with colleague(udha) as ana, colleague(udha, "Besa") as besa, listening(besa) as ears:
        await store.act(lambda tx: answering.beat(tx, 1, ana.id))
        assert await ears.hears("answering-1") == ["Ana"]
        before = len(ears.heard)
        clock.move(seconds=16)
        assert await ears.hears("answering-1", before) == []


async def test_urgent(udha: Udha, clock: MovedClock) -> None:
    """An urgent case calls at once, and every ten minutes until somebody has claimed it."""
    store = udha.parts.store
    async with colleague(udha) as ana, listening(ana) as ears:
        before = len(ears.heard)
        await in_danger(store, NEED)
        first = await ears.hears("urgent", before)
        assert [case["number"] for case in first["cases"]] == [1]
        assert first["cases"][0]["name"]
        before = len(ears.heard)
        clock.move(minutes=10)
        again = await ears.hears("urgent", before)
        assert again["called"] - first["called"] == 10 * 60 * 1000
        before = len(ears.heard)
        await store.act(lambda tx: casework.claim(tx, 1, "Ana"))
        assert (await ears.hears("urgent", before))["cases"] == []


async def test_urgent_again_after_release(udha: Udha, clock: MovedClock) -> None:
    """An urgent case that its claimant lets go of calls at once."""
    store = udha.parts.store
    await in_danger(store, NEED)
    await store.act(lambda tx: casework.claim(tx, 1, "Ana"))
    clock.move(minutes=14)
    async with colleague(udha) as ana, listening(ana) as ears:
        await store.act(lambda tx: casework.release(tx, 1, "Ana"))
        told = await ears.hears("urgent", such=some_case)
        assert told["called"] == round(1000 * clock().timestamp())


async def test_who_opens_a_page_later(udha: Udha) -> None:
    """A page that is opened while somebody waits in danger is told at once."""
    await in_danger(udha.parts.store, NEED)
    async with colleague(udha, "Besa") as besa, listening(besa) as ears:
        await ears.hears("urgent", such=some_case)


async def test_no_words(udha: Udha) -> None:
    """Events hold numbers and pseudonyms, never what anybody wrote."""
    async with colleague(udha) as ana, listening(ana) as ears:
        await in_danger(udha.parts.store, NEED)
        await leads_to(udha.parts.store, TicketMessage("overhear this"), text="overhear this")
        await ears.hears("case-1")
        assert "overhear" not in ears.raw
        assert "need" not in ears.raw.replace("needing", "")


async def test_a_revoked_session(udha: Udha) -> None:
    """A session that is ended elsewhere hears that it is, and nothing more."""
    async with colleague(udha) as ana, listening(ana) as ears:
        await udha.parts.store.act(lambda tx: sessions.end_all(tx, ana.id))
        await ears.hears("signed-out")
        async with asyncio.timeout(5):
            await ears.ended.wait()
        assert ears.heard[-1][0] == "signed-out"
        async with ana.http.get("/console/live") as response:
            assert response.status == 401
        async with ana.http.get("/console/live/still") as response:
            assert response.status == 401


async def test_a_session_that_has_run_out(udha: Udha, clock: MovedClock) -> None:
    """Listening keeps nobody signed in."""
    async with colleague(udha) as ana, listening(ana) as ears:
        clock.move(hours=2, seconds=1)
        await ears.hears("signed-out")


async def test_strangers_hear_nothing(udha: Udha) -> None:
    """Who is not signed in is refused."""
    async with browser(udha) as http, http.get("/console/live") as response:
        assert response.status == 401


async def test_stopping(udha: Udha) -> None:
    """The program stops at once, however many pages listen."""
    async with colleague(udha) as ana, listening(ana) as ears, listening(ana):
        began = time.monotonic()
        await udha.finish()
        assert time.monotonic() - began < 1
        await ears.ended.wait()


async def test_many_pages_of_one_session(udha: Udha) -> None:
    """Of too many connections of one session the oldest are ended."""
    async with colleague(udha) as ana, listening(ana) as first:
        others = [ana.http.get("/console/live") for _ in range(AT_ONE_SESSION)]
        responses = [await one for one in others]
        async with asyncio.timeout(5):
            await first.ended.wait()
        assert udha.console.live.open == AT_ONE_SESSION
        for response in responses:
            response.close()


async def test_a_silent_time() -> None:
    """In silence a comment says that the connection lives."""
    listener, written = Listener(1, "sq"), []

    async def write(sent: bytes) -> None:
        written.append(sent)
        if len(written) == 3:
            listener.end()

    await pass_on(listener, write, ping=0.01)
    assert written[1:] == [b": still here\n\n"] * 2


async def test_a_page_that_does_not_read() -> None:
    """A browser that takes nothing is cut off; nothing is kept for it."""

    async def write(sent: bytes) -> None:
        await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await pass_on(Listener(1, "sq"), write, reads_within=0.01)


async def test_a_page_that_reads_slowly() -> None:
    """Whatever waits for a page, of one name only the newest does."""
    listener = Listener(1, "sq")
    for number in range(1000):
        listener.tell("queue", number)
        listener.tell("case-1", None)
    assert await listener.next(1) == [("queue", 999), ("case-1", None)]
    listener.end()
    assert await listener.next(1) is None
