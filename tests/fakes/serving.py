"""The whole program on a free port of this machine, as long as a block lasts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from bot.app import Parts, Udha
from bot.server import bind
from bot.settings import Environment, Settings
from handlers.desk import Knowledge
from tests.fakes.store_world import MovedClock, opened


@asynccontextmanager
async def serving(folder: Path, knowledge: Knowledge, clock: MovedClock) -> AsyncIterator[Udha]:
    """folder: for the store; again with the same folder it goes on where it was."""
    store = await opened(folder, clock)
    parts = Parts(Settings(folder, Environment(port=0)), knowledge, store, clock)
    with closing(bind("127.0.0.1", 0)) as listening:
        udha = Udha(parts, listening)
        await udha.start()
        yield udha
        await udha.finish()
    await store.close()
