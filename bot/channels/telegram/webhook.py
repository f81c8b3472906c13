"""Updates brought by Telegram: the door, and the address that Telegram is told."""

import hmac
import json

import structlog
import telegram
from aiohttp import web
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.channels.telegram.pauses import Pauses
from bot.channels.telegram.polling import ALLOWED
from bot.channels.telegram.receiving import NotKept, Receiving
from bot.channels.telegram.standing import Standing
from bot.persisting import Sleep

PATH = "/telegram/webhook"
SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
LOOK_EVERY = 600.0
"""Seconds between two looks whether Telegram still has the address."""

log = structlog.get_logger()


class Door:
    """POST /telegram/webhook: 200 for what was kept, and for what nobody can make anything of."""

    def __init__(self, receiving: Receiving, secret: str) -> None:
        self._receiving = receiving
        self._secret = secret.encode()

    def add_to(self, app: web.Application) -> None:
        app.router.add_post(PATH, self._called)

    async def _called(self, request: web.Request) -> web.Response:
        given = request.headers.get(SECRET, "").encode("utf-8", "surrogateescape")
        # Bytes: comparing texts raises on letters beyond ASCII.
        if not hmac.compare_digest(given, self._secret):
            return web.Response(status=401)
        try:
            raw = json.loads(await request.read())
        except (ValueError, RecursionError):
            log.warning("update_malformed", channel="telegram")
            return web.Response()
        try:
            await self._receiving.take(raw)
        except NotKept:
            # Telegram keeps it and brings it again, for a day.
            return web.Response(status=503)
        return web.Response()


class Webhook:
    """Sees to it that Telegram brings updates to us."""

    def __init__(
        self, bot: telegram.Bot, public_url: str, secret: str, standing: Standing, sleep: Sleep
    ) -> None:
        """public_url: where the internet reaches this server."""
        self._bot = bot
        self._url = public_url.rstrip("/") + PATH
        self._secret = secret
        self._standing = standing
        self._sleep = sleep

    async def run(self) -> None:
        """Keep it set until cancelled. Raises InvalidToken."""
        pauses, known = Pauses(), ""
        while True:
            try:
                if known != self._url:
                    await self._set()
                self._standing.is_on()
                pauses.over()
                await self._sleep(LOOK_EVERY)
                known = (await self._bot.get_webhook_info()).url
            except InvalidToken:
                raise
            except BadRequest:
                self._standing.is_off("webhook_refused")
                await self._sleep(pauses.next())
            except TelegramError as error:
                self._standing.is_off("unreachable")
                await self._sleep(pauses.next(error))

    async def _set(self) -> None:
        await self._bot.set_webhook(
            self._url,
            secret_token=self._secret,
            allowed_updates=list(ALLOWED),
            drop_pending_updates=False,
        )
