"""Time that passes while Udha works: pause after pause, never faster than work gets done."""

import asyncio

from tests.fakes.people_on.stage import PACE, Stage

PATIENCE = 30.0
"""Real seconds after which a test has failed."""
QUIET = 0.003
"""Real seconds without any change."""
STEP = 1.0
"""Seconds of the moved time where nobody sleeps who could be woken."""


class Passing:
    """To be made while nothing is in hand."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._always_asleep = stage.time.sleeping

    async def until_done(self, within: float) -> None:
        """Let time pass until all that came in is handled, and nothing waits to be sent.

        within: seconds of the moved time.
        """
        ends = self._stage.time.monotonic() + within
        async with asyncio.timeout(PATIENCE):
            while self._stage.store.in_hand or await self._stage.something_waits():
                assert self._stage.time.monotonic() < ends, "this takes too long"
                await self.by(STEP)

    async def by(self, seconds: float) -> None:
        """Let so much time pass, or less where somebody sleeps who wakes before.

        While a reply is in hand only the pace of sending is waited for: in a longer time its lease
        would run out, and somebody else would send it too.
        """
        await self._rests()
        time, store = self._stage.time, self._stage.store
        if store.in_hand:
            time.move_to_next(within=PACE)
        elif not time.move_to_next(within=seconds):
            time.move(seconds=seconds)
        store.changed.set()

    async def _rests(self) -> None:
        """Wait until whoever has a reply in hand waits for the time to pass."""
        store = self._stage.store
        while True:
            seen = store.changed.version
            await store.changed.after(seen, QUIET)
            asleep = self._stage.time.sleeping - self._always_asleep
            if store.changed.version == seen and store.in_hand <= asleep:
                return
