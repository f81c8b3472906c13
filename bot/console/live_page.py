"""The connection by which a page hears what happens: server-sent events."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from bot.console.desk import Desk, me_of
from bot.console.listener import Listener
from bot.console.pages import SECURITY

PING = 20.0
"""Seconds of silence after which a comment is sent: proxies cut what is silent for a minute."""
AGAIN_AFTER = 3000
"""Milliseconds after which a browser that was cut off comes back."""
READS_WITHIN = 5.0
"""Seconds in which a browser must take what it is sent; one that does not is cut off."""
HEADERS = {
    **SECURITY,
    "Content-Type": "text/event-stream",
    # A proxy that collects answers before it passes them on would keep all of it.
    "X-Accel-Buffering": "no",
}


class LivePage:
    """What happens, as it happens."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/live", self._listen, allow_head=False),
            web.get("/live/still", self._still),
        ]

    async def _listen(self, request: web.Request) -> web.StreamResponse:
        me = me_of(request)
        response = web.StreamResponse(headers=HEADERS)
        await response.prepare(request)
        with self._desk.live.listening(me.session, me.language) as listener:
            try:
                await pass_on(listener, response.write)
            except (ConnectionError, TimeoutError):
                # Nobody reads it: the browser has gone, or will come back by itself.
                if request.transport is not None:
                    request.transport.abort()
        return response

    async def _still(self, _: web.Request) -> web.Response:
        """Is somebody signed in? A page that was refused above cannot tell why."""
        return web.Response(status=204)


async def pass_on(
    listener: Listener,
    write: Callable[[bytes], Awaitable[None]],
    *,
    ping: float = PING,
    reads_within: float = READS_WITHIN,
) -> None:
    """Write what a page hears until nothing follows.

    Raises TimeoutError when it does not read, and ConnectionError when it has gone.
    """
    text: str | None = f"retry: {AGAIN_AFTER}\n\n"
    while text is not None:
        async with asyncio.timeout(reads_within):
            await write(text.encode())
        happened = await listener.next(ping)
        text = None if happened is None else _event(happened)


def _event(happened: Sequence[tuple[str, object]]) -> str:
    if not happened:
        return ": still here\n\n"
    return f"event: happened\ndata: {json.dumps(happened, separators=(',', ':'))}\n\n"
