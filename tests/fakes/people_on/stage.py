"""The whole program in this process, with all that a test may want to move or look at."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

from bot.app import Parts, Udha
from bot.server import bind
from bot.settings import load
from handlers.desk import Knowledge
from tests.fakes.moved_time import MovedTime
from tests.fakes.people_on.remembering_store import RememberingStore
from tests.fakes.store_world import SECRET, url_of

PATIENCE = 10.0
"""Seconds after which what a test waits for will not come."""
QUIET = 0.02
"""Seconds without any change, after which only the moved time can bring one."""
PACE = 2.0
"""Seconds. Shorter pauses keep a pace, and pass by themselves while all that is due is sent."""


@dataclass(frozen=True)
class Stage:
    """Udha at work, its store and its time."""

    udha: Udha
    store: RememberingStore
    time: MovedTime
    knowledge: Knowledge

    @property
    def url(self) -> str:
        """Where the program listens."""
        return f"http://127.0.0.1:{self.udha.server.port}"

    async def is_on(self, platform: str) -> None:
        """Wait until a platform is ready to bring messages."""
        async with asyncio.timeout(PATIENCE):
            while self.udha.platforms[platform].state != "on":
                await asyncio.sleep(QUIET)

    async def has_taken(self, messages: int) -> None:
        """Wait until so many messages have come in since the beginning."""
        async with asyncio.timeout(PATIENCE):
            while self.store.taken < messages:
                await self.store.changed.after(self.store.changed.version, QUIET)

    async def settles(self) -> None:
        """Wait until all that came in is handled, and all replies are sent."""
        async with asyncio.timeout(PATIENCE):
            while await self.something_waits():
                seen = self.store.changed.version
                await self.store.changed.after(seen, QUIET)
                if self.store.changed.version == seen:
                    self.time.move_to_next(within=PACE)

    async def something_waits(self) -> bool:
        """To be handled, or to be sent."""
        figures = await self.store.figures()
        return bool(figures.inbox_waiting or sum(figures.outbox_waiting.values()))


@asynccontextmanager
async def opened_stage(
    folder: Path,
    knowledge: Knowledge,
    time: MovedTime,
    environ: Mapping[str, str] | None = None,
    *,
    public: bool = False,
) -> AsyncIterator[Stage]:
    """Udha with a store of its own in a folder.

    environ: as it is set for a process. public: it is told an address at which platforms reach it.
    """
    store = await RememberingStore.open(url_of(folder), SECRET, time)
    assert isinstance(store, RememberingStore)
    with closing(bind("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        told = {"UDHA_PUBLIC_URL": url} if public else {}
        settings = load({"UDHA_PORT": "0", **told, **(environ or {})}, folder)
        parts = Parts(settings, knowledge, store, time, time.sleep, time.monotonic)
        udha = Udha(parts, listening)
        await udha.start()
        yield Stage(udha, store, time, knowledge)
        await udha.finish()
    await store.close()
