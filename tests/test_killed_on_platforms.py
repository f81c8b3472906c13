"""`udha run`, killed in the middle of what people ask on Telegram and Viber, on both engines."""

import asyncio
from collections.abc import AsyncIterator, Callable
from itertools import groupby
from pathlib import Path

import pytest

from tests.fakes.crowd import WAYS, Crowd, crowd_on
from tests.fakes.postgres_server import PostgresServer
from tests.fakes.program import Deployment, Running
from tests.fakes.store_world import url_of
from tests.fakes.what_a_kill_leaves import OnFile, OnServer, WhatAKillLeaves

QUESTION = "Sa kohë mund të rri në Belgjikë pa vizë?"
UNKNOWN = "blorp zimzam kuqezi"
PERSONS = 30
KILLS = 3
PATIENCE = 120.0
"""Seconds after which what has not come will not come."""
QUIET = 2.5
"""Seconds in which a process that has anything to do does something: it looks each second."""
TAKEN_OVER_WITHIN = 10.0
"""Seconds. It takes one or two, on a machine that has nothing else to do."""
NEWCOMER = PERSONS
"""Who writes after the kill."""


@pytest.fixture(params=WAYS)
async def crowd(request: pytest.FixtureRequest) -> AsyncIterator[Crowd]:
    async with crowd_on(request.param) as crowd:
        yield crowd


@pytest.fixture
def left(request: pytest.FixtureRequest, engine: str, tmp_path: Path) -> WhatAKillLeaves:
    """The database, as a killed process leaves it."""
    if engine == "sqlite":
        return OnFile(tmp_path / "udha.db")
    return OnServer(request.getfixturevalue("postgres"), request.getfixturevalue("database_name"))


async def test_killed(tmp_path: Path, crowd: Crowd, left: WhatAKillLeaves) -> None:
    """Killed three times while people write, the program answers each message, in order; once
    more, at most, for each reply that was on its way in a kill."""
    deployment = deployed(tmp_path, crowd)
    on_their_way = 0
    async with asyncio.TaskGroup() as people:
        for who in range(PERSONS):
            people.create_task(asks_twice(crowd, who))
        for kill in range(1, KILLS + 1):
            async with Running(deployment) as program:
                await has_arrived(crowd, kill * 2 * PERSONS // (KILLS + 1))
                await program.kill()
            on_their_way += left.replies_on_their_way()
            left.free()
        async with Running(deployment) as program:
            await until(lambda: all_answered(crowd))
            assert await program.terminate() == 0
    compare(crowd)
    assert repeats(crowd) <= on_their_way
    tickets = await asyncio.to_thread(deployment.json, "tickets", "list")
    assert len(tickets) == PERSONS


@pytest.mark.usefixtures("on_postgresql")
async def test_one_of_two_dies(
    tmp_path: Path, crowd: Crowd, postgres: PostgresServer, database_name: str
) -> None:
    """Of two programs on one database the one that polls is killed: within seconds the other asks
    in its place, and once the leases of the dead have run out all is answered as above."""
    left = OnServer(postgres, database_name)
    survives = deployed(tmp_path, crowd, "survives")
    dies = deployed(tmp_path, crowd, "dies", reached_at=survives.url)
    async with Running(dies) as dying, Running(survives), asyncio.TaskGroup() as people:
        for who in range(PERSONS):
            people.create_task(asks_twice(crowd, who))
        await has_arrived(crowd, PERSONS // 3)
        assert crowd.is_called or (has_asked(dies) and not has_asked(survives))
        await dying.kill()
        await crowd.writes(NEWCOMER, QUESTION)
        await until(lambda: bool(crowd.received(NEWCOMER)), within=TAKEN_OVER_WITHIN)
        await nothing_arrives_any_more(crowd)
        on_their_way = left.replies_on_their_way()
        left.free()
        await until(lambda: all_answered(crowd))
    compare(crowd)
    assert repeats(crowd) <= on_their_way
    assert len(crowd.received(NEWCOMER)) == 1
    tickets = await asyncio.to_thread(survives.json, "tickets", "list")
    assert len(tickets) == PERSONS


def deployed(folder: Path, crowd: Crowd, name: str = "udha", *, reached_at: str = "") -> Deployment:
    """A program for the crowd's platform, on the test's database.

    reached_at: where the platform calls; empty: the program itself.
    """
    own = folder / name
    own.mkdir()
    deployment = Deployment(own, {"UDHA_DATABASE_URL": url_of(folder), **crowd.environ})
    if crowd.is_called:
        deployment.environ["UDHA_PUBLIC_URL"] = reached_at or deployment.url
    return deployment


def has_asked(deployment: Deployment) -> bool:
    """Has a program that polls had its turn?"""
    return "channel_on" in (deployment.folder / "log").read_text("utf-8")


async def asks_twice(crowd: Crowd, who: int) -> None:
    """Ask again when the first answer is there."""
    await crowd.writes(who, QUESTION)
    await until(lambda: bool(crowd.received(who)))
    await crowd.writes(who, UNKNOWN)


def arrived(crowd: Crowd) -> int:
    """How many replies, each counted once."""
    return sum(len(set(crowd.received(who))) for who in range(PERSONS))


async def has_arrived(crowd: Crowd, number: int) -> None:
    await until(lambda: arrived(crowd) >= number)


def repeats(crowd: Crowd) -> int:
    """How many came once more."""
    return sum(len(crowd.received(who)) for who in range(PERSONS)) - arrived(crowd)


async def nothing_arrives_any_more(crowd: Crowd) -> None:
    """Until then who lives has done all that it can."""
    before = -1
    while before != arrived(crowd):
        before = arrived(crowd)
        await asyncio.sleep(QUIET)


def all_answered(crowd: Crowd) -> bool:
    return all(len(set(crowd.received(who))) == 2 for who in range(PERSONS))


def compare(crowd: Crowd) -> None:
    """Everybody has both answers, the first one first."""
    expected = [text for text, _ in groupby(crowd.received(0))]
    assert "90 ditë" in expected[0]
    for who in range(PERSONS):
        assert [text for text, _ in groupby(crowd.received(who))] == expected


async def until(true: Callable[[], bool], within: float = PATIENCE) -> None:
    async with asyncio.timeout(within):
        while not true():
            await asyncio.sleep(0.01)
