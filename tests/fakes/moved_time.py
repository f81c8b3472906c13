"""A time that stands still until a test moves it: the clock, and the pauses that pass by it."""

import asyncio
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count

from tests.fakes.store_world import MONDAY, MovedClock


class MovedTime(MovedClock):
    """Whoever sleeps wakes in order when the time is moved: a pace costs a test no time."""

    def __init__(self) -> None:
        super().__init__()
        self._order = count()
        self._sleeping: list[tuple[datetime, int, asyncio.Future[None]]] = []

    def monotonic(self) -> float:
        """Seconds since the tests' Monday."""
        return (self.now - MONDAY).total_seconds()

    @property
    def sleeping(self) -> int:
        """How many wait for the time."""
        return sum(not waking.done() for _, _, waking in self._sleeping)

    async def sleep(self, seconds: float) -> None:
        """As asyncio.sleep."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        waking: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        at = self.now + timedelta(seconds=seconds)
        heappush(self._sleeping, (at, next(self._order), waking))
        await waking

    def move(self, **by: float) -> None:
        """move(hours=3)"""
        super().move(**by)
        self._wake()

    def move_to_next(self, within: float) -> bool:
        """Move to when the next sleeper wakes, if that is within so many seconds."""
        while self._sleeping and self._sleeping[0][2].done():
            heappop(self._sleeping)
        if not self._sleeping or self._sleeping[0][0] > self.now + timedelta(seconds=within):
            return False
        self.now = max(self.now, self._sleeping[0][0])
        self._wake()
        return True

    def _wake(self) -> None:
        while self._sleeping and self._sleeping[0][0] <= self.now:
            waking = heappop(self._sleeping)[2]
            if not waking.done():
                waking.set_result(None)
