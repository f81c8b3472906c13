"""What browsers hear at once: something changed in the queue, or in a case that they show."""

import asyncio
from collections.abc import AsyncIterator

from bot.store.store import Store

LOOK_AFTER = 1.0
"""Seconds after which the store is looked at even if nobody rang: a command may have changed it."""


class Live:
    """Tells all open pages of one process what has changed."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def run(self) -> None:
        """Listen to the store until cancelled."""
        await asyncio.Event().wait()

    async def events(self) -> AsyncIterator[tuple[str, str]]:
        """(name, data) of what happens from now on, for one page."""
        while True:
            version = self._store.changed.version
            await self._store.changed.after(version, LOOK_AFTER)
            yield ("queue", "")
