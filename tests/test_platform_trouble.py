"""Whatever goes wrong on the way to a platform: nothing is lost, a chat's order is kept, nothing is
sent before it may be, and only what nobody could know comes twice. Through the whole program."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from tests.fakes.crowd import UNCLEAR, WAIT, WAYS, Crowd, Trouble, crowd_on
from tests.fakes.moved_time import MovedTime
from tests.fakes.people_on.passing import Passing
from tests.fakes.people_on.stage import Stage, opened_stage
from tests.fakes.scripted_knowledge import ScriptedKnowledge

PERSONS = 12
TEXTS = ("ANSWER", "FOREIGN", "/help", "/topics")
"""Each gets another reply."""
TEN_MINUTES = 600.0
A_BIT = 0.001
"""Seconds. What a sum of fractions may be off."""


@pytest.fixture
def time() -> MovedTime:
    return MovedTime()


@pytest.fixture(params=WAYS)
async def crowd(request: pytest.FixtureRequest, time: MovedTime) -> AsyncIterator[Crowd]:
    async with crowd_on(request.param, time, time.monotonic) as crowd:
        yield crowd


@pytest.fixture
async def stage(
    tmp_path: Path, engine: str, scripted: ScriptedKnowledge, time: MovedTime, crowd: Crowd
) -> AsyncIterator[Stage]:
    """The program, connected to the crowd's platform, on each engine."""
    async with opened_stage(
        tmp_path, scripted, time, crowd.environ, public=crowd.is_called
    ) as stage:
        await stage.is_on(crowd.channel)
        yield stage


async def test_all_at_once(stage: Stage, crowd: Crowd) -> None:
    """While sendings to many are refused for a time, cut off and answered by web pages, each gets
    each reply, in order; once more exactly where it had arrived and nobody heard of it."""
    random = Random(4)
    passing = Passing(stage)
    expected: list[list[str]] = [[] for _ in range(PERSONS)]
    for text in TEXTS:
        plans = [troubles(random) for _ in range(PERSONS)]
        tried = [len(crowd.tries(who)) for who in range(PERSONS)]
        for who, plan in enumerate(plans):
            crowd.has_trouble(who, *plan)
        await all_write(stage, crowd, text)
        await passing.until_done(TEN_MINUTES)
        for who, plan in enumerate(plans):
            compare_pauses(crowd.tries(who)[tried[who] :], plan)
            copies = 1 + sum("delivered" in trouble for trouble in plan)
            expected[who] += [text] * copies
    if crowd.channel == "telegram":
        compare_pace([crowd.tries(who) for who in range(PERSONS)])
    compare(crowd, expected)


async def test_an_hour_away(stage: Stage, crowd: Crowd) -> None:
    """Of a platform that cannot be reached for an hour, everybody gets all replies afterwards, in
    order and once."""
    passing = Passing(stage)
    stage.store.busy = True
    for text in TEXTS[:2]:
        await all_write(stage, crowd, text)
    await crowd.goes_away()
    stage.store.busy = False
    back = stage.time.monotonic() + 3600
    while stage.time.monotonic() < back:
        await passing.by(60)
    assert [crowd.received(who) for who in range(PERSONS)] == [[]] * PERSONS
    await crowd.comes_back()
    await passing.until_done(TEN_MINUTES)
    compare(crowd, [list(TEXTS[:2])] * PERSONS)


async def test_one_has_left(stage: Stage, crowd: Crowd) -> None:
    """Who blocks Udha keeps nobody else from their replies, and is answered again once back."""
    passing = Passing(stage)
    stage.store.busy = True
    await all_write(stage, crowd, TEXTS[0])
    await crowd.leaves(0)
    stage.store.busy = False
    await passing.until_done(TEN_MINUTES)
    assert crowd.received(0) == []
    await crowd.is_back(0)
    await all_write(stage, crowd, TEXTS[1])
    await passing.until_done(TEN_MINUTES)
    compare(crowd, [[TEXTS[1]], *[list(TEXTS[:2])] * (PERSONS - 1)])


def troubles(random: Random) -> list[Trouble]:
    """What happens to the sendings of one reply, before the one that goes well. What is unclear
    happens once: after the second time a reply is left to staff."""
    plan: list[Trouble] = ["too many"] * random.choice((0, 0, 1, 2))
    if random.random() < 0.5:
        plan.append(random.choice(UNCLEAR))
    random.shuffle(plan)
    return plan


async def all_write(stage: Stage, crowd: Crowd, text: str) -> None:
    """Everybody writes a text, which every third person's app brings three times; returns when all
    are in the inbox."""
    before = stage.store.taken
    times = [3 if who % 3 == 0 else 1 for who in range(PERSONS)]
    await asyncio.gather(*(crowd.writes(who, text, times[who]) for who in range(PERSONS)))
    await stage.has_taken(before + PERSONS)


def compare_pauses(tries: Sequence[float], plan: Sequence[Trouble]) -> None:
    """All troubles happened, and what asked for a pause was given it."""
    assert len(tries) == len(plan) + 1
    for trouble, (tried, again) in zip(plan, pairwise(tries), strict=True):
        assert again - tried >= (WAIT if trouble == "too many" else 0) - A_BIT


def compare_pace(tries: Sequence[Sequence[float]]) -> None:
    """Not more than one a second in each chat, and thirty a second in all."""
    for chat in tries:
        assert all(later - earlier >= 1 - A_BIT for earlier, later in pairwise(chat))
    together = sorted(at for chat in tries for at in chat)
    assert all(
        later - earlier >= 1 - A_BIT
        for earlier, later in zip(together, together[30:], strict=False)
    )


def compare(crowd: Crowd, expected: Sequence[Sequence[str]]) -> None:
    """Everybody has received the replies to these texts, in this order."""
    replies: dict[str, str] = {}
    for who, texts in enumerate(expected):
        received = crowd.received(who)
        assert len(received) == len(texts), who
        for text, reply in zip(texts, received, strict=True):
            assert replies.setdefault(text, reply) == reply
    assert len(set(replies.values())) == len(replies)
