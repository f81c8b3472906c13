"""Telegram's Bot API on a port of this machine, and the people who use it.

    async with TelegramServer() as server:
        ...                                     # a bot that talks to server.url with server.token
        await server.writes(5, "Sa kohë mund të rri?")
        (reply,) = await server.has(5, 1)
        await server.presses(5, reply.id, reply.actions[0])

It keeps updates until they are confirmed, refuses what the real one refuses in the same words, and
fails as it is told to (telegram_faults.py). What it speaks is checked by python-telegram-bot in the
tests that use it. Written after https://core.telegram.org/bots/api.
"""

import asyncio
import json
import re
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.fakes.telegram_chats import BOT_ID, Chats, Shown, shown
from tests.fakes.telegram_faults import Fault, Refusal
from tests.fakes.telegram_forum import ForumMethods
from tests.fakes.telegram_methods import MessageMethods
from tests.fakes.telegram_people import Actions
from tests.fakes.telegram_profile import ProfileMethods
from tests.fakes.telegram_updates import Updates

Json = dict[str, Any]
TOKEN = f"{BOT_ID}:AAtests-of-a-token-that-is-long-enough"
BOT: Json = {"id": BOT_ID, "is_bot": True, "first_name": "Udha", "username": "udha_bot"}
IN_JSON = frozenset(
    {"reply_markup", "allowed_updates", "commands", "scope", "reaction", "reply_parameters"}
    | {"link_preview_options", "entities", "message_ids"}
)
"""Parameters that a form carries as JSON."""
WORDS = frozenset({"text", "caption", "name", "description", "short_description"})
"""Parameters that are what they are, even if it is "true"."""
PATIENCE = 30.0
"""Seconds after which what a test waits for will not come; machines may be slow."""


@dataclass(frozen=True)
class Call:
    """One call of the bot, whatever came of it."""

    method: str
    """In upper and lower case as the bot wrote it: to Telegram it is the same."""
    parameters: Json
    at: float
    """By the server's clock: seconds that only grow."""

    @property
    def chat_id(self) -> int | None:
        return self.parameters.get("chat_id")

    @property
    def text(self) -> str:
        return str(self.parameters.get("text", ""))


class TelegramServer(Actions):
    """One bot's Telegram. What people and staff do is in telegram_people.py."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
        token: str = TOKEN,
    ) -> None:
        """now: with time zone, for the dates of messages. monotonic: for when calls came."""
        queries: dict[str, bool] = {}
        super().__init__(Chats(BOT, now), Updates(self._tell), queries, self._tell)
        self.token = token
        self.calls: list[Call] = []
        """Every call, in order."""
        self.busy = 0
        """How many calls are being answered; who waits for updates does not count."""
        self.down: Fault | None = None
        """While set, every call goes wrong like this."""
        self.profile = ProfileMethods(BOT)
        rooms = (MessageMethods(self.chats, queries), ForumMethods(self.chats), self.profile)
        self._methods = {
            name.replace("_", ""): getattr(room, name)
            for room in rooms
            for name in dir(room)
            if not name.startswith("_")
        }
        self._faults: dict[str, deque[tuple[int | None, Fault]]] = {}
        self._monotonic = monotonic
        self._news = asyncio.Event()
        self._hanging = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """What to set TELEGRAM_API_URL to; the same after closing and opening again."""
        return f"http://127.0.0.1:{self._port}"

    async def __aenter__(self) -> Self:
        await self.opens()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.closes()

    async def opens(self) -> None:
        """Listen, on the port of before if there was one."""
        app = web.Application(client_max_size=1 << 26)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self._hanging.clear()
        self.updates.start()

    async def closes(self) -> None:
        """Nobody can connect any more; what is known stays."""
        await self.updates.stop()
        self._hanging.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def fails(self, method: str, *faults: Fault, chat: int | None = None) -> None:
        """The next calls of a method go wrong, in this order; `chat`: of those to that chat."""
        self._faults.setdefault(method.lower(), deque()).extend((chat, one) for one in faults)

    def fails_no_more(self) -> None:
        """What was ordered and has not happened will not happen."""
        self._faults.clear()

    def called(self, method: str, chat: int | None = None) -> list[Call]:
        """The calls of a method so far, to all chats or to one."""
        named = method.lower()
        return [
            one for one in self.calls if one.method.lower() == named and chat in (None, one.chat_id)
        ]

    def shown(
        self, chat_id: int, thread: int | None = None, *, everyone: bool = False
    ) -> list[Shown]:
        """The bot's messages as a chat (a topic of it) sees them now, or with `everyone` all."""
        messages = [shown(one) for one in self.chats.get(chat_id).messages.values()]
        return [
            one
            for one in messages
            if (thread is None or one.thread == thread) and (everyone or one.by_bot)
        ]

    async def has(
        self, chat_id: int, number: int, thread: int | None = None, within: float = PATIENCE
    ) -> list[Shown]:
        """Wait until a chat shows so many messages of the bot; returns all of them.

        within: seconds.
        """
        await self.until(lambda: len(self.shown(chat_id, thread)) >= number, within)
        return self.shown(chat_id, thread)

    async def until(self, true: Callable[[], bool], within: float = PATIENCE) -> None:
        """Wait until something is true of this server; looked at whenever anything happened."""
        try:
            async with asyncio.timeout(within):
                while not true():
                    await self._news.wait()
        except TimeoutError as error:
            lately = [(one.method, one.chat_id, one.text) for one in self.calls[-10:]]
            raise AssertionError(f"not within {within} s; the last calls: {lately}") from error

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        parameters = await _parameters(request)
        if request.match_info["token"] != self.token:
            return _json(_wrong_token(request.match_info["token"]))
        self.calls.append(Call(method, parameters, self._monotonic()))
        fault = self.down or self._next_fault(method, parameters)
        waits = method.lower() == "getupdates"
        self.busy += not waits
        try:
            if fault is None:
                return _json({"ok": True, "result": await self._done(method, parameters)})
            return await self._goes_wrong(request, method, parameters, fault)
        except Refusal as refusal:
            return _json(refusal.body)
        finally:
            self.busy -= not waits
            self._tell()

    async def _done(self, method: str, parameters: Json) -> Any:
        """What a method returns. Raises Refusal."""
        match method.lower():
            case "getupdates":
                return await self.updates.asked(parameters)
            case "setwebhook":
                self.updates.set_webhook(parameters)
                return True
            case "deletewebhook":
                self.updates.set_webhook({**parameters, "url": ""})
                return True
            case "getwebhookinfo":
                return self.updates.info()
            case name if callable(found := self._methods.get(name)):
                return found(parameters)
        raise Refusal(404, "Not Found: method not found")

    async def _goes_wrong(
        self, request: web.Request, method: str, parameters: Json, fault: Fault
    ) -> web.StreamResponse:
        if fault.delivers:
            await self._done(method, parameters)
            self._tell()
        if fault.ends == "hang":
            await self._hanging.wait()
        if fault.ends != "answer":
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        if isinstance(fault.body, str):
            return web.Response(
                status=fault.status,
                text=fault.body,
                content_type="text/html",
                headers=fault.headers,
            )
        return web.json_response(fault.body, status=fault.status, headers=fault.headers)

    def _next_fault(self, method: str, parameters: Json) -> Fault | None:
        waiting = self._faults.get(method.lower(), deque())
        for chat, fault in waiting:
            if chat is None or chat == parameters.get("chat_id"):
                waiting.remove((chat, fault))
                return fault
        return None


def _wrong_token(token: str) -> Json:
    """Telegram does not know a token of the right form, and does not find one of another."""
    if re.fullmatch(r"\d+:[A-Za-z0-9_-]{30,}", token):
        return Refusal(401, "Unauthorized").body
    return Refusal(404, "Not Found").body


def _json(body: Json) -> web.Response:
    return web.json_response(body, status=200 if body["ok"] else body["error_code"])


async def _parameters(request: web.Request) -> Json:
    """A call's parameters: from the address, a form, or JSON."""
    given: Json = dict(request.query)
    if request.content_type == "application/json":
        given |= await request.json()
    else:
        given |= dict(await request.post())
    return {name: _value(name, value) for name, value in given.items()}


def _value(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if name in IN_JSON:
        with suppress(ValueError):
            return json.loads(value)
    if name not in WORDS and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if name.endswith("_id") and re.fullmatch(r"-?\d+", value):
        return int(value)
    return value
