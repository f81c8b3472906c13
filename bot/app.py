"""The whole program, put together: the only place where every part is known to another."""

import asyncio
import random
import secrets
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog

from bot.channels.channel import Channel, Nearby, Platform
from bot.channels.web import Web
from bot.clock import Clock
from bot.console.console import Console
from bot.console.desk import Desk as ConsoleDesk
from bot.console.live import Live
from bot.console.pages import Pages
from bot.delivery import Delivery
from bot.file_door import FileDoor
from bot.file_links import FileLinks
from bot.loopback import is_loopback
from bot.metrics import CountingChannel, Metrics
from bot.office import office_of
from bot.on_call import on_call_of
from bot.persisting import Sleep
from bot.platforms import platforms_of, reading_files
from bot.rate_limits import Limits, Pace, RateLimits
from bot.renewing import Renewing
from bot.server import Readiness, Server
from bot.settings import Environment, Settings
from bot.store.errors import StoreAway
from bot.store.store import Store
from bot.supervising import Supervisor
from bot.telling import Telling
from bot.worker import Worker
from handlers.apology import apology
from handlers.desk import Desk, Knowledge, MyData, Service
from handlers.messages import Chat, Effects, Message
from handlers.routing import handle
from knowledge_base.model import Content

FINISHING = 1.5
"""Seconds that each step of stopping may take. There are three; a last write may wait five more for
another process, and all of it has to end within 10."""
SENDING_AT_ONCE = {"web": 1000, "telegram": 30, "viber": 64}
"""Replies of one channel on their way side by side. A page that sleeps is waited for, five seconds
each time: with few hands, some dozens of sleeping phones would keep everybody else waiting. Of a
platform with a pace of its own only a second's worth: what is urgent goes before all that has not
been begun."""
PACES = {
    # https://core.telegram.org/bots/faq, "My bot is hitting limits"
    # It allows 30 a second in all; what left evenly may arrive less so.
    "telegram": Limits(in_all=Pace(28), one_chat=Pace(1)),
}
"""How fast each platform lets us send."""
HOUSEKEEPING = 300.0
"""Seconds between two looks for what has to be deleted."""
STORE_ANSWERS = 2.0
"""Seconds after which a store that has not answered counts as away."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Parts:
    """What everything else is built on."""

    settings: Settings
    knowledge: Knowledge
    store: Store
    clock: Clock
    sleep: Sleep = asyncio.sleep
    """How the pauses between sendings pass."""
    monotonic: Callable[[], float] = time.monotonic
    """Seconds that only ever grow, for the pace of sending."""
    secret: str = field(default_factory=secrets.token_hex, repr=False)
    """What secrets are derived from; by default one that nobody knows and that ends with us."""
    renewing: Renewing | None = None
    """Puts newer content in the place of `knowledge`; None: the content stays as it is."""

    def newest(self) -> Knowledge:
        """The knowledge base to use now; for as long as one message is handled the same one."""
        return self.renewing.current if self.renewing else self.knowledge


class Handling:
    """What a message leads to, with all that handlers need at hand."""

    def __init__(self, parts: Parts, metrics: Metrics) -> None:
        self._parts = parts
        self._service = service_of(parts.settings)
        self._office = office_of(parts.settings)
        self._counted = metrics.counting_handled(self._handle)

    async def handle(self, message: Message, chat: Chat) -> Effects:
        """All that one message leads to. Raises what a handler raises."""
        return await self._counted(message, chat)

    def apologise(self, message: Message, chat: Chat) -> Effects:
        """What it leads to when handling has failed for the last time."""
        return apology(message, chat, self._desk(message))

    async def welcome(self, message: Message) -> Effects:
        """All that opening a chat leads to, kept already but for the replies: its door says them.

        The same again for an update that came before; an apology where handling fails. Raises
        StoreAway.
        """
        chat = await self._parts.store.look(message)
        try:
            effects = await self.handle(message, chat)
        except StoreAway:
            raise
        except Exception:
            log.exception("handling_failed", channel=message.channel)
            effects = self.apologise(message, chat)
        await self._parts.store.finish_at_once(message, effects)
        return effects

    async def _handle(self, message: Message, chat: Chat) -> Effects:
        return await handle(message, chat, self._desk(message))

    def _desk(self, message: Message) -> Desk:
        return Desk(
            knowledge=self._parts.newest(),
            service=self._service,
            now=self._parts.clock(),
            records=RecordsOf(self._parts.store, message),
            office=self._office,
        )


class Conversation:
    """Inbox → handlers → store → outbox → channels."""

    def __init__(
        self,
        parts: Parts,
        channels: Mapping[str, Channel],
        metrics: Metrics,
        handling: Handling,
        only: str | None = None,
    ) -> None:
        """only: the one address that the channels reach."""
        self.worker = Worker(
            parts.store,
            handling.handle,
            handling.apologise,
            at_once=parts.settings.limits.workers,
        )
        self.delivery = delivery_through(
            channels, parts.store, metrics, only, sleep=parts.sleep, monotonic=parts.monotonic
        )


@dataclass(frozen=True)
class RecordsOf:
    """What a handler may look up about whoever wrote a message."""

    store: Store
    message: Message

    async def my_data(self) -> MyData:
        return await self.store.my_data(self.message)


class Udha:
    """One serving process."""

    def __init__(self, parts: Parts, listening: socket.socket) -> None:
        self.parts = parts
        self._supervisor = Supervisor()
        self._stopping = False
        self.metrics = Metrics()
        self.metrics.show_content(parts.newest().content)
        self.handling = Handling(parts, self.metrics)
        self.links = FileLinks(parts.secret, parts.clock)
        self.web = self._web()
        built = platforms_of(parts, self.handling, self.metrics)
        self.platforms: Mapping[str, Platform] = built.channels
        self.staff_group = built.staff_group
        self.channels: Mapping[str, Channel] = {self.web.name: self.web, **self.platforms}
        self.conversation = Conversation(parts, self.channels, self.metrics, self.handling)
        self.console = self._console()
        self.telling = Telling(
            parts.store,
            office_of(parts.settings),
            lambda: parts.newest().content.texts,
            parts.clock,
            parts.sleep,
        )
        platforms = (one.add_to for one in self.platforms.values())
        files_to_fetch = FileDoor(reading_files(parts.store), self.links)
        doors = [self.web.add_to, files_to_fetch.add_to, self.console.add_to, *platforms]
        self.server = Server(listening, self._ready, self._figures, doors)
        self.on_call = on_call_of(parts, self.server.url)

    async def start(self) -> None:
        """Open the doors and begin to work."""
        await self.server.start()
        self._supervisor.start("worker", self.conversation.worker.run)
        self._supervisor.start("delivery", self.conversation.delivery.run)
        self._supervisor.start("housekeeping", self._keep_house)
        self._supervisor.start("live", self.console.live.run)
        self._supervisor.start("telling", self.telling.run)
        if self.on_call is not None:
            self._supervisor.start("on_call", self.on_call.run)
        if self.parts.renewing:
            self._supervisor.start("renewing", self.parts.renewing.run)
        for name, channel in self.channels.items():
            self._supervisor.start(name, channel.run)
        if self.staff_group is not None:
            self._supervisor.start("staff_group", self.staff_group.run)
        content = self.parts.newest().content
        log.info(
            "ready", port=self.server.port, entries=len(content.entries), content=content.version
        )

    async def finish(self) -> None:
        """Begin nothing more, finish what is in hand, close the doors."""
        if self._stopping:
            return
        log.info("stopping")
        self._stopping = True
        if self.staff_group is not None:
            self.staff_group.stop()
        self.conversation.worker.stop()
        await self._supervisor.ended("worker", FINISHING)
        self.conversation.delivery.stop()
        last = ["delivery"] if self.staff_group is None else ["delivery", "staff_group"]
        await asyncio.gather(*(self._supervisor.ended(part, FINISHING) for part in last))
        await self.server.stop(FINISHING)
        await self._supervisor.stop()
        log.info("stopped")

    def _web(self) -> Web:
        store, newest = self.parts.store, self.parts.newest
        return Web(
            receive=self.metrics.counting_received(store.keep),
            arrived=lambda address: store.arrived(Web.name, address),
            texts=lambda: newest().content.texts,
            clock=self.parts.clock,
            new_key=new_key,
            loopback=is_private(self.parts.settings.environment),
            phones=lambda: phones_of(newest().content),
            link=self.links.link,
        )

    def _console(self) -> Console:
        parts = self.parts
        desk = ConsoleDesk(
            settings=parts.settings,
            store=parts.store,
            newest=parts.newest,
            clock=parts.clock,
            pages=Pages(lambda: parts.newest().content.texts),
            live=Live(parts.store, parts.newest),
            secret=parts.secret,
            secure=parts.settings.environment.public_url.startswith("https:"),
        )
        return Console(desk)

    async def _keep_house(self) -> None:
        while True:
            await self.parts.store.expire()
            await asyncio.sleep(HOUSEKEEPING)

    async def _ready(self) -> Readiness:
        channels = {
            self.web.name: "on",
            **channels_off(self.parts.settings.environment),
            **{name: one.state for name, one in self.platforms.items()},
            **self._state_of_group(),
            **self._state_of_alarm(),
        }
        content = self._content()
        if self._stopping:
            return Readiness("Udha is stopping", channels, content)
        try:
            async with asyncio.timeout(STORE_ANSWERS):
                await self.parts.store.check()
        except (StoreAway, TimeoutError):
            return Readiness("the store cannot be reached", channels, content)
        return Readiness(channels=channels, content=content)

    def _content(self) -> Mapping[str, object]:
        found: dict[str, object] = {"version": self.parts.newest().content.version}
        if self.parts.renewing and self.parts.renewing.problems:
            found["refused"] = [str(problem) for problem in self.parts.renewing.problems]
        return found

    def _state_of_group(self) -> Mapping[str, str]:
        if self.staff_group is not None:
            return {"telegram_group": self.staff_group.state}
        if self.parts.settings.environment.telegram_staff_chat:
            return {"telegram_group": "off: TELEGRAM_BOT_TOKEN is not set"}
        return {}

    def _state_of_alarm(self) -> Mapping[str, str]:
        if self.on_call is not None:
            return {"alarm": self.on_call.state}
        if self.parts.settings.alarm.email_to:
            return {"alarm": "off: UDHA_SMTP_URL is not set"}
        return {}

    async def _figures(self) -> bytes:
        try:
            async with asyncio.timeout(STORE_ANSWERS):
                await self.parts.store.check()
                self.metrics.show_store(await self.parts.store.figures())
        except (StoreAway, TimeoutError):
            self.metrics.show_store(None)
        self.metrics.show_content(self.parts.newest().content)
        self.metrics.sockets.set(self.web.sockets)
        return self.metrics.text()


def delivery_through(
    channels: Mapping[str, Channel],
    store: Store,
    metrics: Metrics,
    only: str | None = None,
    *,
    sleep: Sleep = asyncio.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> Delivery:
    """The way from the outbox through these channels, and no others; only: to that address."""
    return Delivery(
        store,
        {name: CountingChannel(one, metrics) for name, one in channels.items()},
        RateLimits(PACES, monotonic),
        random.Random(),  # noqa: S311 - spreads retries, guards nothing
        only=only,
        nearby={name: one.connected for name, one in channels.items() if isinstance(one, Nearby)},
        at_once=SENDING_AT_ONCE,
        sleep=sleep,
    )


def channels_off(environment: Environment) -> Mapping[str, str]:
    """The channels that are off because nobody set them up, each with its reason."""
    tokens = {
        "telegram": ("TELEGRAM_BOT_TOKEN", environment.telegram_token),
        "viber": ("VIBER_AUTH_TOKEN", environment.viber_token),
    }
    return {
        channel: f"off: {variable} is not set"
        for channel, (variable, token) in tokens.items()
        if not token
    }


def service_of(settings: Settings) -> Service:
    """Who stands behind Udha, as handlers say it."""
    service = settings.service
    return Service(
        operator=service.operator or None,
        legal_basis=service.legal_basis if any(service.legal_basis.values()) else None,
        reply_time=service.reply_time if any(service.reply_time.values()) else None,
    )


def is_private(environment: Environment) -> bool:
    """Can only this machine reach the page? Not behind a proxy that has a public address."""
    return not environment.public_url and is_loopback(environment.host)


def phones_of(content: Content) -> tuple[str, ...]:
    """The numbers that a page may make pressable."""
    return tuple(phone for one in content.contacts.values() for phone in one.phones)


def new_key() -> str:
    """An update key for messages whose sender gives none."""
    return secrets.token_urlsafe(16)
