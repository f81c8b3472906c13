"""The wake-up: something in the store has changed, whoever waits should look."""

import asyncio


class Changed:
    """Like an asyncio.Event for any number of waiters, none of whom can miss a change.

    Read `version`, look, and wait for what comes `after` it. It rings for this process only: what
    other processes change is found by looking again after a second.
    """

    def __init__(self) -> None:
        self.version = 0
        self._waiting: set[asyncio.Future[None]] = set()

    def set(self) -> None:
        """Wake all who wait. Call it in the event loop, after the commit."""
        self.version += 1
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)

    async def after(self, version: int, seconds: float) -> None:
        """Return once something has changed since `version`, at the latest after `seconds`."""
        if self.version != version:
            return
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.add(waiting)
        try:
            await asyncio.wait([waiting], timeout=seconds)
        finally:
            self._waiting.discard(waiting)
