"""What tests of store, worker and delivery share: a clock moved by hand, people, a channel."""

from collections import defaultdict, deque
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.channels.channel import Outcome, Outgoing, Sent
from bot.store.retention import Keeping
from bot.store.store import Leased, Store
from handlers.messages import Change, Chat, Effects, Message, Reply, ReplyDecision

SECRET = "a secret of the tests, long enough to be one"
ELSEWHERE = "database-url"
"""A file in a test's folder: processes that the test starts find the database by it as well."""
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class MovedClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        """move(hours=3)"""
        self.now += timedelta(**by)


def url_of(folder: Path) -> str:
    """UDHA_DATABASE_URL of a test: a file in its folder, unless the folder says where else."""
    elsewhere = folder / ELSEWHERE
    return elsewhere.read_text("utf-8") if elsewhere.exists() else f"sqlite:///{folder}/udha.db"


async def opened(folder: Path, clock: MovedClock, keeping: Keeping | None = None) -> Store:
    return await Store.open(url_of(folder), SECRET, clock, keeping)


def said(text: str, who: str = "ana", *, channel: str = "web", key: str = "") -> Message:
    """A text by somebody; the same text of the same person is the same update unless keyed."""
    update_key = key or f"{who}: {text}"
    return Message(channel, who, update_key, "text", MONDAY, text)


def effects(*replies: str, changes: tuple[Change, ...] = ()) -> Effects:
    return Effects(tuple(reply(text) for text in replies), changes)


def reply(text: str, decision: ReplyDecision = "answer") -> Reply:
    return Reply(text, decision, "sq")


async def leased(store: Store) -> Leased:
    """The next message; there must be one."""
    found = await store.lease()
    assert found is not None
    return found


async def handled(store: Store, message: Message, led_to: Effects | None = None) -> None:
    """Keep a message and let it lead to something."""
    await store.keep(message)
    await store.finish(await leased(store), led_to or Effects())


async def chat_of(store: Store, who: str = "ana") -> Chat:
    """What handlers would see next of somebody's chat. Leaves nothing waiting."""
    await store.keep(said("?", who, key=f"look {store.changed.version}"))
    found = await leased(store)
    await store.set_aside(found, "looked", None)
    return found.chat


async def echo(message: Message, chat: Chat) -> Effects:
    """Answers every text with itself."""
    return effects(message.text)


def no_apology(message: Message, chat: Chat) -> Effects:
    return effects("sorry")


class FakeChannel:
    """Takes what it is sent; `outcomes` are given instead, in order, for a text."""

    def __init__(self, name: str = "web") -> None:
        self.name = name
        self.tried: list[tuple[str, str]] = []
        self.arrived: dict[str, list[str]] = defaultdict(list)
        self.outcomes: dict[str, deque[Outcome | Exception]] = defaultdict(deque)

    async def run(self) -> None:
        """Nothing is received here."""

    async def send(self, outgoing: Outgoing) -> Outcome:
        text = outgoing.reply.text
        self.tried.append((outgoing.address, text))
        outcome = self.outcomes[text].popleft() if self.outcomes[text] else Sent(f"m{outgoing.id}")
        if isinstance(outcome, Exception):
            raise outcome
        if isinstance(outcome, Sent):
            self.arrived[outgoing.address].append(text)
        return outcome
