"""A page of the console that listens, as EventSource does in a browser."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp

from tests.fakes.console_people import Colleague

WITHIN = 5.0
"""Seconds in which something must be heard."""


class Ears:
    """What one page has heard."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.heard: list[tuple[str, Any]] = []
        self.raw = ""
        self.ended = asyncio.Event()
        self._response = response
        self._something = asyncio.Event()

    async def listen(self) -> None:
        """Hear all until the connection ends."""
        with suppress(aiohttp.ClientError):
            async for line in self._response.content:
                text = line.decode()
                self.raw += text
                if text.startswith("data: "):
                    self.heard.extend(map(tuple, json.loads(text.removeprefix("data: "))))
                    self._something.set()
        self.ended.set()
        self._something.set()

    async def hears(
        self, name: str, since: int = 0, such: Callable[[Any], bool] = lambda _: True
    ) -> Any:
        """The data of the first such event of this name, of those after the first `since`."""
        async with asyncio.timeout(WITHIN):
            while True:
                for found, data in self.heard[since:]:
                    if found == name and such(data):
                        return data
                assert not self.ended.is_set(), f"it ended without {name}: {self.heard}"
                self._something.clear()
                await self._something.wait()

    def names(self, since: int = 0) -> set[str]:
        """Of all that was heard."""
        return {name for name, _ in self.heard[since:]}


@asynccontextmanager
async def listening(who: Colleague) -> AsyncIterator[Ears]:
    """A page of somebody's is open, and has been told how things stand."""
    async with who.http.get("/console/live") as response:
        assert response.status == 200, response.status
        ears = Ears(response)
        task = asyncio.create_task(ears.listen())
        await ears.hears("queue")
        try:
            yield ears
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
