"""What a channel must offer: the protocol behind which every platform's names stay hidden."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from aiohttp import web

from bot.uploads import Upload
from handlers.messages import Attachment, Message, Reply

Receive = Callable[[Message], Awaitable[bool]]
"""Keeps a message in the inbox; returns after its commit. False: it was there already."""


ReadFile = Callable[[int], Awaitable[Upload | None]]
"""A file with its content by its number; None: it is not kept any more. Raises NotNow."""
Link = Callable[[Attachment], str | None]
"""The address at which a person may fetch a file for some days; None: nobody could reach it."""


class NotNow(Exception):
    """What is to be sent cannot be read at this moment."""


async def no_file(number: int) -> Upload | None:
    """Where no files are kept."""
    return None


def no_link(file: Attachment) -> str | None:
    """Where nothing can be fetched from us."""
    return None


@dataclass(frozen=True)
class Sent:
    """The platform took the reply."""

    platform_id: str
    """The platform's id of the message; empty where it gives none."""
    confirmed: bool = False
    """The person's own device has said that it is there."""


@dataclass(frozen=True)
class Later:
    """Refused for now: try again at `at`, or, with None, after the usual growing pause."""

    reason: str
    at: datetime | None = None


@dataclass(frozen=True)
class Away:
    """The person is not there: wait until the channel calls `arrived` for the address."""


@dataclass(frozen=True)
class Refused:
    """Refused for good, such as blocked or gone."""

    reason: str


@dataclass(frozen=True)
class Gone:
    """Refused for good because the person blocked Udha or left; noted until they are back."""

    reason: str


@dataclass(frozen=True)
class Unknown:
    """It may have arrived: a time-out after sending, a 5xx."""

    reason: str


Outcome = Sent | Later | Away | Refused | Gone | Unknown


@dataclass(frozen=True)
class Outgoing:
    """One reply on its way to one chat."""

    id: int
    address: str
    reply: Reply
    replaces: str | None = None
    """The platform's id of the message to put it in place of, where the platform can."""


class Channel(Protocol):
    """One platform. `run` receives until it is cancelled; `send` never raises for a refusal."""

    name: str

    async def run(self) -> None: ...

    async def send(self, outgoing: Outgoing) -> Outcome: ...


@runtime_checkable
class Nearby(Protocol):
    """A channel that reaches only those who are connected to this very process."""

    def connected(self) -> frozenset[str]:
        """Their addresses at this moment."""
        ...


class Platform(Channel, Protocol):
    """A channel of a platform beyond this machine, which may refuse us while the rest runs."""

    @property
    def state(self) -> str:
        """ "on", or "off: " and why, for whoever looks after Udha."""
        ...

    def add_to(self, app: web.Application) -> None:
        """Add the doors at which the platform calls."""
        ...
