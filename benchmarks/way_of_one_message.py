"""How many messages a second go the whole way, kept durably, and how long one takes."""

import asyncio
import itertools
import math
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks.report import Report
from bot.channels.channel import Outcome, Outgoing, Sent
from bot.delivery import Delivery
from bot.rate_limits import RateLimits
from bot.store.store import Store
from bot.worker import Worker
from handlers.desk import Desk, MyData, Service
from handlers.messages import Chat, Effects, Message, Reply
from handlers.routing import handle
from knowledge_base.knowledge import KnowledgeBase
from tests.fakes.postgres_server import NoServer, postgres_server

CONTENT = Path(__file__).parents[1] / "knowledge_base" / "content"
BURST = 1500
CHATS = 150
PACE = 60
"""Messages a second: twice what Telegram lets a bot send."""
STEADY = 10 * PACE
SECRET = "benchmark " * 4

Handle = Callable[[Message, Chat], Awaitable[Effects]]


def run(report: Report) -> None:
    """A burst and a steady pace through inbox, handlers, store, outbox and channel."""
    asyncio.run(_run(report, KnowledgeBase.build(CONTENT)))


async def _run(report: Report, knowledge: KnowledgeBase) -> None:
    report(f"The way of one message: {BURST} questions of {CHATS} chats at once, then {PACE}/s")
    understand, burst = partial(_understand, knowledge), _messages(knowledge, BURST)
    bare = BURST / await _without_store(understand, burst)
    whole = BURST / await Way(understand, burst).go(math.inf)
    report.rate("the whole way, durably", whole, "/s", least=PACE)
    report.rate("the same without a store", bare, "/s")
    report.ratio("without a store, times as many", bare / whole)
    alone = BURST / await Way(_echo, burst).go(math.inf)
    report.rate("the whole way, durably, with nothing to understand", alone, "/s")
    await _on_postgresql(report, burst, alone)
    way = Way(understand, _messages(knowledge, STEADY))
    await way.go(PACE)
    milliseconds = sorted(1000 * one for one in way.seconds)
    median, slowest = (milliseconds[len(milliseconds) * part // 100] for part in (50, 99))
    report.value(f"from receiving to sending at {PACE}/s, median", median, "ms")
    report.value(f"from receiving to sending at {PACE}/s, p99", slowest, "ms", below=1000)


class Way:
    """The whole way, from the inbox to a platform that takes everything at once."""

    name = "benchmark"

    def __init__(
        self, understand: Handle, messages: Sequence[Message], url: str | None = None
    ) -> None:
        """url: of an empty database; None: a file of its own."""
        self._url = url
        self.seconds: list[float] = []
        """From receiving a message to sending each of its replies."""
        self._understand = understand
        self._messages = messages
        self._left = len(messages)
        self._received: dict[str, float] = {}
        self._on_their_way: dict[str, deque[float]] = defaultdict(deque)
        self._all_sent = asyncio.Event()

    async def go(self, pace: float) -> float:
        """Let `pace` messages a second come. Returns the seconds until all replies are sent."""
        with TemporaryDirectory() as folder:
            url = self._url or f"sqlite:///{folder}/udha.db"
            store = await Store.open(url, SECRET, partial(datetime.now, UTC))
            worker = Worker(store, self._handle, _no_apology)
            limits = RateLimits({}, time.monotonic)
            delivery = Delivery(store, {self.name: self}, limits, Random(1))
            running = asyncio.gather(worker.run(), delivery.run())
            began = time.perf_counter()
            await asyncio.gather(
                *(self._keep(store, one, index / pace) for index, one in enumerate(self._messages))
            )
            await self._all_sent.wait()
            took = time.perf_counter() - began
            worker.stop()
            delivery.stop()
            await running
            await store.close()
        return took

    async def run(self) -> None:
        """Nothing is received here but what `go` keeps."""

    async def send(self, outgoing: Outgoing) -> Outcome:
        # Within a chat replies come in the order of the messages that they answer.
        came = self._on_their_way[outgoing.address].popleft()
        self.seconds.append(time.perf_counter() - came)
        self._look_whether_all_is_sent()
        return Sent(str(outgoing.id))

    async def _keep(self, store: Store, message: Message, after: float) -> None:
        await asyncio.sleep(after)
        self._received[message.update_key] = time.perf_counter()
        await store.keep(message)

    async def _handle(self, message: Message, chat: Chat) -> Effects:
        effects = await self._understand(message, chat)
        came = self._received.pop(message.update_key)
        self._on_their_way[message.address].extend([came] * len(effects.replies))
        self._left -= 1
        self._look_whether_all_is_sent()
        return effects

    def _look_whether_all_is_sent(self) -> None:
        if self._left == 0 and not any(self._on_their_way.values()):
            self._all_sent.set()


class NoRecords:
    """Nobody asks for their data here."""

    async def my_data(self) -> MyData:
        return MyData(datetime.now(UTC), 0, 0)


def _no_apology(message: Message, chat: Chat) -> Effects:
    return Effects()


async def _understand(knowledge: KnowledgeBase, message: Message, chat: Chat) -> Effects:
    desk = Desk(knowledge, Service(), datetime.now(UTC), NoRecords())
    return await handle(message, chat, desk)


async def _echo(message: Message, chat: Chat) -> Effects:
    return Effects((Reply(message.text, "answer", "sq"),))


async def _on_postgresql(report: Report, burst: Sequence[Message], on_a_file: float) -> None:
    """The same against a server on this machine, which waits for the disk as well."""
    try:
        with postgres_server(durable=True) as server:
            url = server.url(server.new_database())
            took = await Way(_echo, burst, url).go(math.inf)
    except NoServer as reason:
        report(f"  no PostgreSQL can be started here: {reason}")
        return
    report.ratio(
        "the same on PostgreSQL, times as fast as on a file", len(burst) / took / on_a_file
    )


async def _without_store(understand: Handle, messages: Sequence[Message]) -> float:
    """The seconds that it takes to understand messages, and nothing else."""
    began = time.perf_counter()
    for message in messages:
        await understand(message, Chat("sq"))
    return time.perf_counter() - began


def _messages(knowledge: KnowledgeBase, number: int) -> Sequence[Message]:
    """Questions as people ask them, from many chats in turn."""
    entries = knowledge.content.entries.values()
    texts = itertools.cycle([variant.text for entry in entries for variant in entry.asked])
    return [
        Message(Way.name, f"chat {index % CHATS}", str(index), "text", datetime.now(UTC), text)
        for index, text in zip(range(number), texts, strict=False)
    ]
