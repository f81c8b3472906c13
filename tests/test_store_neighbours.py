"""Several processes on one PostgreSQL: one alone does what only one may, and each hears of news."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.store.errors import StoreAway
from bot.store.neighbours import OnOneServer
from bot.store.postgresql import Patience, connection_info
from bot.store.store import Store
from bot.store.urls import parse_url
from tests.fakes.postgres_server import PostgresServer
from tests.fakes.store_world import MovedClock, effects, leased, opened, said, url_of

pytestmark = pytest.mark.usefixtures("on_postgresql")
WITHIN = 10.0
"""Seconds; it takes a fraction of one, unless the machine is busy."""


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[tuple[Store, Store]]:
    """Two processes' view of one database."""
    one, other = [await opened(tmp_path, MovedClock()) for _ in range(2)]
    yield one, other
    await one.close()
    await other.close()


class Tries:
    """The pauses of somebody who waits: none lasts, and each lets the others do something."""

    def __init__(self) -> None:
        self.made = 0

    async def __call__(self, seconds: float) -> None:
        self.made += 1
        await asyncio.sleep(0.01)


def neighbour(folder: Path, tries: Tries | None = None) -> OnOneServer:
    info = connection_info(parse_url(url_of(folder)), Patience())
    return OnOneServer(info, tries or Tries())


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN):
        while not true():
            await asyncio.sleep(0.01)


async def test_only_one_is_alone(tmp_path: Path) -> None:
    """While one process does a thing another waits for it, and takes over when it ends."""
    done: list[str] = []
    tries = Tries()

    async def second() -> None:
        async with neighbour(tmp_path, tries).alone("polling") as still_alone:
            await still_alone()
            done.append("second")

    async with neighbour(tmp_path).alone("polling") as still_alone:
        waiting = asyncio.create_task(second())
        await until(lambda: tries.made > 3)
        await still_alone()
        done.append("first")
    await asyncio.wait_for(waiting, WITHIN)
    assert done == ["first", "second"]


async def test_each_thing_has_its_own_claim(stores: tuple[Store, Store]) -> None:
    """Who polls keeps nobody from looking after the group."""
    async with stores[0].alone("polling"), asyncio.timeout(WITHIN), stores[1].alone("group"):
        pass


async def test_a_lost_claim(tmp_path: Path, postgres: PostgresServer) -> None:
    """Once its connection is gone the claim is another's, and the check says so before a step."""
    async with AsyncExitStack() as stack:
        still_alone = await stack.enter_async_context(neighbour(tmp_path).alone("polling"))
        await still_alone()
        end_connections(postgres)
        async with asyncio.timeout(WITHIN), neighbour(tmp_path).alone("polling") as another:
            await another()
            with pytest.raises(StoreAway):
                await still_alone()
            with pytest.raises(StoreAway):
                await still_alone()


async def test_waiting_for_a_server_that_is_away(tmp_path: Path, postgres: PostgresServer) -> None:
    """Who waits for a claim goes on waiting while the server lets nobody in."""
    tries = Tries()
    claimed = asyncio.Event()

    async def second() -> None:
        async with neighbour(tmp_path, tries).alone("polling"):
            claimed.set()

    async with neighbour(tmp_path).alone("polling"):
        waiting = asyncio.create_task(second())
        await until(lambda: tries.made > 0)
        with postgres.connect() as connection:
            name = parse_url(url_of(tmp_path)).database
            connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            end_connections(postgres)
            made = tries.made
            await until(lambda: tries.made > made + 3)
            assert not claimed.is_set()
            connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    await asyncio.wait_for(waiting, WITHIN)


def end_connections(server: PostgresServer) -> None:
    with server.connect() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'udha'"
        )


CLAIMS = """
import asyncio, sys
from pathlib import Path
from tests.fakes.store_world import MovedClock, opened

async def main():
    store = await opened(Path(sys.argv[1]), MovedClock())
    async with store.alone("polling") as still_alone:
        await still_alone()
        print("claimed", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_taking_over_from_the_dead(tmp_path: Path, stores: tuple[Store, Store]) -> None:
    """What a process did that is killed with kill -9, another does within seconds."""
    with subprocess.Popen(
        [sys.executable, "-c", CLAIMS, str(tmp_path)],
        cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert await asyncio.to_thread(other.stdout.readline) == "claimed\n"
        other.kill()
        async with asyncio.timeout(5), stores[0].alone("polling") as still_alone:
            await still_alone()


async def test_news_wakes_the_others(stores: tuple[Store, Store]) -> None:
    """What one process keeps, finishes and writes wakes the other at once."""
    one, other = stores
    await heard(other, one.keep(said("1")))
    found = await leased(one)
    await heard(other, one.finish(found, effects("a")))
    await heard(other, one.person_left("web", "ana"))


async def test_nobody_is_woken_by_a_look(stores: tuple[Store, Store]) -> None:
    """Looking for work is no news: else two processes would keep each other awake."""
    one, other = stores
    await heard(other, one.keep(said("1", "first")))
    before = other.changed.version
    await one.lease_some(5)
    await one.due("web", 5)
    await heard(other, one.keep(said("1", "second")))
    assert other.changed.version == before + 1


async def test_ones_own_news(stores: tuple[Store, Store]) -> None:
    """What a process has written itself does not come back to it from the server."""
    one, other = stores
    await heard(one, other.keep(said("1", "first")))
    before = one.changed.version
    await heard(other, one.keep(said("2")))
    await heard(one, other.keep(said("3")))
    assert one.changed.version == before + 2


async def test_hearing_again(tmp_path: Path, postgres: PostgresServer) -> None:
    """Who has lost the connection listens on another, and looks for what was told meanwhile."""
    times: list[str] = []
    hearing = asyncio.create_task(neighbour(tmp_path).hear(lambda: times.append("heard")))
    await until(lambda: len(times) == 1)
    end_connections(postgres)
    await until(lambda: len(times) == 2)
    store = await opened(tmp_path, MovedClock())
    await store.keep(said("1"))
    await until(lambda: len(times) == 3)
    hearing.cancel()
    await store.close()


async def heard(store: Store, what: Awaitable[object]) -> None:
    """Something another process does is heard of long before the next look."""
    # A process that has just begun to listen looks once by itself.
    await until(lambda: store.changed.version > 0)
    before = store.changed.version
    await what
    await until(lambda: store.changed.version > before)
