"""Killed in the middle, five times over: every message has its answer, in order."""

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


def run_and_kill(folder: Path, stop_at: int) -> None:
    """Run until the process is in the middle of things, then kill -9."""
    with start(folder, stop_at) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "kill me\n"
        process.kill()
        process.wait(PATIENCE)


def run_to_the_end(folder: Path) -> None:
    with start(folder, 0) as process:
        assert process.wait(PATIENCE) == 0


def start(folder: Path, stop_at: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.killed", str(folder), str(stop_at)],
        cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE,
        text=True,
    )


def logged(folder: Path, what: str) -> list[str]:
    lines = (line.split() for line in (folder / "log").read_text("utf-8").splitlines())
    return [text for kind, text in lines if kind == what]


def test_killed_five_times(tmp_path: Path) -> None:
    """Of 200 messages each is answered; twice only what was in flight in a kill; in order."""
    in_flight: Counter[str] = Counter()
    for stop_at in (17, 31, 23, 41, 29):
        run_and_kill(tmp_path, stop_at)
        in_flight.update(set(logged(tmp_path, "arrived")) - set(logged(tmp_path, "noted")))
    run_to_the_end(tmp_path)
    arrived = logged(tmp_path, "arrived")
    for chat in range(CHATS):
        of_chat = [text for text in arrived if text.split(".")[0] == str(chat)]
        assert [text for text, _ in groupby(of_chat)] == texts_of(chat)
    for text, times in Counter(arrived).items():
        assert times <= 1 + in_flight[text]


async def work(store: Store) -> FakeChannel:
    """Handle and send all that waits."""
    channel = FakeChannel()
    limits = RateLimits({}, lambda: 0.0)
    await Worker(store, echo, no_apology).drain()
    await Delivery(store, {"web": channel}, limits, Random(1)).drain()
    return channel


async def test_the_same_update_three_times(store: Store) -> None:
    """A message that is delivered three times is answered once."""
    for _ in range(2):
        await store.keep(said("hi"))
    first = await work(store)
    await store.keep(said("hi"))
    assert (first.arrived["ana"], (await work(store)).arrived["ana"]) == (["hi"], [])


async def test_ten_messages_of_one_chat_at_once(store: Store) -> None:
    """Ten messages of one chat are answered in the order in which they came."""
    texts = [str(number) for number in range(10)]
    for text in texts:
        await store.keep(said(text))
    assert (await work(store)).arrived["ana"] == texts
