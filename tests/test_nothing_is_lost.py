"""Killed in the middle, five times over: every message has its answer, in order."""

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from itertools import groupby
from pathlib import Path
from random import Random

import pytest

from bot.delivery import Delivery
from bot.rate_limits import RateLimits
from bot.store.store import Store
from bot.worker import Worker
from tests.fakes.killed import CHATS, texts_of
from tests.fakes.store_world import FakeChannel, MovedClock, echo, no_apology, opened, said

PATIENCE = 60
"""Seconds after which a run that should have ended has failed."""


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await opened(tmp_path, MovedClock())
    yield store
    await store.close()


def start(folder: Path, minutes: int, until: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.killed", str(folder), str(minutes), until],
        cwd=Path(__file__).parents[1],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def begin(*processes: subprocess.Popen[str]) -> None:
    """Let processes begin to work at the same moment."""
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        tell(process, "begin")


def tell(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def kill_in_the_middle(process: subprocess.Popen[str]) -> None:
    """Let it run until it is in the middle of things, then kill -9."""
    assert process.stdout is not None
    assert process.stdout.readline() == "kill me\n"
    process.kill()
    process.wait(PATIENCE)


def logged(folder: Path, what: str) -> list[str]:
    lines = (line.split() for line in (folder / "log").read_text("utf-8").splitlines())
    return [text for kind, text, _ in lines if kind == what]


def in_flight(folder: Path) -> set[str]:
    """What has been sent, and perhaps not been noted as sent."""
    return set(logged(folder, "arrived")) - set(logged(folder, "noted"))


def check(folder: Path, may_be_double: Counter[str]) -> None:
    """Every message is answered, in order within its chat; twice only what may be."""
    arrived = logged(folder, "arrived")
    for chat in range(CHATS):
        of_chat = [text for text in arrived if text.split(".")[0] == str(chat)]
        assert [text for text, _ in groupby(of_chat)] == texts_of(chat)
    for text, times in Counter(arrived).items():
        assert times <= 1 + may_be_double[text]


@pytest.mark.usefixtures("engine")
def test_killed_five_times(tmp_path: Path) -> None:
    """Of 200 messages each is answered; twice only what was in flight in a kill; in order."""
    may_be_double: Counter[str] = Counter()
    for number, stop_at in enumerate((17, 31, 23, 41, 29)):
        with start(tmp_path, 2 * number, str(stop_at)) as process:
            begin(process)
            kill_in_the_middle(process)
        may_be_double.update(in_flight(tmp_path))
    with start(tmp_path, 10, "0") as process:
        assert process.wait(PATIENCE) == 0
    check(tmp_path, may_be_double)


@pytest.mark.usefixtures("on_postgresql")
@pytest.mark.parametrize("sent", [2, 10])
async def test_one_of_two_is_killed(tmp_path: Path, sent: int) -> None:
    """Of two processes on one database one is killed while both work: the other does the rest."""
    with start(tmp_path, 0, "survive") as survivor, start(tmp_path, 0, "1") as process:
        begin(survivor, process)
        await has_sent(tmp_path, process.pid, sent)
        process.kill()
        process.wait(PATIENCE)
        of_the_dead = in_flight(tmp_path)
        tell(survivor, "it is dead")
        assert survivor.wait(PATIENCE) == 0
    check(tmp_path, Counter(of_the_dead))


async def has_sent(folder: Path, pid: int, sent: int) -> None:
    """Return once a process has sent so much, or two of them most of what there is."""
    async with asyncio.timeout(PATIENCE):
        while True:
            log = (folder / "log").read_text("utf-8").splitlines()
            arrived = [line for line in log if line.startswith("arrived")]
            if sum(line.endswith(f" {pid}") for line in arrived) >= sent or len(arrived) >= 150:
                return
            await asyncio.sleep(0.01)


async def work(store: Store) -> FakeChannel:
    """Handle and send all that waits."""
    channel = FakeChannel()
    limits = RateLimits({}, lambda: 0.0)
    await Worker(store, echo, no_apology).drain()
    await Delivery(store, {"web": channel}, limits, Random(1)).drain()
    return channel


@pytest.mark.usefixtures("engine")
async def test_the_same_update_three_times(store: Store) -> None:
    """A message that is delivered three times is answered once."""
    for _ in range(2):
        await store.keep(said("hi"))
    first = await work(store)
    await store.keep(said("hi"))
    assert (first.arrived["ana"], (await work(store)).arrived["ana"]) == (["hi"], [])


@pytest.mark.usefixtures("engine")
async def test_ten_messages_of_one_chat_at_once(store: Store) -> None:
    """Ten messages of one chat are answered in the order in which they came."""
    texts = [str(number) for number in range(10)]
    for text in texts:
        await store.keep(said(text))
    assert (await work(store)).arrived["ana"] == texts
