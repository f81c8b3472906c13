"""The door at which Viber calls: POST /viber/webhook.

Viber takes 200 for "received", and calls again for an hour after anything else. So: 200 once the
store has it, or for what nobody can make anything of; 503 where it could not be kept.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime

import structlog
from aiohttp import web

from bot.channels.viber.bodies import welcome
from bot.channels.viber.events import (
    Back,
    Event,
    Left,
    Nothing,
    Opened,
    Receipt,
    Wrote,
    read,
)
from bot.channels.viber.inside import Inside
from bot.persisting import Sleep
from handlers.messages import Message
from knowledge_base.model import Texts

PATH = "/viber/webhook"
SIGNATURE = "X-Viber-Content-Signature"
RECEIPT_PAUSES = (0.2, 1.0)
"""Seconds. A receipt may be quicker than we note that the message was sent."""

log = structlog.get_logger()


class Door:
    """Takes what Viber calls with."""

    def __init__(
        self,
        inside: Inside,
        token: str,
        texts: Callable[[], Texts],
        clock: Callable[[], datetime],
        sleep: Sleep,
        heard: Callable[[str], bool],
    ) -> None:
        """heard: told the address of who wrote; True where replies were held back until then."""
        self._inside = inside
        self._secret = token.encode()
        self._texts = texts
        self._clock = clock
        self._sleep = sleep
        self._heard = heard

    def add_to(self, app: web.Application) -> None:
        app.router.add_post(PATH, self._called)

    async def _called(self, request: web.Request) -> web.Response:
        data = await request.read()
        if not self._is_signed(data, request.headers.get(SIGNATURE, "")):
            return web.Response(status=401)
        event = read(data, self._clock())
        try:
            return await self._take(event)
        except Exception:
            # Whatever it was: Viber keeps it and brings it again.
            log.warning("event_not_kept", channel="viber", kind=_kind(event), exc_info=True)
            return web.Response(status=503)

    def _is_signed(self, data: bytes, signature: str) -> bool:
        right = hmac.new(self._secret, data, hashlib.sha256).hexdigest()
        # Bytes: comparing texts raises on letters beyond ASCII.
        return hmac.compare_digest(right.encode(), signature.lower().encode("utf-8", "replace"))

    async def _take(self, event: Event) -> web.Response:
        match event:
            case Opened(message):
                return await self._welcome(message)
            case Wrote(message):
                await self._inside.keep(message)
                if self._heard(message.address):
                    await self._inside.arrived(message.address)
            case Left(address):
                await self._inside.left(address)
            case Back(address):
                await self._inside.back(address)
            case Receipt():
                await self._note(event)
            case Nothing(kind):
                self._inside.ignored(kind)
                if kind != "webhook":
                    log.info("event_ignored", channel="viber", kind=kind)
        return web.Response()

    async def _welcome(self, message: Message) -> web.Response:
        """Who only opened the chat may not be written to yet: the words are this answer's body."""
        body = welcome(await self._inside.welcome(message), self._texts())
        if body is None:
            return web.Response()
        text = json.dumps(body, ensure_ascii=False)
        return web.Response(text=text, content_type="application/json")

    async def _note(self, receipt: Receipt) -> None:
        for pause in RECEIPT_PAUSES:
            if await self._inside.receipt(receipt.token, receipt.arrival):
                return
            await self._sleep(pause)
        await self._inside.receipt(receipt.token, receipt.arrival)


def _kind(event: Event) -> str:
    return type(event).__name__.lower()
