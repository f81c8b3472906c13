"""People whose cases a test puts into the store of a running program, step by step."""

import itertools
from dataclasses import dataclass, field

from bot.store import changes, inbox, people
from bot.store.cases import Ticket
from bot.store.store import Store
from bot.store.transaction import Transaction
from handlers.messages import Change, Effects, Message, Reply, TicketOpened
from knowledge_base.model import DangerKind
from tests.fakes.store_world import MONDAY, MovedClock

QUESTION = "Si e marr vizën?"


@dataclass
class CasePeople:
    """They write and press at a second's distance; what it leads to, the test says."""

    store: Store
    clock: MovedClock
    channel: str = "web"
    _keys: "itertools.count[int]" = field(default_factory=itertools.count)

    async def say(
        self, text: str, *led_to: Change, who: str = "ana", reply: Reply | None = None
    ) -> None:
        """Somebody writes."""
        await self._leads_to(self._message(who, "text", text), led_to, reply)

    async def press(
        self, action: str, *led_to: Change, who: str = "ana", reply: Reply | None = None
    ) -> None:
        """Somebody presses a button."""
        await self._leads_to(self._message(who, "button", action), led_to, reply)

    async def ask(self, question: str = QUESTION, who: str = "ana") -> None:
        """Somebody asks for a person."""
        await self.say(question, TicketOpened(question, "waiting_for_staff"), who=who)

    async def in_danger(
        self, words: str = "më rreh burri", who: str = "ana", danger: DangerKind = "violence"
    ) -> None:
        """Somebody is in danger."""
        opened = TicketOpened(words, "waiting_for_staff", "urgent", danger)
        await self.say(words, opened, who=who)

    async def case(self, number: int = 1) -> Ticket:
        """What is kept of a case."""
        found = await self.store.ticket(number)
        assert found is not None
        return found

    async def receive(self) -> list[str]:
        """The words that are on their way to people, without taking them."""

        due = await self.store.due(self.channel, 50)
        await self.store.free_replies(self.channel)
        return [one.outgoing.reply.text for one in due]

    def _message(self, who: str, kind: str, text: str) -> Message:
        key = str(next(self._keys))
        return Message(self.channel, who, key, kind, MONDAY, text)  # type: ignore[arg-type]

    async def _leads_to(
        self, message: Message, led_to: tuple[Change, ...], reply: Reply | None
    ) -> None:
        self.clock.move(seconds=1)
        effects = Effects(() if reply is None else (reply,), led_to)

        def kept(tx: Transaction) -> None:
            given = inbox.keep_done(tx, message)
            assert given is not None
            known = people.load(tx, [given])[given.chat]
            changes.apply(tx, given, known, effects)

        await self.store.act(kept)
