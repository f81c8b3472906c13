"""What can go wrong between us and Viber's servers. Each is scripted for one call of one method."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web

Answering = Callable[[], Awaitable[web.Response]]
"""Does what the method does, and gives what it would answer."""


@dataclass(frozen=True)
class Http:
    """An HTTP error instead of an answer; nothing was done."""

    status: int
    body: str = "<html><body>Bad Gateway</body></html>"
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "text/html"})


@dataclass(frozen=True)
class Status:
    """A refusal the way Viber refuses: HTTP 200, and a number that is not 0."""

    status: int
    message: str = "scripted"


@dataclass(frozen=True)
class Reset:
    """The connection ends without an answer, before or after it was done."""

    after: bool = False


@dataclass(frozen=True)
class Hang:
    """It is taken, perhaps done, and never answered."""

    after: bool = True


@dataclass(frozen=True)
class Body:
    """HTTP 200 with anything in it, after it was done."""

    text: str


Fault = Http | Status | Reset | Hang | Body


async def answer_with(
    fault: Fault, request: web.Request, answering: Answering, ended: asyncio.Event
) -> web.StreamResponse:
    """Answer a call as the fault has it. ended: the server is being taken down."""
    match fault:
        case Http(status, body, headers):
            return web.Response(status=status, text=body, headers=headers)
        case Status(status, message):
            return web.json_response({"status": status, "status_message": message})
        case Body(text):
            await answering()
            return web.Response(text=text)
        case Reset(after):
            if after:
                await answering()
            _cut(request)
        case Hang(after):
            if after:
                await answering()
            await ended.wait()
            _cut(request)
    return web.Response(status=500)


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
