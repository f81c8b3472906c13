"""The store as the other rooms see it: everything that must outlive the process."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, TypeVar

from sqlalchemy import Connection

from bot.channels.channel import Outcome
from bot.store import (
    cases,
    changes,
    closing,
    counts,
    figures,
    former,
    inbox,
    leaving,
    outbox,
    people,
    replying,
    retention,
)
from bot.store.changed import Changed
from bot.store.database import Database, insert
from bot.store.encryption import Encryption
from bot.store.opening import open_database
from bot.store.retention import Keeping
from bot.store.tables import meta
from bot.store.transaction import Transaction, done
from handlers.desk import MyData
from handlers.messages import Chat, Effects, Message

T = TypeVar("T")
Clock = Callable[[], datetime]
"""The time now, with time zone."""

TRIES = 3
"""So many times the handling of a message may fail before it is set aside."""


@dataclass(frozen=True)
class Leased:
    """A message that was given out, with what is known of its chat."""

    given: inbox.Given
    known: people.Known

    @property
    def message(self) -> Message:
        return self.given.message

    @property
    def chat(self) -> Chat:
        return self.known.chat

    @property
    def person(self) -> int:
        """Stands for the person, without a name."""
        return self.known.person_id

    @property
    def attempt(self) -> int:
        """1, and one more for each time that handling failed."""
        return self.given.failures + 1

    @property
    def leases(self) -> int:
        """How many times it was given out: more than `attempt` if a process died over it."""
        return self.given.leases


class Store:
    """Inbox, outbox, people, tickets and counts in one database.

    Every method may raise StoreAway; then nothing of it was kept, and it can be called again. (If
    a server vanished within the commit, it may have been kept: then calling again changes nothing,
    or raises LeaseLost.)
    """

    def __init__(
        self, database: Database, encryption: Encryption, clock: Clock, keeping: Keeping
    ) -> None:
        self._database = database
        self._encryption = encryption
        self._clock = clock
        self._keeping = keeping
        self.changed = Changed()
        self._hearing: asyncio.Task[None] | None = None

    @classmethod
    async def open(
        cls, url: str, secret: str, clock: Clock, keeping: Keeping | None = None
    ) -> "Store":
        """Open the store, with its schema up to date.

        url: sqlite:///path or postgresql://… secret: any text of 32 characters or more. Raises
        StoreRefused.
        """
        encryption = Encryption(secret)
        database = await asyncio.to_thread(open_database, url, encryption.fingerprint)
        store = cls(database, encryption, clock, keeping or Keeping())
        await store.read(former.remember)
        store._hearing = asyncio.create_task(database.neighbours.hear(store.changed.set))
        return store

    async def close(self) -> None:
        """Finish what is being written, and let go of the database."""
        if self._hearing is not None:
            self._hearing.cancel()
            await asyncio.wait([self._hearing])
        await self._database.close()

    async def check(self) -> None:
        """Return if the database answers and, as far as is known, can be written. Raises
        StoreAway."""
        await self._database.check(lambda sql: _note(sql, "checked", self._clock().isoformat()))

    # The inbox

    async def keep(self, message: Message) -> bool:
        """Keep a message; durable on return. False: its update was there already."""
        added = await self.write(lambda tx: inbox.keep(tx, message), news=True)
        if added:
            self.changed.set()
        return added

    async def free_messages(self) -> None:
        """Free what a worker that died had in hand; to be called by the one that takes its place.

        Where several work side by side, nothing happens: there each lease runs out by itself.
        """
        if self._database.has_one_worker:
            await self.write(inbox.free_all)

    async def lease(self) -> Leased | None:
        """The oldest waiting message of a chat none of whose messages is given out."""
        leased = await self.lease_some(1)
        return leased[0] if leased else None

    async def lease_some(self, limit: int) -> list[Leased]:
        """Up to `limit` messages, each of another chat, the oldest first."""

        def give_out(tx: Transaction) -> list[Leased]:
            given = inbox.give_out(tx, limit)
            known = people.load(tx, given)
            return [Leased(one, known[one.chat]) for one in given]

        return await self.write(give_out)

    async def finish(self, leased: Leased, effects: Effects) -> None:
        """Keep all that handling led to, or nothing. Raises LeaseLost."""

        def close(tx: Transaction) -> None:
            inbox.close(tx, leased.given)
            changes.apply(tx, leased.given, leased.known, effects)

        await self.write(close, news=True)
        self.changed.set()

    async def failed(self, leased: Leased, reason: str, effects: Effects | None) -> bool:
        """Handling raised: release the message, or after the third time set it aside.

        reason: the exception's class and place, never its words. effects: what the person and
        staff are told when it is set aside; None: nothing can be, and the words stay for a time.
        True: it was set aside. Raises LeaseLost.
        """
        if leased.attempt >= TRIES:
            await self.set_aside(leased, reason, effects)
            return True
        await self.write(lambda tx: inbox.release(tx, leased.given, reason), news=True)
        self.changed.set()
        return False

    async def set_aside(self, leased: Leased, reason: str, effects: Effects | None) -> None:
        """Nobody tries the message any more; arguments as for `failed`. Raises LeaseLost."""

        def put_away(tx: Transaction) -> None:
            inbox.set_aside(tx, leased.given, reason, wipe=effects is not None)
            if effects is not None:
                changes.apply(tx, leased.given, leased.known, effects)

        await self.write(put_away, news=True)
        self.changed.set()

    async def look(self, message: Message) -> Chat:
        """What is known of the chat of a message that is not in the inbox."""
        chat = self._encryption.chat(message.channel, message.address)
        return await self.read(lambda tx: people.look(tx, chat, message))

    async def finish_at_once(self, message: Message, effects: Effects) -> bool:
        """Keep all that a message led to whose replies its door has given by itself.

        False: its update was there already, and nothing is changed.
        """

        def close(tx: Transaction) -> bool:
            given = inbox.keep_done(tx, message)
            if given is None:
                return False
            known = people.load(tx, [given])[given.chat]
            changes.apply(tx, given, known, effects, said_already=True)
            return True

        return await self.write(close, news=True)

    async def once(
        self, channel: str, update_key: str, operation: Callable[[Transaction], None]
    ) -> bool:
        """Run an operation for an update that is no message of a person's: once, however often it
        comes. False: it has come before, and nothing is changed."""

        def run(tx: Transaction) -> bool:
            if not inbox.note_update(tx, channel, update_key):
                return False
            operation(tx)
            return True

        new = await self.write(run, news=True)
        self.changed.set()
        return new

    async def person_left(self, channel: str, address: str) -> None:
        """The person blocked Udha or left: noted, and in their open ticket too."""
        chat = self._encryption.chat(channel, address)
        await self.write(lambda tx: leaving.left(tx, chat), news=True)
        self.changed.set()

    async def person_back(self, channel: str, address: str) -> None:
        """The person can be reached again."""
        chat = self._encryption.chat(channel, address)
        await self.write(lambda tx: leaving.back(tx, chat), news=True)
        self.changed.set()

    @asynccontextmanager
    async def alone(self, what: str) -> AsyncIterator[Callable[[], Awaitable[None]]]:
        """Wait until no other process does `what`; the block is then the only one that does it.

        Gives a check to be awaited before each step: it raises StoreAway once the claim is lost,
        and the block must end then.
        """
        async with self._database.alone(what) as still_alone:
            yield still_alone

    async def my_data(self, message: Message) -> MyData:
        """What is kept about the person who wrote a message."""
        chat = self._encryption.chat(message.channel, message.address)
        return await self.read(lambda tx: people.my_data(tx, chat))

    # The outbox

    async def due(
        self, channel: str, limit: int, only: str | frozenset[str] | None = None
    ) -> list[outbox.Due]:
        """Replies to send now through a channel, at most one of each chat, urgent ones first.

        only: the one address that the caller can reach, or all of them where other processes reach
        others. What is returned is the caller's until `record`, or for a minute. The bot's own that
        are too old are set aside.
        """
        if isinstance(only, frozenset) and self._database.has_one_worker:
            only = None  # Whoever cannot be reached here cannot be reached anywhere.
        reached = {only} if isinstance(only, str) else only
        chats = None if reached is None else [self._encryption.chat(channel, a) for a in reached]
        return await self.write(
            lambda tx: outbox.give_out(tx, channel, limit, tx.now - self._keeping.replies, chats)
        )

    async def free_replies(self, channel: str, only: str | None = None) -> None:
        """As `free_messages`, for the replies that `due` gives to such a caller."""
        if self._database.has_one_worker:
            chat = None if only is None else self._encryption.chat(channel, only)
            await self.write(lambda tx: outbox.free_all(tx, channel, chat))

    async def record(
        self, outgoing_id: int, outcome: Outcome, again_in: timedelta = timedelta(0)
    ) -> None:
        """Note how a sending went.

        again_in: the pause before the next try, where the outcome calls for one and names no time.
        A reply that may have arrived is tried once more, then marked as unknown.
        """
        await self.write(lambda tx: outbox.record(tx, outgoing_id, outcome, tx.now + again_in))
        self.changed.set()

    async def arrived(self, channel: str, address: str) -> None:
        """The person is there again: what waited, for that or for another try, is due."""
        chat = self._encryption.chat(channel, address)
        await self.write(lambda tx: outbox.arrived(tx, chat), news=True)
        self.changed.set()

    async def receipt(
        self, channel: str, platform_id: str, arrival: Literal["delivered", "seen", "refused"]
    ) -> bool:
        """What a platform says later of a reply that it took. False: none of that id is known."""
        keys = [self._encryption.sent(channel, platform_id)]
        if (former_key := self._encryption.former_sent(channel, platform_id)) is not None:
            keys.append(former_key)
        return await self.write(lambda tx: outbox.receipt(tx, keys, arrival))

    # Tickets

    async def tickets(self, all_: bool = False) -> list[cases.Ticket]:
        """Open tickets, or all: urgent ones first, without their lines and events."""
        return await self.read(lambda tx: cases.list_all(tx, closed_too=all_))

    async def ticket(self, id_: int) -> cases.Ticket | None:
        """One ticket with its lines and events."""
        return await self.read(lambda tx: cases.read(tx, id_))

    async def reply(
        self, id_: int, text: str, by: str, compose: replying.Compose = replying.words_only
    ) -> None:
        """Send a human's words to the person behind a ticket.

        by: who writes. Raises NoSuchTicket, TicketIsClosed, PersonGone.
        """
        await self.write(lambda tx: replying.reply(tx, id_, text, by, compose), news=True)
        self.changed.set()

    async def close_ticket(
        self, id_: int, outcome: str, by: str, farewell: closing.Farewell = closing.in_silence
    ) -> None:
        """farewell: what the person is told. Raises NoSuchTicket, TicketIsClosed."""
        await self.write(lambda tx: closing.close(tx, id_, outcome, by, farewell), news=True)
        self.changed.set()

    # For whoever watches over it

    async def figures(self) -> figures.Figures:
        """How much waits, and for how long."""
        return await self.read(figures.read)

    async def counted(self, since: date) -> Mapping[tuple[str, str], int]:
        """How many of each (what, detail) were counted from a day on."""
        return await self.read(lambda tx: counts.total(tx, since))

    async def expire(self) -> None:
        """Delete all whose time has come. To be called every few minutes."""
        while await self.write(lambda tx: retention.expire(tx, self._keeping)):
            self.changed.set()
        self.changed.set()

    # For whoever brings an operation of this room along

    async def act(self, operation: Callable[[Transaction], T]) -> T:
        """Run an operation that others want to see at once: staff at work, here or elsewhere."""
        result = await self.write(operation, news=True)
        self.changed.set()
        return result

    async def write(self, operation: Callable[[Transaction], T], *, news: bool = False) -> T:
        """Run an operation of this room; returns its result once it is durable.

        news: other processes wait for what it changes; without it they find it within a second.
        """
        kept = await self._database.write(
            lambda sql: done(
                Transaction(sql, self._encryption, self._clock()), operation, news=news
            )
        )
        return kept.result

    async def read(self, operation: Callable[[Transaction], T]) -> T:
        """Run an operation of this room that changes nothing."""
        return await self._database.read(
            lambda sql: operation(Transaction(sql, self._encryption, self._clock()))
        )


def _note(sql: Connection, name: str, value: str) -> None:
    row = insert(sql.dialect.name, meta).values(name=name, value=value)
    sql.execute(row.on_conflict_do_update(index_elements=[meta.c.name], set_={"value": value}))
