"""A person of a script who talks through a real app; whatever they see is compared with what was
meant for them."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Protocol

from bot.store.cases import Ticket
from handlers.closed_case import case_closed
from handlers.messages import Message, Reply
from handlers.staff_reply import staff_reply
from tests.fakes.people_on.seen import Seen, compare
from tests.fakes.people_on.stage import Stage


class App(Protocol):
    """What a person has in hand. Each deed returns when the app has sent it."""

    @property
    def channel(self) -> str: ...

    @property
    def address(self) -> str: ...

    async def opens(self, payload: str) -> None:
        """The chat is opened; payload: a deep link's parameter."""
        ...

    async def types(self, text: str) -> None: ...

    async def presses(self, action: str) -> None: ...

    async def sends_a_picture(self) -> None: ...

    async def writes_in_a_group(self) -> None:
        """From then on the person sees the group, into which Udha was brought."""
        ...

    async def news(self) -> list[Seen]:
        """What was shown or changed since the last look, in order."""
        ...


@dataclass
class Somebody:
    """Does what a script says."""

    stage: Stage
    app: App
    closed: int = 0
    """The number of the case that staff closed last."""
    _heard: int = 0

    async def starts(self, payload: str = "") -> list[Reply]:
        return await self._does(self.app.opens(payload))

    async def says(self, *texts: str) -> list[Reply]:
        """Several texts are sent at once: all are there before the first is handled."""
        return await self._does(*(self.app.types(text) for text in texts))

    async def presses(self, action: str) -> list[Reply]:
        return await self._does(self.app.presses(action))

    async def sends_a_picture(self) -> list[Reply]:
        return await self._does(self.app.sends_a_picture())

    async def writes_in_a_group(self) -> list[Reply]:
        return await self._does(self.app.writes_in_a_group())

    async def is_answered(self, text: str, by: str = "Ana") -> list[Reply]:
        """A member of staff writes to the person."""
        ticket = await self.ticket()
        assert ticket is not None
        texts = self.stage.knowledge.content.texts
        await self.stage.store.reply(
            ticket.id, text, by, lambda words, language: staff_reply(texts, words, language)
        )
        return await self._hears()

    async def case_is_closed(self, outcome: str, by: str = "Ana") -> list[Reply]:
        """A member of staff closes the person's case."""
        ticket = await self.ticket()
        assert ticket is not None
        self.closed = ticket.id
        texts = self.stage.knowledge.content.texts
        await self.stage.store.close_ticket(
            ticket.id, outcome, by, lambda number, language: case_closed(texts, number, language)
        )
        return await self._hears()

    async def lets_pass(self, hours: float) -> list[Reply]:
        """Time goes by."""
        self.stage.time.move(hours=hours)
        return await self._hears()

    async def ticket(self) -> Ticket | None:
        """The person's open ticket."""
        here = Message(self.app.channel, self.app.address, "", "text", self.stage.time())
        chat = await self.stage.store.look(here)
        return await self.stage.store.ticket(chat.ticket.id) if chat.ticket else None

    async def _does(self, *deeds: Awaitable[None]) -> list[Reply]:
        store = self.stage.store
        store.busy = len(deeds) > 1
        for deed in deeds:
            before = store.taken
            await deed
            await self.stage.has_taken(before + 1)
            # Nothing that a person does happens in no time: lines are told apart by their moment.
            self.stage.time.move(seconds=1)
        store.busy = False
        return await self._hears()

    async def _hears(self) -> list[Reply]:
        await self.stage.settles()
        arrived = self.stage.store.arrived_at[self.app.channel, self.app.address]
        new, self._heard = arrived[self._heard :], len(arrived)
        compare(await self.app.news(), new)
        return new
