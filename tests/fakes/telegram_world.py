"""The whole program with Telegram's stand-in before it, and a time that is moved."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bot.app import Parts, Udha
from bot.server import bind
from bot.settings import Environment, Settings
from bot.store.store import Store
from handlers.desk import Knowledge
from tests.fakes.moved_time import MovedTime
from tests.fakes.store_world import SECRET, url_of
from tests.fakes.telegram_server import TelegramServer

PASSES_BY_ITSELF = 2.0
"""Seconds. Shorter pauses keep a pace; longer ones a test has to let pass."""
PATIENCE = 30.0
"""Seconds after which what a test waits for will not come; machines may be slow."""
QUIET = 0.01
"""Seconds between two looks."""


class PacedTime(MovedTime):
    """Moves on by itself where somebody waits for a moment only."""

    async def sleep(self, seconds: float) -> None:
        if seconds > PASSES_BY_ITSELF:
            await super().sleep(seconds)
            return
        self.move(seconds=seconds)
        await asyncio.sleep(0)


@dataclass(frozen=True)
class TelegramWorld:
    """Udha at work, and the Telegram that it speaks to."""

    udha: Udha
    server: TelegramServer
    time: MovedTime

    @property
    def store(self) -> Store:
        return self.udha.parts.store

    @property
    def url(self) -> str:
        """Where the program listens."""
        return f"http://127.0.0.1:{self.udha.server.port}"

    def passes(self, **by: float) -> None:
        """passes(hours=1): what is due by then is begun at once."""
        self.time.move(**by)
        self.store.changed.set()

    async def in_time(self, true: Callable[[], bool], step: float = 10.0) -> None:
        """Let time pass, `step` seconds after `step` seconds, until something is true."""
        async with asyncio.timeout(PATIENCE):
            while not true():
                await self.rests(true)
                if not true():
                    self.passes(seconds=step)

    async def rests(self, true: Callable[[], bool] = lambda: False, looks: int = 2) -> None:
        """Wait until nothing happens, as `looks` looks show, or until something is true.

        Time must not pass before: what is under way would seem to take long, and be done again.
        """
        seen, same = (-1, -1), 0
        while same < looks and not true():
            await asyncio.sleep(QUIET)
            before, seen = seen, (self.store.changed.version, len(self.server.calls))
            same = same + 1 if seen == before and not self.server.busy else 0

    async def is_quiet(self) -> None:
        """Wait until Telegram has nothing to bring, and nothing waits to be handled or sent."""
        await self.server.until(lambda: not self.server.updates.pending)
        async with asyncio.timeout(PATIENCE):
            while await self._something_waits():
                seen = self.store.changed.version
                await self.store.changed.after(seen, 0.02)

    async def state(self) -> str:
        """What /readyz says of Telegram."""
        async with aiohttp.ClientSession() as http, http.get(f"{self.url}/readyz") as answer:
            assert answer.status == 200
            return str((await answer.json())["channels"]["telegram"])

    async def becomes(self, state: str) -> None:
        """Wait until it says so."""
        async with asyncio.timeout(PATIENCE):
            while self.udha.platforms["telegram"].state != state:
                await asyncio.sleep(0.005)
        assert await self.state() == state

    async def figures(self) -> str:
        """What /metrics says."""
        async with aiohttp.ClientSession() as http, http.get(f"{self.url}/metrics") as answer:
            return await answer.text()

    async def _something_waits(self) -> bool:
        found = await self.store.figures()
        return bool(found.inbox_waiting or found.outbox_waiting.get("telegram"))


@asynccontextmanager
async def telegram_world(
    folder: Path,
    knowledge: Knowledge,
    server: TelegramServer,
    time: MovedTime,
    *,
    webhook: bool = False,
    store: type[Store] = Store,
    **environment: Any,
) -> AsyncIterator[TelegramWorld]:
    """Udha with its store in a folder; again with the same folder it goes on where it was.

    webhook: it is told an address at which Telegram reaches it. environment: more of Environment.
    """
    opened = await store.open(url_of(folder), SECRET, time)
    with closing(bind("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}" if webhook else ""
        given = {"telegram_token": server.token, "telegram_api": server.url, "public_url": url}
        settings = Settings(folder, Environment(port=0, **(given | environment)))
        parts = Parts(settings, knowledge, opened, time, time.sleep, time.monotonic, secret=SECRET)
        udha = Udha(parts, listening)
        await udha.start()
        try:
            yield TelegramWorld(udha, server, time)
        finally:
            await udha.finish()
            await opened.close()
