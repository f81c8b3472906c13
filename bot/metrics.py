"""What can be counted from outside: numbers for Prometheus, never an identity or a word."""

from collections.abc import Awaitable, Callable
from time import perf_counter

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from bot.channels.channel import Channel, Outcome, Outgoing, Receive
from handlers.messages import Chat, Effects, Message

Handle = Callable[[Message, Chat], Awaitable[Effects]]

class Metrics:
    """The figures of one process, with their own registry."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.received = Counter(
            "udha_messages_received",
            "Messages kept in the inbox; repeated says whether it was there already.",
            ["channel", "repeated"],
            registry=self.registry,
        )
        self.handled = Histogram(
            "udha_handling_seconds",
            "Seconds that handling a message took, by the decision of its first reply.",
            ["decision"],
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
            registry=self.registry,
        )
        self.failed = Counter(
            "udha_handling_failed", "Times that handling a message raised.", registry=self.registry
        )
        self.sent = Counter(
            "udha_replies",
            "Attempts to send a reply: sent, later, away, refused or unknown.",
            ["channel", "outcome"],
            registry=self.registry,
        )
        self.entries = Gauge(
            "udha_entries",
            "Published entries, with the version of the content.",
            ["content"],
            registry=self.registry,
        )

    def gauge(self, name: str, says: str, *labels: str) -> Gauge:
        """One more figure that is set when somebody looks."""
        return Gauge(name, says, labels, registry=self.registry)

    def text(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self.registry)

    def counting_received(self, receive: Receive) -> Receive:
        """The same door to the inbox, counted."""

        async def counted(message: Message) -> bool:
            new = await receive(message)
            self.received.labels(message.channel, "no" if new else "yes").inc()
            return new

        return counted

    def counting_handled(self, handle: Handle) -> Handle:
        """The same handling, timed."""

        async def timed(message: Message, chat: Chat) -> Effects:
            began = perf_counter()
            try:
                effects = await handle(message, chat)
            except Exception:
                self.failed.inc()
                raise
            decision = effects.replies[0].decision if effects.replies else "none"
            self.handled.labels(decision).observe(perf_counter() - began)
            return effects

        return timed


class CountingChannel:
    """A channel, with what became of each reply counted."""

    def __init__(self, channel: Channel, metrics: Metrics) -> None:
        self._channel = channel
        self._metrics = metrics
        self.name = channel.name

    async def run(self) -> None:
        await self._channel.run()

    async def send(self, outgoing: Outgoing) -> Outcome:
        outcome = await self._channel.send(outgoing)
        self._metrics.sent.labels(self.name, type(outcome).__name__.lower()).inc()
        return outcome
