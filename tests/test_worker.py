"""What the worker promises: order within a chat, chats side by side, nobody left without a word."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.store.errors import StoreAway
from bot.store.store import Leased, Store
from bot.worker import MOST_LEASES, Apology, Handle, Worker
from handlers.messages import Chat, Effects, Message, TicketOpened
from tests.fakes.store_world import (
    SECRET,
    MovedClock,
    echo,
    effects,
    leased,
    no_apology,
    opened,
    said,
    url_of,
)

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def store(tmp_path: Path, clock: MovedClock) -> AsyncIterator[Store]:
    store = await opened(tmp_path, clock)
    yield store
    await store.close()


async def no_pause(seconds: float) -> None:
    await asyncio.sleep(0)


def worker(store: Store, handle: Handle, apology: Apology = no_apology) -> Worker:
    return Worker(store, handle, apology, handling_lasts=5, sleep=no_pause)


async def replies(store: Store) -> list[str]:
    return [one.outgoing.reply.text for one in await store.due("web", 50)]


async def test_messages_of_a_chat_are_handled_in_order(store: Store) -> None:
    """Ten messages of one chat at once are handled one after the other, as they came."""
    handled: list[str] = []

    async def handle(message: Message, chat: Chat) -> Effects:
        await asyncio.sleep(0)
        handled.append(message.text)
        return Effects()

    texts = [str(number) for number in range(10)]
    for text in texts:
        await store.keep(said(text))
    await worker(store, handle).drain()
    assert handled == texts


async def test_chats_are_handled_side_by_side(store: Store) -> None:
    """A chat whose handling takes long does not keep others waiting."""
    release = asyncio.Event()

    async def handle(message: Message, chat: Chat) -> Effects:
        if message.address == "slow":
            await release.wait()
        elif message.text == "last":
            release.set()
        return effects(message.text)

    for message in (said("1", "slow"), said("first"), said("last")):
        await store.keep(message)
    await worker(store, handle).drain()
    assert sorted(await replies(store)) == ["1", "first"]


async def test_between_two_messages_others_have_their_turn(store: Store) -> None:
    """However many chats are handled side by side, what else the program does goes on between."""
    turns = 0

    async def something_else() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    began: list[int] = []

    async def handle(message: Message, chat: Chat) -> Effects:
        began.append(turns)
        return Effects()

    for number in range(10):
        await store.keep(said("1", f"person {number}"))
    other = asyncio.create_task(something_else())
    await worker(store, handle).drain()
    other.cancel()
    assert len(set(began)) == 10


async def test_a_handler_that_fails_once(store: Store) -> None:
    """A failure that passes is not noticed by the person."""
    failures = [ValueError("a secret")]

    async def handle(message: Message, chat: Chat) -> Effects:
        if failures:
            raise failures.pop()
        return effects("done")

    await store.keep(said("1"))
    await worker(store, handle).drain()
    assert await replies(store) == ["done"]


async def test_a_handler_that_always_fails(store: Store) -> None:
    """After three tries the person is told honestly and staff have the question."""
    tries: list[int] = []

    async def handle(message: Message, chat: Chat) -> Effects:
        tries.append(1)
        raise ValueError("my number is 069 123 4567")

    def apology(message: Message, chat: Chat) -> Effects:
        return effects("sorry", changes=(TicketOpened(message.text, "waiting_for_staff"),))

    await store.keep(said("can I?"))
    with capture_logs() as logs:
        await worker(store, handle, apology).drain()
    assert len(tries) == 3
    assert await replies(store) == ["sorry"]
    assert [ticket.question for ticket in await store.tickets()] == ["can I?"]
    (told,) = [log for log in logs if log["event"] == "set_aside"]
    assert told["reason"].startswith("ValueError at ")
    assert "069" not in str([log for log in logs if log.pop("exc_info", None)])


async def test_an_apology_that_fails(store: Store) -> None:
    """Even if the apology raises, the chat goes on with its next message."""

    async def handle(message: Message, chat: Chat) -> Effects:
        if message.text == "bad":
            raise ValueError
        return effects(message.text)

    def apology(message: Message, chat: Chat) -> Effects:
        raise KeyError("text")

    await store.keep(said("bad"))
    await store.keep(said("good"))
    await worker(store, handle, apology).drain()
    assert await replies(store) == ["good"]


async def test_a_handler_that_hangs(store: Store) -> None:
    """Handling that never ends counts as failed; the person is told."""

    async def handle(message: Message, chat: Chat) -> Effects:
        await asyncio.Event().wait()
        return Effects()

    await store.keep(said("1"))
    await Worker(store, handle, no_apology, handling_lasts=0.01, sleep=no_pause).drain()
    assert await replies(store) == ["sorry"]


async def test_a_message_that_ends_the_process(
    store: Store, process_died: Callable[[], None]
) -> None:
    """A message over which the process has died again and again is set aside untried."""
    await store.keep(said("1"))
    for _ in range(MOST_LEASES):
        await leased(store)
        process_died()
        await store.free_messages()

    async def handle(message: Message, chat: Chat) -> Effects:
        raise AssertionError("it is not tried again")

    await worker(store, handle).drain()
    assert await replies(store) == ["sorry"]


class Flaky(Store):
    """A store that is away for a while."""

    away = 0

    async def finish(self, leased: Leased, effects: Effects) -> None:
        self._perhaps()
        await super().finish(leased, effects)

    async def lease_some(self, limit: int) -> list[Leased]:
        self._perhaps()
        return await super().lease_some(limit)

    def _perhaps(self) -> None:
        self.away -= 1
        if self.away >= 0:
            raise StoreAway("SQLITE_BUSY")


async def test_a_store_that_is_away(tmp_path: Path, clock: MovedClock) -> None:
    """While the store is away the worker waits; what was handled is kept when it is back."""
    store = await Flaky.open(url_of(tmp_path), SECRET, clock)
    assert isinstance(store, Flaky)
    tries: list[int] = []

    async def handle(message: Message, chat: Chat) -> Effects:
        tries.append(1)
        store.away = 3
        return effects("done")

    await store.keep(said("1"))
    work = worker(store, handle)
    store.away = 3
    running = asyncio.create_task(work.run())
    async with asyncio.timeout(10):
        while not (found := await replies(store)):
            await asyncio.sleep(0)
    work.stop()
    await running
    await store.close()
    assert (found, tries) == (["done"], [1])


async def test_stopping_finishes_what_is_in_hand(store: Store) -> None:
    """A stop lets the messages in hand be finished and begins no other."""
    begun, release = asyncio.Event(), asyncio.Event()

    async def handle(message: Message, chat: Chat) -> Effects:
        begun.set()
        await release.wait()
        return effects(message.text)

    await store.keep(said("first"))
    await store.keep(said("second"))
    work = worker(store, handle)
    running = asyncio.create_task(work.run())
    await begun.wait()
    work.stop()
    release.set()
    async with asyncio.timeout(10):
        await running
    assert await replies(store) == ["first"]
    assert (await store.figures()).inbox_waiting == 1


async def test_a_cancelled_worker_waits_for_nothing(store: Store) -> None:
    """A worker that is cut off ends at once, though a message in hand would still take long."""
    begun = asyncio.Event()

    async def handle(message: Message, chat: Chat) -> Effects:
        begun.set()
        await asyncio.Event().wait()
        return Effects()

    await store.keep(said("1"))
    running = asyncio.create_task(worker(store, handle).run())
    await begun.wait()
    running.cancel()
    done, _ = await asyncio.wait([running], timeout=5)
    assert done == {running}


async def test_it_wakes_up_for_a_message(store: Store) -> None:
    """A worker that has nothing to do begins as soon as a message is kept."""
    work = worker(store, echo)
    running = asyncio.create_task(work.run())
    async with asyncio.timeout(10):
        for text in ("1", "2"):
            await store.keep(said(text, who=text))
            while await replies(store) != [text]:
                await store.changed.after(store.changed.version, 1)
    work.stop()
    await running


async def test_what_a_dead_process_left_is_taken_up(
    store: Store, process_died: Callable[[], None]
) -> None:
    """A worker begins with what the process before it had in hand."""
    await store.keep(said("1"))
    await leased(store)
    process_died()
    await worker(store, echo).drain()
    assert await replies(store) == ["1"]
