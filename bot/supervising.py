"""Keeps the parts that run for ever running: what crashes is logged and begun again."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

LONGEST_PAUSE = 30.0
"""Seconds between two beginnings of a part that keeps crashing."""


class Supervisor:
    """Runs parts until it is stopped."""

    def __init__(
        self,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """clock: seconds that only ever grow."""
        self._sleep = sleep
        self._clock = clock
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._log = structlog.get_logger()

    def start(self, name: str, part: Callable[[], Awaitable[None]]) -> None:
        """Run `part` under a name for the log; it may also come to its end by itself."""
        self._tasks[name] = asyncio.create_task(self._keep_running(name, part), name=name)

    async def ended(self, name: str, within: float) -> bool:
        """Wait until a part has come to its end by itself; False if it has not in time.

        within: seconds.
        """
        done, _ = await asyncio.wait([self._tasks[name]], timeout=within)
        return bool(done)

    async def stop(self) -> None:
        """Cancel what still runs, and wait for it."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        self._tasks.clear()

    async def _keep_running(self, name: str, part: Callable[[], Awaitable[None]]) -> None:
        pause = 1.0
        while True:
            began = self._clock()
            try:
                await part()
            except Exception:  # noqa: BLE001 - whatever it was, the other parts go on
                self._log.exception("part_crashed", part=name)
                if self._clock() - began > LONGEST_PAUSE:
                    pause = 1.0
                await self._sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                return
