"""So many things at once, and no more."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Hands:
    """Work that goes on at the same time, up to a limit."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._busy: set[asyncio.Task[None]] = set()

    @property
    def free(self) -> int:
        """How much more can be begun."""
        return self._limit - len(self._busy)

    @property
    def busy(self) -> bool:
        """Is anything going on?"""
        return bool(self._busy)

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin something that sees to its own failures."""
        task = asyncio.create_task(work)
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)

    async def one_done(self) -> None:
        """Return once something that goes on has come to its end."""
        await asyncio.wait(self._busy, return_when=asyncio.FIRST_COMPLETED)

    async def all_done(self) -> None:
        """Return once nothing goes on any more."""
        while self._busy:
            await asyncio.wait(self._busy)
