"""Long work is done by another process; what it leads to is the same."""

import asyncio
import gc
import os
import signal
import sys
import time
import weakref
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from bot.elsewhere import LAST, NotDone, OtherProcess
from bot.letting_go import let_go
from knowledge_base.knowledge import KnowledgeBase

SOUND = Path(__file__).parent / "sound_content"
PATIENCE = 60.0
NICE = 7


async def test_another_process() -> None:
    """The work is not done in this process."""
    assert await OtherProcess()(os.getpid, PATIENCE, NICE) != os.getpid()


async def test_steps_back() -> None:
    """The process leaves the machine to those who want an answer."""
    assert (
        await OtherProcess()(partial(os.getpriority, os.PRIO_PROCESS, 0), PATIENCE, NICE)
        == os.getpriority(os.PRIO_PROCESS, 0) + NICE
    )


@pytest.mark.skipif(sys.platform != "linux", reason="Elsewhere nobody can step back so far.")
async def test_steps_back_for_everybody() -> None:
    """Work that is the last to be done gets the machine when nobody else wants it."""
    policy = await OtherProcess()(partial(os.sched_getscheduler, 0), PATIENCE, LAST)
    assert policy == os.SCHED_IDLE


async def test_understanding_comes_over() -> None:
    """What another process has learned understands just what the same would have here."""
    learn = partial(KnowledgeBase.build, SOUND)
    here, there = learn(), await OtherProcess()(learn, PATIENCE, NICE)
    for text in ("my time is over", "hello", "he hits me", "po sikur te rri gjate", "who are you"):
        assert there.decide(text) == here.decide(text)
    assert there.explain("my time is over") == here.explain("my time is over")


async def test_what_it_prints() -> None:
    """What the work prints does not get into its result."""
    talking: Callable[[], object] = partial(print, "hello")
    assert await OtherProcess()(talking, PATIENCE, NICE) is None


async def test_work_that_fails() -> None:
    """An error in the work is said by its class and where it was raised, without its words."""
    with pytest.raises(
        NotDone, match=r"^ContentProblems at knowledge_base/knowledge.py:\d+ build$"
    ):
        await OtherProcess()(partial(KnowledgeBase.build, SOUND / "nowhere"), PATIENCE, NICE)


async def test_a_process_that_dies() -> None:
    """A process that is killed, for want of memory for instance, is said to have been."""
    with pytest.raises(NotDone, match=r"^killed_by_signal_9$"):
        await OtherProcess()(partial(signal.raise_signal, signal.SIGKILL), PATIENCE, NICE)


async def test_a_process_that_hangs() -> None:
    """Work that takes too long is given up, and its process ended."""
    with pytest.raises(NotDone, match=r"^took_too_long$"):
        await OtherProcess()(partial(time.sleep, PATIENCE), 0.01, NICE)


async def test_no_process() -> None:
    """Where no process can be begun, that is said."""
    with pytest.raises(NotDone, match=r"^FileNotFoundError at "):
        await OtherProcess("/nowhere/python")(os.getpid, PATIENCE, NICE)


async def test_a_changed_program() -> None:
    """After an update and before the restart, objects of the new program are not taken up."""
    before = OtherProcess(code="as of yesterday")
    with pytest.raises(NotDone, match=r"^the_program_has_changed_restart_it$"):
        await before(os.getpid, PATIENCE, NICE)


async def test_given_up() -> None:
    """Who no longer waits for the work ends its process, too."""
    working = asyncio.create_task(OtherProcess()(partial(time.sleep, PATIENCE), PATIENCE, NICE))
    await asyncio.sleep(0)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working


async def test_let_go() -> None:
    """What nobody else uses is freed, piece by piece; what somebody uses stays whole."""
    going, staying = KnowledgeBase.build(SOUND), KnowledgeBase.build(SOUND)
    gone = weakref.ref(going._understanding.recognisers.danger)
    things: list[object] = [going, staying]
    gc.disable()
    try:
        del going
        await let_go(things)
        assert gone() is None
    finally:
        gc.enable()
    assert things == []
    assert staying.decide("my time is over").kind == "answer"


def test_nothing_is_left() -> None:
    """An understanding that is replaced is gone at once: nobody looks for garbage in what stays."""
    understanding = KnowledgeBase.build(SOUND)
    understanding.decide("my time is over")
    gone = weakref.ref(understanding._understanding.recognisers.danger)
    matcher = weakref.ref(understanding._understanding.matcher)
    gc.disable()
    try:
        del understanding
        assert gone() is None
        assert matcher() is None
    finally:
        gc.enable()
