"""Asks a platform, or Udha itself, over HTTP: one question, a few seconds, no library between."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

TIMEOUT = aiohttp.ClientTimeout(total=10)
"""Seconds."""


class NoAnswer(Exception):
    """Nobody answered. Holds the class of what happened: the address may hold a token."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    """HTTP's."""
    body: Mapping[str, Any]
    """Empty where it is no JSON object."""
    server_time: datetime | None
    """What the server's clock showed."""


async def ask(url: str, *, token: str = "") -> Answer:
    """Ask with an empty question. token: Viber's; Telegram's stands in the URL. Raises NoAnswer."""
    headers = {"X-Viber-Auth-Token": token} if token else {}
    return await _request("POST", url, headers)


async def fetch(url: str) -> Answer:
    """Fetch what is at an address. Raises NoAnswer."""
    return await _request("GET", url, {})


async def _request(method: str, url: str, headers: Mapping[str, str]) -> Answer:
    body: dict[str, Any] | None = {} if method == "POST" else None
    try:
        async with (
            aiohttp.ClientSession(timeout=TIMEOUT) as http,
            http.request(method, url, json=body, headers=headers, allow_redirects=False) as answer,
        ):
            data = await answer.read()
            return Answer(answer.status, _object(data), _time(answer.headers.get("Date", "")))
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        # Not "from": the cause names the address.
        raise NoAnswer(type(error).__name__) from None


def _object(data: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _time(header: str) -> datetime | None:
    try:
        return parsedate_to_datetime(header)
    except ValueError:
        return None
