"""People who talk to Udha through a channel that only remembers, with the real way in between."""

import random
from dataclasses import dataclass, field
from pathlib import Path

from bot.channels.channel import Outcome, Outgoing, Sent
from bot.delivery import Delivery
from bot.rate_limits import RateLimits
from bot.store.cases import Ticket
from bot.store.store import Store
from bot.worker import Worker
from handlers.apology import apology
from handlers.closed_case import case_closed
from handlers.desk import Desk, Knowledge, MyData, Office, Service
from handlers.messages import Chat, Effects, Message, MessageKind, Reply
from handlers.routing import handle
from handlers.staff_reply import staff_reply
from knowledge_base.model import Language
from tests.fakes.store_world import MovedClock, opened

CHANNEL = "web"


@dataclass
class Remembering:
    """A channel that takes everything and remembers it."""

    name: str = CHANNEL
    received: list[Outgoing] = field(default_factory=list)

    async def run(self) -> None:
        return

    async def send(self, outgoing: Outgoing) -> Outcome:
        self.received.append(outgoing)
        return Sent(str(outgoing.id))


@dataclass
class World:
    """Store, worker and delivery around a knowledge base, and a clock moved by hand."""

    store: Store
    knowledge: Knowledge
    clock: MovedClock
    service: Service = field(default_factory=Service)
    channel: Remembering = field(default_factory=Remembering)
    office: Office | None = None

    @classmethod
    async def made(
        cls, folder: Path, knowledge: Knowledge, service: Service | None = None
    ) -> "World":
        clock = MovedClock()
        return cls(await opened(folder, clock), knowledge, clock, service or Service())

    async def drained(self) -> None:
        """Everything that waits is handled and sent."""
        await Worker(self.store, self._handle, self._apologise).drain()
        limits = RateLimits({}, lambda: 0.0)
        await Delivery(self.store, {CHANNEL: self.channel}, limits, random.Random(1)).drain()

    async def _handle(self, message: Message, chat: Chat) -> Effects:
        return await handle(message, chat, self._desk(message))

    def _apologise(self, message: Message, chat: Chat) -> Effects:
        return apology(message, chat, self._desk(message))

    def _desk(self, message: Message) -> Desk:
        records = _Records(self.store, message)
        return Desk(self.knowledge, self.service, self.clock(), records, self.office)


@dataclass(frozen=True)
class _Records:
    store: Store
    message: Message

    async def my_data(self) -> MyData:
        return await self.store.my_data(self.message)


@dataclass
class Person:
    """Somebody with a phone."""

    world: World
    address: str = "ana"
    language: Language | None = None
    private: bool = True
    closed: int = 0
    """The number of the case that staff closed last."""
    _written: int = 0

    async def starts(self, payload: str = "") -> list[Reply]:
        return await self._sends("start", payload=payload)

    async def says(self, *texts: str) -> list[Reply]:
        """Several texts are sent at once."""
        return await self._sends("text", *texts)

    async def presses(self, action: str) -> list[Reply]:
        return await self._sends("button", action)

    async def sends_a_picture(self) -> list[Reply]:
        return await self._sends("unreadable")

    async def writes_in_a_group(self) -> list[Reply]:
        return await self._sends("group")

    async def lets_pass(self, hours: float) -> list[Reply]:
        """Time goes by."""
        self.world.clock.move(hours=hours)
        return await self._received()

    async def is_answered(self, text: str, by: str = "Ana") -> list[Reply]:
        """A member of staff writes to the person."""
        ticket = await self.ticket()
        assert ticket is not None
        texts = self.world.knowledge.content.texts
        await self.world.store.reply(
            ticket.id, text, by, lambda words, language: staff_reply(texts, words, language)
        )
        return await self._received()

    async def case_is_closed(self, outcome: str = "answered", by: str = "Ana") -> list[Reply]:
        """A member of staff closes the person's case."""
        ticket = await self.ticket()
        assert ticket is not None
        self.closed = ticket.id
        texts = self.world.knowledge.content.texts
        await self.world.store.close_ticket(
            ticket.id, outcome, by, lambda number, language: case_closed(texts, number, language)
        )
        return await self._received()

    async def ticket(self, *, closed_too: bool = False) -> Ticket | None:
        """The person's newest ticket."""
        found = await self.world.store.tickets(all_=closed_too)
        return max(found, key=lambda ticket: ticket.id, default=None)

    async def _sends(self, kind: MessageKind, *texts: str, payload: str = "") -> list[Reply]:
        for text in texts or ("",):
            self._written += 1
            key = f"{self.address} {self._written}"
            message = Message(
                CHANNEL,
                self.address,
                key,
                kind,
                self.world.clock(),
                text,
                self.language,
                payload,
                self.private,
            )
            assert await self.world.store.keep(message)
            # Nothing that a person does happens in no time: lines are told apart by their moment.
            self.world.clock.move(seconds=1)
        return await self._received()

    async def _received(self) -> list[Reply]:
        before = len(self.world.channel.received)
        await self.world.drained()
        new = self.world.channel.received[before:]
        return [outgoing.reply for outgoing in new if outgoing.address == self.address]
