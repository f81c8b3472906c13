"""The staff's group over a real store and a Telegram on this machine; time passes by itself."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from pathlib import Path

import telegram

from bot.channels.channel import Outcome, Sent
from bot.channels.telegram.bot import build_bot
from bot.channels.telegram_group.group import StaffGroup
from bot.channels.telegram_group.records import Work
from bot.channels.telegram_group.wording import Wording
from bot.pseudonyms import name_of_case, pseudonym
from bot.store.cases import Ticket
from bot.store.errors import StoreAway
from bot.store.group import GroupRecords
from bot.store.store import Store
from handlers.messages import (
    Change,
    Effects,
    TicketMessage,
    TicketOpened,
    TicketPriority,
    TicketState,
)
from handlers.staff_reply import staff_reply
from knowledge_base.model import Content, DangerKind, Language
from tests.fakes.store_world import MONDAY, MovedClock, handled, opened, said
from tests.fakes.telegram_chats import Shown
from tests.fakes.telegram_server import TelegramServer

GROUP = -1001234567890
SENT = Sent("m1")


class PassingTime(MovedClock):
    """Whoever sleeps moves it on: a pace costs a test no time."""

    def __init__(self) -> None:
        super().__init__()
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return (self.now - MONDAY).total_seconds()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.move(seconds=seconds)
        await asyncio.sleep(0)


class Died(Exception):
    """The process ended here."""


class Mortal(GroupRecords):
    """Records of a process that ends right before it notes down what it has shown."""

    dies = False
    away = 0
    """So many times the store is away when it is looked into."""
    meanwhile: Callable[[], Awaitable[None]] | None = None
    """What happens while a topic is being made."""

    async def next(self, chat: int, skip: Collection[int]) -> Work | None:
        if self.away > 0:
            self.away -= 1
            raise StoreAway("SQLITE_BUSY")
        return await super().next(chat, skip)

    async def topic_made(self, ticket: int, chat: int, thread: int, title: str) -> None:
        if self.meanwhile is not None:
            await self.meanwhile()
        await super().topic_made(ticket, chat, thread, title)

    async def shown(self, ticket: int, up_to: tuple[int, int], message: int | None) -> None:
        if self.dies:
            raise Died
        await super().shown(ticket, up_to, message)


class StaffWorld:
    """People who ask, staff who answer in their group, and the loop in between, step by step."""

    def __init__(
        self,
        server: TelegramServer,
        store: Store,
        content: Content,
        time: PassingTime,
        language: Language,
    ) -> None:
        self.server = server
        self.store = store
        self.time = time
        self._content = content
        self._language: Language = language
        self.bot = build_bot(server.token, server.url)
        self.group = self.group_of(self.store)

    def restarted(self) -> None:
        """Another process goes on: it knows what is in the store, and nothing else."""
        self.group = self.group_of(self.store)

    def name(self, person: int = 1) -> str:
        """What a person is called in the group."""
        return pseudonym(person, self._content.pseudonyms)

    def named(self, ticket: int, person: int | None) -> str:
        """What a ticket is called."""
        return name_of_case(ticket, person, self._content, self._language)

    def text(self, key: str, **values: object) -> str:
        """A text that the group reads."""
        return self._content.texts.say(f"staff_{key}", self._language, **values)

    # What people do

    async def asks(
        self,
        question: str,
        who: str = "ana",
        *,
        state: TicketState = "waiting_for_staff",
        priority: TicketPriority = "normal",
        danger: DangerKind | None = None,
    ) -> None:
        """Somebody asks for a person, or is in danger."""
        opened = TicketOpened(question, state, priority, danger)
        await self.leads_to(question, opened, who=who)

    async def in_danger(self, words: str, who: str = "ana") -> None:
        await self.asks(words, who, priority="urgent", danger="violence")

    async def adds(self, text: str, who: str = "ana") -> None:
        """Somebody writes into the open case."""
        await self.leads_to(text, TicketMessage(text), who=who)

    async def leads_to(self, text: str, *changes: Change, who: str = "ana") -> None:
        self.time.move(seconds=1)
        key = f"{who} {self.time.now.isoformat()} {text}"
        await handled(self.store, said(text, who, key=key), Effects((), changes))

    async def receives(self, outcome: Outcome = SENT) -> list[str]:
        """What is on its way to people is sent, and fares so; the words in their order."""
        words = []
        while due := await self.store.due("web", 20):
            for one in due:
                words.append(one.outgoing.reply.text)
                await self.store.record(one.id, outcome)
        await self.shows()
        return words

    # What the program does

    async def shows(self) -> list[str]:
        """The group is shown all that is new; returns what was posted for it, in any topic."""
        before = len(self.server.called("sendMessage"))
        await self.group.drain()
        return [one.text for one in self.server.called("sendMessage")[before:]]

    async def is_shown(self) -> None:
        """Wait until all is shown, and noted down, by whoever is at it."""
        async with asyncio.timeout(5):
            while await self.records.next(self.group.chat_id, ()) is not None:
                await self.store.changed.after(self.store.changed.version, 0.02)

    async def takes(self) -> None:
        """What staff wrote is taken, and confirmed."""
        while self.server.updates.pending:
            found = telegram.Update.de_json(self.server.updates.pending[0], self.bot)
            await self.group.take(found)
            self.server.updates.pending.pop(0)

    async def writes(self, text: str, by: str = "Mira", *, ticket: int = 1, times: int = 1) -> int:
        """Somebody of staff writes in a case's topic; all that follows from it is done."""
        thread = self.thread(ticket)
        number = await self.server.staff_writes(thread, by, text, times=times)
        await self.takes()
        await self.shows()
        return number

    async def presses(self, label: str, by: str = "Mira", *, ticket: int = 1) -> None:
        """Somebody presses the newest button with this label in a case's topic."""
        for message in reversed(self.posts(ticket)):
            for button in message.buttons:
                if button.label == label:
                    await self.server.staff_presses(by, message.id, button.action)
                    await self.takes()
                    await self.shows()
                    return
        raise AssertionError(f"no button {label!r}")

    # What can be seen

    def thread(self, ticket: int = 1) -> int:
        """The thread of a ticket's topic, the newest whose introduction says its number."""
        number = re.compile(rf"n[ro]\. {ticket} \(")
        found = [
            one.thread
            for one in self.server.topics
            if any(
                number.search(post.text)
                for post in self.server.shown(self.group.chat_id, one.thread)[:3]
            )
        ]
        assert found, f"no topic is about case {ticket}"
        return found[-1]

    def posts(self, ticket: int = 1) -> list[Shown]:
        """What Udha has posted in a ticket's topic."""
        return [
            one for one in self.server.shown(GROUP, self.thread(ticket)) if one.text or one.buttons
        ]

    def texts(self, ticket: int = 1) -> list[str]:
        return [one.text for one in self.posts(ticket)]

    def general(self) -> list[Shown]:
        """What Udha has posted in General."""
        return [one for one in self.server.shown(GROUP) if one.thread is None]

    def titles(self) -> list[str]:
        return [one.name for one in self.server.topics]

    async def ticket(self, id_: int = 1) -> Ticket:
        found = await self.store.ticket(id_)
        assert found is not None
        return found

    async def connect(self) -> None:
        await self.bot.initialize()

    async def close(self) -> None:
        await self.bot.shutdown()

    def group_of(self, store: Store) -> StaffGroup:
        """The same group as another process has it."""
        self.records = Mortal(
            store, lambda text, language: staff_reply(self._content.texts, text, language)
        )
        return StaffGroup(
            self.bot,
            GROUP,
            self.records,
            Wording(lambda: self._content.texts, self._language, self.named),
            sleep=self.time.sleep,
            monotonic=self.time.monotonic,
        )


@asynccontextmanager
async def staff_world(
    folder: Path, content: Content, language: Language = "sq"
) -> AsyncIterator[StaffWorld]:
    """A world whose group has all that it needs. folder: for the store."""
    time = PassingTime()
    store = await opened(folder, time)
    async with TelegramServer(now=time, monotonic=time.monotonic) as server:
        server.has_staff_group(GROUP)
        world = StaffWorld(server, store, content, time, language)
        await world.connect()
        yield world
        await world.close()
    await store.close()
