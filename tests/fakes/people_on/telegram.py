"""Somebody with Telegram on the phone; between them and Udha stands tests/fakes/telegram_server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

from knowledge_base.model import Language
from tests.fakes.people_on.seen import Seen
from tests.fakes.telegram_chats import Shown
from tests.fakes.telegram_server import TelegramServer


class OnTelegram:
    """Sees messages appear, and change in place."""

    channel = "telegram"

    def __init__(self, server: TelegramServer, chat: int, language: Language | None) -> None:
        self._server = server
        self._chat = chat
        self._language = language or "sq"
        self._before: dict[int, Shown] = {}
        self._edits = 0

    @property
    def address(self) -> str:
        return str(self._chat)

    async def opens(self, payload: str) -> None:
        await self.types(f"/start {payload}".strip())

    async def types(self, text: str) -> None:
        await self._server.writes(self._chat, text, language=self._language)
        await self._is_taken()

    async def presses(self, action: str) -> None:
        """Where no message bears the button, it is an old one that the app still shows."""
        shown = self._server.shown(self._chat)
        bearing = [one for one in shown if action in one.actions] or shown
        await self._server.presses(self._chat, bearing[-1].id, action, language=self._language)
        await self._is_taken()

    async def sends_a_picture(self) -> None:
        await self._server.sends(self._chat, photo=True, language=self._language)
        await self._is_taken()

    async def writes_in_a_group(self) -> None:
        """The first time Udha is brought into it."""
        if self._chat > 0:
            who, self._chat = self._chat, -self._chat
            self._server.chats.user(who, language=self._language)
            await self._server.brings_bot_into(self._chat, by=who)
        else:
            await self._server.writes(self._chat, "Kush vjen nesër?", language=self._language)
        await self._is_taken()

    async def news(self) -> list[Seen]:
        now = {one.id: one for one in self._server.shown(self._chat)}
        edits = self._server.called("editMessageText", self._chat)
        edited = {one.parameters["message_id"] for one in edits[self._edits :]}
        new = [one for id_, one in now.items() if id_ in edited or self._before.get(id_) != one]
        self._before, self._edits = now, len(edits)
        return [Seen(one.text, one.labels, one.actions, in_place=one.id in edited) for one in new]

    async def _is_taken(self) -> None:
        await self._server.until(lambda: not self._server.updates.pending)


class TelegramPhones:
    """Gives everybody a chat of their own."""

    def __init__(self, server: TelegramServer) -> None:
        self._server = server
        self._chats = count(1001)

    @asynccontextmanager
    async def on_telegram(self, name: str, language: Language | None) -> AsyncIterator[OnTelegram]:
        """Telegram knows nobody by the name."""
        yield OnTelegram(self._server, next(self._chats), language)
