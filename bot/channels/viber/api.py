"""One call of Viber's interface over HTTP, and what may become of it.

Failed                 nothing came back that can be read
├── NotSent            Viber has not heard of it
├── TooMany            HTTP 429: later
├── Rejected           another HTTP error below 500: it will not be taken like this
└── FateUnknown        it may have been done: a time-out, a cut connection, HTTP 5xx
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

TIMEOUT, CONNECT_TIMEOUT = 20.0, 5.0
"""Seconds for a whole call, and for the connection that it needs."""

Json = Mapping[str, Any]


class Failed(Exception):
    """Holds the reason: a class or a status, never words."""


class NotSent(Failed): ...


class TooMany(Failed):
    """seconds: after which it may be tried again, if that was said."""

    def __init__(self, seconds: float | None) -> None:
        super().__init__("HTTP 429")
        self.seconds = seconds


class Rejected(Failed):
    """status: HTTP's."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class FateUnknown(Failed): ...


@dataclass(frozen=True)
class Answer:
    """What Viber says, also where it refuses: with HTTP 200."""

    status: int
    """0: done."""
    body: Json

    @property
    def token(self) -> str:
        """The number by which receipts will call a message."""
        return str(self.body.get("message_token", ""))


class Api:
    """Viber's interface for one bot."""

    def __init__(self, url: str, token: str, timeout: float = TIMEOUT) -> None:
        """timeout: seconds."""
        self._url = url.rstrip("/")
        self._timeout = aiohttp.ClientTimeout(total=timeout, sock_connect=CONNECT_TIMEOUT)
        self._token = token
        self._session: aiohttp.ClientSession | None = None

    async def call(self, method: str, body: Json) -> Answer:
        """Raises Failed."""
        data = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        try:
            async with self._open().post(
                f"{self._url}/{method}", data=data, allow_redirects=False
            ) as response:
                return _answer(response, await response.read())
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(type(error).__name__) from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise FateUnknown(type(error).__name__) from error

    async def close(self) -> None:
        """Let go of all connections; a later call opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            headers = {"X-Viber-Auth-Token": self._token, "Content-Type": "application/json"}
            self._session = aiohttp.ClientSession(headers=headers, timeout=self._timeout)
        return self._session


def _answer(response: aiohttp.ClientResponse, data: bytes) -> Answer:
    if response.status == 429:
        raise TooMany(_seconds(response.headers.get("Retry-After", "")))
    if response.status >= 500:
        raise FateUnknown(f"HTTP {response.status}")
    if response.status != 200:
        raise Rejected(response.status)
    try:
        body = json.loads(data)
        return Answer(int(body["status"]), body)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise FateUnknown("an answer that cannot be read") from error


def _seconds(text: str) -> float | None:
    return min(float(text), 3600.0) if text.isascii() and text.isdigit() else None
