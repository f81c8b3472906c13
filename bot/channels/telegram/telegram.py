"""The channel "telegram"."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
import telegram
from aiohttp import web
from telegram.error import InvalidToken, TelegramError

from bot.channels.channel import Outcome, Outgoing
from bot.channels.telegram.bot import bot_id
from bot.channels.telegram.inside import Inside, StaffGroup
from bot.channels.telegram.pauses import Pauses
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.profile import publish
from bot.channels.telegram.receiving import Receiving
from bot.channels.telegram.sending import Sender
from bot.channels.telegram.standing import Standing
from bot.channels.telegram.translate import CHANNEL
from bot.channels.telegram.webhook import Door, Webhook
from bot.persisting import Sleep
from knowledge_base.model import Texts

TOKEN_AGAIN = 600.0
"""Seconds between two tries with a token that was refused: it may have been Telegram's mistake."""

log = structlog.get_logger()


class Telegram:
    """Telegram, as a channel. An address is the id of a chat."""

    name = CHANNEL

    def __init__(
        self,
        bot: telegram.Bot,
        inside: Inside,
        *,
        public_url: str,
        webhook_secret: str,
        texts: Callable[[], Texts],
        clock: Callable[[], datetime],
        sleep: Sleep,
        group: StaffGroup | None = None,
    ) -> None:
        """public_url: where the internet reaches this server, and Telegram brings updates; empty:
        they are asked for. webhook_secret: letters and digits that nobody else knows."""
        self._bot = bot
        self._texts = texts
        self._sleep = sleep
        self._standing = Standing()
        self._receiving = Receiving(bot, bot_id(bot.token), inside, clock, group)
        self._door = Door(self._receiving, webhook_secret)
        self._sender = Sender(bot, self._standing, clock, sleep, inside.read_file)
        self._coming: Polling | Webhook = (
            Webhook(bot, public_url, webhook_secret, self._standing, sleep)
            if public_url
            else Polling(bot, self._receiving, inside, self._standing, sleep)
        )

    @property
    def state(self) -> str:
        """ "on", or "off: " and why."""
        return self._standing.state

    def add_to(self, app: web.Application) -> None:
        """Add POST /telegram/webhook. It is there while updates are asked for, too: Telegram may
        still bring what it began to bring."""
        self._door.add_to(app)

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Send a reply; see sending.py."""
        return await self._sender.send(outgoing)

    async def run(self) -> None:
        """Receive until cancelled, whatever Telegram says meanwhile."""
        try:
            while True:
                try:
                    await self._connect()
                    await self._receive()
                except InvalidToken:
                    self._standing.is_off("token_refused")
                    await self._sleep(TOKEN_AGAIN)
        finally:
            await self._receiving.close()
            await self._bot.shutdown()

    async def _receive(self) -> None:
        # Beside it: nobody waits for an answer because the profile is slow.
        publishing = asyncio.create_task(self._publish())
        try:
            await self._coming.run()
        finally:
            publishing.cancel()
            await asyncio.wait([publishing])

    async def _connect(self) -> None:
        """Learn who we are, sooner or later. Raises InvalidToken."""
        pauses = Pauses()
        while True:
            try:
                await self._bot.initialize()
            except InvalidToken:
                raise
            except TelegramError as error:
                self._standing.is_off("unreachable")
                await self._sleep(pauses.next(error))
            else:
                return

    async def _publish(self) -> None:
        """A profile of yesterday is no reason to receive nothing today."""
        try:
            await publish(self._bot, self._texts())
        except TelegramError:
            log.warning("profile_not_published", channel=self.name, exc_info=True)
