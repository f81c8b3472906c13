"""Several processes on one PostgreSQL at the same moment: each chat is in one pair of hands.

Here each process is a store of its own; one of them stands still in the middle of a transaction.
"""

import asyncio
import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.channels.channel import Later, Outcome, Outgoing, Sent
from bot.delivery import Delivery
from bot.rate_limits import RateLimits
from bot.store import closing, inbox, outbox, people, retention, tickets
from bot.store.encryption import Encryption
from bot.store.retention import Keeping
from bot.store.store import Store
from bot.store.transaction import Transaction
from bot.worker import Worker
from handlers.messages import (
    Chat,
    Counted,
    Effects,
    Message,
    TicketMessage,
    TicketOpened,
)
from tests.fakes.postgres_server import PostgresServer, waiting_for_a_lock
from tests.fakes.store_world import (
    MONDAY,
    SECRET,
    MovedClock,
    effects,
    handled,
    leased,
    no_apology,
    opened,
    reply,
    said,
)

pytestmark = pytest.mark.usefixtures("on_postgresql")
ANA = Encryption(SECRET).chat("web", "ana")


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[list[Store]]:
    """Three processes' stores."""
    found = [await opened(tmp_path, MovedClock()) for _ in range(3)]
    yield found
    for store in found:
        await store.close()


@asynccontextmanager
async def not_committed(
    store: Store, operation: Callable[[Transaction], object]
) -> AsyncIterator[None]:
    """A process has done something, and commits it at the end of the block."""
    loop, done, commit = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def stand_still(tx: Transaction) -> None:
        operation(tx)
        loop.call_soon_threadsafe(done.set)
        assert commit.wait(30)

    writing = asyncio.create_task(store.write(stand_still))
    async with asyncio.timeout(30):
        await done.wait()
    try:
        yield
    finally:
        commit.set()
        await writing


async def given_out(store: Store) -> list[str]:
    return [one.message.text for one in await store.lease_some(5)]


async def due(store: Store) -> list[str]:
    return [one.outgoing.reply.text for one in await store.due("web", 5)]


def give_out(tx: Transaction) -> object:
    return inbox.give_out(tx, 1)


def give_out_reply(tx: Transaction) -> object:
    return outbox.give_out(tx, "web", 1, MONDAY - timedelta(days=1))


async def test_a_chat_that_is_being_given_out(stores: list[Store]) -> None:
    """While one process takes a chat's first message, another takes none of that chat."""
    for text, who in (("1", "ana"), ("2", "ana"), ("3", "bora")):
        await stores[0].keep(said(text, who))
    async with not_committed(stores[1], give_out):
        assert await given_out(stores[0]) == ["3"]
    assert await given_out(stores[0]) == []


async def test_a_chat_that_is_being_sent_to(stores: list[Store]) -> None:
    """While one process takes a chat's first reply, another takes none of that chat."""
    await handled(stores[0], said("1"), effects("a", "b"))
    await handled(stores[0], said("1", "bora"), effects("c"))
    async with not_committed(stores[1], give_out_reply):
        assert await due(stores[0]) == ["c"]
    assert await due(stores[0]) == []


async def test_a_message_that_is_being_finished(stores: list[Store]) -> None:
    """The next of a chat waits until what the one before it led to is committed."""
    for text in ("1", "2"):
        await stores[0].keep(said(text))
    given = (await leased(stores[1])).given
    async with not_committed(stores[1], lambda tx: inbox.close(tx, given)):
        assert await given_out(stores[0]) == []
    assert await given_out(stores[0]) == ["2"]


async def test_an_earlier_message_that_appears_later(stores: list[Store]) -> None:
    """What was numbered earlier but committed later waits for what is in hand of its chat."""
    async with not_committed(stores[1], lambda tx: inbox.keep(tx, said("1"))):
        await stores[0].keep(said("2"))
        second = await leased(stores[0])
    assert await given_out(stores[2]) == []
    await stores[0].finish(second, Effects())
    first = await leased(stores[2])
    assert (first.message.text, first.leases) == ("1", 1)


async def test_an_earlier_reply_that_appears_later(stores: list[Store]) -> None:
    """The same for replies, such as a human's beside the bot's."""
    to = outbox.Addressee("web", "ana", ANA)
    async with not_committed(stores[1], lambda tx: outbox.add(tx, to, [reply("a")])):
        await handled(stores[0], said("1"), effects("b"))
        (second,) = await stores[0].due("web", 5)
    assert await due(stores[2]) == []
    await stores[0].record(second.id, Sent(""))
    assert await due(stores[2]) == ["a"]


async def test_two_of_a_chat_at_the_same_moment(stores: list[Store]) -> None:
    """Nor is it given out while another process has only just taken the later one."""
    async with AsyncExitStack() as giving_out:
        async with not_committed(stores[1], lambda tx: inbox.keep(tx, said("1"))):
            await stores[0].keep(said("2"))
            await giving_out.enter_async_context(not_committed(stores[2], give_out))
        assert await given_out(stores[0]) == []
    assert await given_out(stores[0]) == []


async def test_the_same_update_at_two_doors(
    stores: list[Store], postgres: PostgresServer, database_name: str
) -> None:
    """An update that two processes receive at the same moment is kept once."""
    async with not_committed(stores[1], lambda tx: inbox.keep(tx, said("1"))):
        keeping = asyncio.create_task(stores[0].keep(said("1")))
        await waiting_for_a_lock(postgres, database_name)
    assert await keeping is False
    assert await given_out(stores[0]) == ["1"]


async def test_a_new_person_at_two_doors(
    stores: list[Store], postgres: PostgresServer, database_name: str
) -> None:
    """Somebody new whom two processes meet at the same moment is one person."""
    welcome = inbox.Given(0, ANA, said("hi"), leases=0, failures=0)
    await stores[0].keep(said("1"))
    async with not_committed(stores[1], lambda tx: people.load(tx, [welcome])):
        leasing = asyncio.create_task(leased(stores[0]))
        await waiting_for_a_lock(postgres, database_name)
    assert (await leasing).chat.new


async def test_two_tickets_at_the_same_moment(
    stores: list[Store], postgres: PostgresServer, database_name: str
) -> None:
    """A chat has one open ticket, also if two processes open one at the same moment."""
    await stores[0].keep(said("visa?"))
    found = await leased(stores[0])
    owner = tickets.Owner(found.person, "web", "sq")
    other = TicketOpened("work?", "waiting_for_staff")
    async with not_committed(stores[1], lambda tx: tickets.open_or_add(tx, owner, other, ())):
        opening = Effects((), (TicketOpened("visa?", "unanswered", "urgent"),))
        finishing = asyncio.create_task(stores[0].finish(found, opening))
        await waiting_for_a_lock(postgres, database_name)
    await finishing
    (ticket,) = await stores[2].tickets()
    read = await stores[2].ticket(ticket.id)
    assert read is not None
    assert (read.state, read.priority) == ("waiting_for_staff", "urgent")
    assert {line.text for line in read.lines} == {"work?", "visa?"}


async def test_words_for_a_ticket_that_is_being_closed(
    stores: list[Store], postgres: PostgresServer, database_name: str
) -> None:
    """Words that come while staff close the ticket open another; the closed one stays closed."""
    opening = TicketOpened("visa?", "waiting_for_staff")
    await handled(stores[0], said("visa?"), Effects((), (opening,)))
    await stores[0].keep(said("thanks"))
    found = await leased(stores[0])
    async with not_committed(
        stores[1], lambda tx: closing.close(tx, 1, "answered", "Ana", closing.in_silence)
    ):
        adding = Effects((), (TicketMessage("thanks"),))
        finishing = asyncio.create_task(stores[0].finish(found, adding))
        await waiting_for_a_lock(postgres, database_name)
    await finishing
    states = {one.question: one.state for one in await stores[2].tickets(all_=True)}
    assert states == {"visa?": "closed", "thanks": "waiting_for_staff"}


async def test_two_words_about_one_reply(
    stores: list[Store], postgres: PostgresServer, database_name: str
) -> None:
    """Of two processes that note the same reply at the same moment the first one counts."""
    await handled(stores[0], said("1"), effects("a"))
    (one,) = await stores[0].due("web", 5)
    async with not_committed(stores[1], lambda tx: outbox.record(tx, one.id, Sent("m"), MONDAY)):
        noting = asyncio.create_task(stores[0].record(one.id, Later("busy")))
        await waiting_for_a_lock(postgres, database_name)
    await noting
    assert await due(stores[0]) == []
    assert (await stores[0].figures()).outbox_waiting == {}


async def test_housekeeping_of_two(stores: list[Store]) -> None:
    """While one process deletes what is old, another does not wait for it."""
    async with (
        not_committed(stores[1], lambda tx: retention.expire(tx, Keeping())),
        asyncio.timeout(4),
    ):
        await stores[0].expire()


async def test_counting_side_by_side(stores: list[Store]) -> None:
    """However processes count the same things in whatever order, nobody waits in a circle."""
    kinds = [Counted("answer", str(number)) for number in range(20)]

    async def count(index: int, store: Store, order: Random) -> None:
        for number in range(10):
            await store.keep(said(str(number), f"p{index}"))
        for _ in range(10):
            found = await store.lease_some(1)
            changes = tuple(order.sample(kinds, len(kinds)))
            await asyncio.gather(*(store.finish(one, Effects((), changes)) for one in found))

    async with asyncio.timeout(30):
        await asyncio.gather(
            *(count(index, store, Random(index)) for index, store in enumerate(stores))
        )
    counted = await stores[0].counted(MONDAY.date())
    assert len(set(counted.values())) == 1


class Hands:
    """Notices if two things of one chat are in hand at the same time, and in which order it was."""

    name = "web"

    def __init__(self) -> None:
        self.handled: dict[str, list[str]] = defaultdict(list)
        self.arrived: dict[str, list[str]] = defaultdict(list)
        self._busy: set[tuple[str, str]] = set()

    async def handle(self, message: Message, chat: Chat) -> Effects:
        await self._take("handling", message.address, message.text, self.handled)
        return effects(message.text)

    async def run(self) -> None:
        """Nothing is received here."""

    async def send(self, outgoing: Outgoing) -> Outcome:
        await self._take("sending", outgoing.address, outgoing.reply.text, self.arrived)
        return Sent("")

    async def _take(self, what: str, who: str, text: str, into: dict[str, list[str]]) -> None:
        assert (what, who) not in self._busy
        self._busy.add((what, who))
        into[who].append(text)
        await asyncio.sleep(0)
        self._busy.remove((what, who))


async def test_three_processes_at_work(stores: list[Store]) -> None:
    """Whoever takes what, each chat's messages are handled and answered once and in order."""
    hands = Hands()
    chats, texts = [f"p{number}" for number in range(12)], [str(number) for number in range(10)]

    async def bring(who: str) -> None:
        for index, text in enumerate(texts):
            await stores[index % len(stores)].keep(said(text, who))

    running: list[Any] = []
    parts: list[Worker | Delivery] = []
    for index, store in enumerate(stores):
        worker = Worker(store, hands.handle, no_apology, at_once=5)
        limits = RateLimits({}, lambda: 0.0)
        delivery = Delivery(store, {"web": hands}, limits, Random(index))
        parts += [worker, delivery]
        running += [worker.run(), delivery.run()]
    working = asyncio.gather(*running)
    await asyncio.gather(*map(bring, chats))
    async with asyncio.timeout(60):
        while sum(map(len, hands.arrived.values())) < len(chats) * len(texts):
            await asyncio.sleep(0.01)
    for part in parts:
        part.stop()
    await working
    assert hands.handled == hands.arrived == dict.fromkeys(chats, texts)
