"""Parts that run for ever are kept running."""

import asyncio

from bot.supervising import LONGEST_PAUSE, Supervisor


class Pauses:
    """A sleep that only notes how long it should have been."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


async def test_begun_again() -> None:
    """A part that crashes is begun again, after pauses that grow up to a limit."""
    pauses, runs = Pauses(), 0

    async def crashes_eight_times() -> None:
        nonlocal runs
        runs += 1
        if runs <= 8:
            raise RuntimeError("again")

    supervisor = Supervisor(pauses)
    supervisor.start("part", crashes_eight_times)
    assert await supervisor.ended("part", within=5)
    assert runs == 9
    assert pauses.seconds[:3] == [1.0, 2.0, 4.0]
    assert pauses.seconds[-1] == LONGEST_PAUSE


async def test_a_crash_after_a_long_time() -> None:
    """A part that crashes once a day is begun again at once, not after the pause of old crashes."""
    pauses, now, runs = Pauses(), 0.0, 0

    async def crashes_daily() -> None:
        nonlocal runs, now
        runs += 1
        now += 86_400
        if runs <= 4:
            raise RuntimeError("again")

    supervisor = Supervisor(pauses, lambda: now)
    supervisor.start("part", crashes_daily)
    assert await supervisor.ended("part", within=5)
    assert pauses.seconds == [1.0] * 4


async def test_one_crash_leaves_the_others() -> None:
    """While one part crashes, the others go on."""
    crashed, done = asyncio.Event(), asyncio.Event()

    async def crashes() -> None:
        crashed.set()
        raise RuntimeError

    async def goes_on() -> None:
        await crashed.wait()
        done.set()

    supervisor = Supervisor()
    supervisor.start("crashes", crashes)
    supervisor.start("goes_on", goes_on)
    async with asyncio.timeout(5):
        await done.wait()
    await supervisor.stop()


async def test_stopped() -> None:
    """Stopping cancels what still runs, and a part that has not ended is known."""
    cancelled = asyncio.Event()

    async def for_ever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    supervisor = Supervisor()
    supervisor.start("for_ever", for_ever)
    assert not await supervisor.ended("for_ever", within=0.01)
    await supervisor.stop()
    assert cancelled.is_set()
