"""How Viber calls the door of a bot: signed, and again and again until it is answered with 200."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp


@dataclass(frozen=True)
class Answer:
    """What our door answered to a callback; status 0: nobody answered."""

    status: int
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Caller:
    """Calls, and remembers each try."""

    def __init__(self, token: str, pauses: Sequence[float]) -> None:
        """pauses: seconds between the tries of a callback."""
        self.callbacks: list[tuple[str, int]] = []
        self._secret = token.encode()
        self._pauses = pauses
        self._http: aiohttp.ClientSession | None = None

    def sign(self, data: bytes) -> str:
        return hmac.new(self._secret, data, hashlib.sha256).hexdigest()

    async def tell(self, url: Callable[[], str], data: bytes, event: str) -> Answer:
        """Call until it is answered with 200, or given up; returns the last answer.

        url: asked before each try, since the webhook may be set meanwhile.
        """
        answer = await self.once(url(), data, event)
        for pause in self._pauses:
            if answer.status == 200:
                break
            await asyncio.sleep(pause)
            answer = await self.once(url(), data, event)
        return answer

    async def once(self, url: str, data: bytes, event: str) -> Answer:
        return await self.post(url, data, self.sign(data), event)

    async def post(self, url: str, data: bytes, signature: str, event: str) -> Answer:
        """Call once, with any signature."""
        headers = {"Content-Type": "application/json", "X-Viber-Content-Signature": signature}
        if self._http is None:
            self._http = aiohttp.ClientSession()
        try:
            async with self._http.post(url, data=data, headers=headers) as response:
                answer = Answer(response.status, await response.text())
        except (aiohttp.ClientError, TimeoutError):
            answer = Answer(0, "nobody answered")
        self.callbacks.append((event, answer.status))
        return answer

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()
