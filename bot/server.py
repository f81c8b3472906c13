"""The HTTP doors: alive, ready, figures, and whatever doors the channels bring."""

import asyncio
import errno
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from aiohttp import web

from bot.refused import Refused

AddTo = Callable[[web.Application], None]
"""Adds a channel's doors to the application."""


class CannotListen(Refused):
    """The address cannot be listened on. One clear sentence."""


@dataclass(frozen=True)
class Readiness:
    """May people be sent here? If not, why; and which channels are on."""

    reason: str = ""
    """Empty: ready."""
    channels: Mapping[str, str] = field(default_factory=dict)
    """Name → "on", or why it is off."""
    content: Mapping[str, object] = field(default_factory=dict)
    """The version in use, and what keeps a newer one from being used."""


def bind(host: str, port: int) -> socket.socket:
    """Take the address before anything slow is done. Raises CannotListen.

    Who connects from now on waits until the server has started.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        taken = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:
        raise CannotListen(f"UDHA_HOST: {host} is no address of this machine.") from error
    try:
        # Else a restart would have to wait for the old connections' last minute.
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(address)
        # Of two that start at once, both may bind; only one may listen.
        taken.listen(128)
    except OSError as error:
        taken.close()
        raise CannotListen(_why_not(host, port, error)) from error
    return taken


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use on {host}. Stop what runs there, or set UDHA_PORT."
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights. Set UDHA_PORT to 1024 or above."
    return f"UDHA_HOST: {host} is no address of this machine ({error.strerror})."


class Server:
    """Listens on one socket until it is stopped."""

    def __init__(
        self,
        listening: socket.socket,
        ready: Callable[[], Awaitable[Readiness]],
        figures: Callable[[], Awaitable[bytes]],
        doors: Sequence[AddTo],
    ) -> None:
        self._socket = listening
        self._ready = ready
        self._figures = figures
        # Access lines would hold the try-out page's sessions.
        self._runner = web.AppRunner(self._application(doors), access_log=None)

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    @property
    def url(self) -> str:
        """Where a browser on this machine finds it."""
        host = self._socket.getsockname()[0]
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    async def start(self) -> None:
        """Begin to answer."""
        await self._runner.setup()
        await web.SockSite(self._runner, self._socket).start()

    async def stop(self, within: float) -> None:
        """Take no more requests; those in hand have `within` seconds."""
        try:
            async with asyncio.timeout(within):
                await self._runner.cleanup()
        except TimeoutError:
            self._socket.close()

    def _application(self, doors: Sequence[AddTo]) -> web.Application:
        application = web.Application()
        application.router.add_get("/healthz", self._healthz)
        application.router.add_get("/readyz", self._readyz)
        application.router.add_get("/metrics", self._metrics)
        for add_to in doors:
            add_to(application)
        return application

    async def _healthz(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def _readyz(self, _: web.Request) -> web.Response:
        found = await self._ready()
        body: dict[str, object] = {
            "status": "not ready" if found.reason else "ready",
            "channels": found.channels,
        }
        if found.content:
            body["content"] = found.content
        if found.reason:
            body["reason"] = found.reason
        return web.json_response(body, status=503 if found.reason else 200)

    async def _metrics(self, _: web.Request) -> web.Response:
        return web.Response(
            body=await self._figures(),
            headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"},
        )
