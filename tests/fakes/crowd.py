"""Many people on one platform, each in a chat of their own, called by a number from 0 on."""

import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Literal, Protocol

from tests.fakes import telegram_faults, viber_faults
from tests.fakes.telegram_server import TelegramServer
from tests.fakes.viber_server import ViberServer

WAYS = ("telegram polling", "telegram webhook", "viber")
FIRST_CHAT = 2001
WAIT = 7
"""Seconds that "too many" asks for."""

Trouble = Literal["too many", "page", "page, delivered", "reset", "reset, delivered"]
"""What becomes of one sending. page: 502 with HTML. reset: the connection is cut."""
UNCLEAR: Sequence[Trouble] = ("page", "page, delivered", "reset", "reset, delivered")
"""After these nobody knows whether it arrived."""
TO_TELEGRAM: Mapping[Trouble, telegram_faults.Fault] = {
    "too many": telegram_faults.too_many(WAIT),
    "page": telegram_faults.bad_gateway(),
    "page, delivered": telegram_faults.bad_gateway(delivers=True),
    "reset": telegram_faults.reset_before(),
    "reset, delivered": telegram_faults.reset_after(),
}
TO_VIBER: Mapping[Trouble, viber_faults.Fault] = {
    "too many": viber_faults.Http(429, headers={"Retry-After": str(WAIT)}),
    "page": viber_faults.Http(502),
    "page, delivered": viber_faults.Body("<html>502 Bad Gateway</html>"),
    "reset": viber_faults.Reset(),
    "reset, delivered": viber_faults.Reset(after=True),
}


class Crowd(Protocol):
    """What the people of a platform do and see, and what the platform does."""

    @property
    def channel(self) -> str: ...

    @property
    def environ(self) -> Mapping[str, str]:
        """How the program is told of the platform."""
        ...

    @property
    def is_called(self) -> bool:
        """Does the platform have to be told an address at which it calls?"""
        ...

    async def writes(self, who: int, text: str, times: int = 1) -> None:
        """Returns when the platform has it; it brings it again and again until it is taken.

        times: how often it brings the same update all the same.
        """
        ...

    async def leaves(self, who: int) -> None: ...

    async def is_back(self, who: int) -> None: ...

    def received(self, who: int) -> list[str]:
        """All that arrived, in order, as often as it came."""
        ...

    def tries(self, who: int) -> list[float]:
        """When each sending to somebody came to the platform, in its seconds."""
        ...

    def has_trouble(self, who: int, *troubles: Trouble) -> None:
        """The next sendings to somebody go wrong."""
        ...

    async def goes_away(self) -> None:
        """Nobody answers at the platform's address."""
        ...

    async def comes_back(self) -> None: ...


class OnTelegram:
    """Telegram, which is asked or calls."""

    channel = "telegram"

    def __init__(self, server: TelegramServer, *, is_called: bool) -> None:
        self.is_called = is_called
        self._server = server

    @property
    def environ(self) -> Mapping[str, str]:
        return {"TELEGRAM_BOT_TOKEN": self._server.token, "TELEGRAM_API_URL": self._server.url}

    async def writes(self, who: int, text: str, times: int = 1) -> None:
        await self._server.writes(FIRST_CHAT + who, text, times=times)

    async def leaves(self, who: int) -> None:
        await self._server.blocks(FIRST_CHAT + who)

    async def is_back(self, who: int) -> None:
        await self._server.unblocks(FIRST_CHAT + who)

    def received(self, who: int) -> list[str]:
        return [one.text for one in self._server.shown(FIRST_CHAT + who)]

    def tries(self, who: int) -> list[float]:
        return [call.at for call in self._server.called("sendMessage", FIRST_CHAT + who)]

    def has_trouble(self, who: int, *troubles: Trouble) -> None:
        faults = [TO_TELEGRAM[one] for one in troubles]
        self._server.fails("sendMessage", *faults, chat=FIRST_CHAT + who)

    async def goes_away(self) -> None:
        await self._server.closes()

    async def comes_back(self) -> None:
        await self._server.opens()


class OnViber:
    """Viber, which calls."""

    channel = "viber"
    is_called = True

    def __init__(self, server: ViberServer) -> None:
        self._server = server

    @property
    def environ(self) -> Mapping[str, str]:
        return {"VIBER_AUTH_TOKEN": self._server.token, "VIBER_API_URL": self._server.url}

    async def writes(self, who: int, text: str, times: int = 1) -> None:
        await self._server.writes(_user(who), text, times=times)

    async def leaves(self, who: int) -> None:
        await self._server.unsubscribes(_user(who))

    async def is_back(self, who: int) -> None:
        await self._server.subscribes(_user(who))

    def received(self, who: int) -> list[str]:
        return [one.text for one in self._server.shown(_user(who))]

    def tries(self, who: int) -> list[float]:
        return [
            call.at.timestamp()
            for call in self._server.calls
            if call.method == "send_message" and call.body["receiver"] == _user(who)
        ]

    def has_trouble(self, who: int, *troubles: Trouble) -> None:
        faults = [TO_VIBER[one] for one in troubles]
        self._server.fails("send_message", *faults, user_id=_user(who))

    async def goes_away(self) -> None:
        await self._server.goes_away()

    async def comes_back(self) -> None:
        await self._server.comes_back()


def _user(who: int) -> str:
    return f"person {who}"


def _now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def crowd_on(
    way: str,
    clock: Callable[[], datetime] = _now,
    monotonic: Callable[[], float] = time.monotonic,
) -> AsyncIterator[Crowd]:
    """way: one of WAYS."""
    if way == "viber":
        # Its hour of patience, in steps that a test can wait for.
        async with ViberServer(clock=clock, pauses=(0.05,) * 2000) as viber:
            yield OnViber(viber)
    else:
        async with TelegramServer(now=clock, monotonic=monotonic) as telegram:
            yield OnTelegram(telegram, is_called=way == "telegram webhook")
