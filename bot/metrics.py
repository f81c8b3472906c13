"""What can be counted from outside: numbers for Prometheus, never an identity or a word."""

from collections.abc import Awaitable, Callable, Mapping
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
from bot.store.figures import Figures
from handlers.messages import Chat, Effects, Message
from knowledge_base.model import Content

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
        self.ignored = Counter(
            "udha_updates_ignored",
            "Updates of a platform that led to nothing, by what they were.",
            ["channel", "kind"],
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
            "Attempts to send a reply: sent, later, away, refused, gone or unknown.",
            ["channel", "outcome"],
            registry=self.registry,
        )
        self.sockets = self._gauge("udha_web_sockets", "Open pages.")
        self._entries = self._gauge(
            "udha_entries", "Entries, with the content's version.", "content"
        )
        self._store_up = self._gauge(
            "udha_store_up", "1 while the store can be read and written, else 0."
        )
        self._inbox = self._gauge("udha_inbox_waiting", "Messages that wait to be handled.")
        self._inbox_age = self._gauge("udha_inbox_oldest_seconds", "Age of the oldest of them.")
        self._set_aside = self._gauge(
            "udha_inbox_set_aside", "Messages of the last days whose handling failed for good."
        )
        self._outbox = self._gauge("udha_outbox_waiting", "Replies that wait.", "channel")
        self._outbox_age = self._gauge("udha_outbox_oldest_seconds", "Age of the oldest of them.")
        self._lost = self._gauge(
            "udha_outbox_lost", "Replies of the last days that did not arrive, by why.", "outcome"
        )
        self._tickets = self._gauge("udha_tickets", "Open tickets.", "state")
        self._urgent = self._gauge("udha_tickets_urgent", "Open urgent tickets.")
        self._ticket_age = self._gauge(
            "udha_tickets_oldest_seconds", "The longest that somebody waits for a first human word."
        )

    def show_content(self, content: Content) -> None:
        """Note what the content is."""
        self._entries.clear()
        self._entries.labels(content.version).set(len(content.entries))

    def show_store(self, figures: Figures | None) -> None:
        """Note what waits in the store; None: it does not answer, and its figures are gone."""
        self._store_up.set(figures is not None)
        for gauge in (self._outbox, self._lost, self._tickets):
            gauge.clear()
        if figures is None:
            return
        self._inbox.set(figures.inbox_waiting)
        self._inbox_age.set(figures.inbox_oldest)
        self._set_aside.set(figures.inbox_set_aside)
        self._outbox_age.set(figures.outbox_oldest)
        self._urgent.set(figures.tickets_urgent)
        self._ticket_age.set(figures.ticket_oldest)
        _set_each(self._outbox, figures.outbox_waiting)
        _set_each(self._lost, figures.outbox_lost)
        _set_each(self._tickets, figures.tickets)

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

    def counting_ignored(self, channel: str) -> Callable[[str], None]:
        """Counts a channel's updates that lead to nothing, by their kind."""

        def counted(kind: str) -> None:
            self.ignored.labels(channel, kind).inc()

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

    def _gauge(self, name: str, says: str, *labels: str) -> Gauge:
        return Gauge(name, says, labels, registry=self.registry)


def _set_each(gauge: Gauge, values: Mapping[str, int]) -> None:
    for label, value in values.items():
        gauge.labels(label).set(value)


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
