"""The whole program on a port, connected to a Viber of its own, with a time that is moved."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bot.app import Parts, Udha
from bot.server import bind
from bot.settings import Environment, Settings
from bot.store.store import Store
from handlers.desk import Knowledge
from tests.fakes.moved_time import MovedTime
from tests.fakes.store_world import SECRET, url_of
from tests.fakes.viber_server import ViberServer


@dataclass
class ViberWorld:
    """Udha, Viber, and the time between them."""

    udha: Udha
    viber: ViberServer
    time: MovedTime
    url: str

    @property
    def store(self) -> Store:
        return self.udha.parts.store

    @property
    def state(self) -> str:
        return self.udha.platforms["viber"].state

    def later(self, **by: float) -> None:
        """Time goes by, and whoever waits for it looks."""
        self.time.move(**by)
        self.store.changed.set()

    async def ready(self) -> dict[str, str]:
        """The channels as /readyz tells them."""
        async with aiohttp.ClientSession() as http, http.get(f"{self.url}/readyz") as answer:
            channels: dict[str, str] = (await answer.json())["channels"]
            return channels


@asynccontextmanager
async def connected(
    folder: Path,
    knowledge: Knowledge,
    viber: ViberServer,
    time: MovedTime,
    *,
    public: bool = True,
    token: str | None = None,
    store: Store | None = None,
) -> AsyncIterator[ViberWorld]:
    """public: with a public address, so that the webhook is set. token: another than Viber's;
    empty: none.
    store: one that is closed by whoever gives it."""
    own = store or await Store.open(url_of(folder), SECRET, time)
    with closing(bind("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        environment = Environment(
            port=0,
            viber_token=viber.token if token is None else token,
            viber_api=viber.url,
            public_url=url if public else "",
        )
        parts = Parts(
            Settings(folder, environment), knowledge, own, time, time.sleep, time.monotonic
        )
        udha = Udha(parts, listening)
        await udha.start()
        try:
            yield ViberWorld(udha, viber, time, url)
        finally:
            await udha.finish()
            if store is None:
                await own.close()
