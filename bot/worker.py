"""Inbox → handlers → store: each waiting message is handled, chats side by side."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.hands import Hands
from bot.logs import place_of
from bot.persisting import Sleep, persist
from bot.store.errors import LeaseLost, StoreAway
from bot.store.store import Leased, Store
from handlers.messages import Chat, Effects, Message

Handle = Callable[[Message, Chat], Awaitable[Effects]]
Apology = Callable[[Message, Chat], Effects]

LOOK_EVERY = 1.0
"""Seconds. What another process put into the inbox is found by looking."""
HANDLING_LASTS = 30.0
"""Seconds; half of a lease, so that there is time to keep what it led to."""
MOST_LEASES = 10
"""A message that was given out so many times ends the process: it is not tried again."""

log = structlog.get_logger()


class Worker:
    """Handles what waits in the inbox: in order within a chat, `at_once` chats side by side."""

    def __init__(
        self,
        store: Store,
        handle: Handle,
        apology: Apology,
        *,
        at_once: int = 32,
        handling_lasts: float = HANDLING_LASTS,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """apology: what a message leads to when its handling has failed for the last time."""
        self._store = store
        self._handle = handle
        self._apology = apology
        self._handling_lasts = handling_lasts
        self._sleep = sleep
        self._hands = Hands(at_once)
        self._stopping = False

    async def run(self) -> None:
        """Work until stopped; returns when what is in hand is finished."""
        # What is in hand after a crash goes on: freed now, it would be handled twice at once.
        await self._hands.all_done()
        await persist(self._store.free_messages, self._sleep)
        while not self._stopping:
            seen = self._store.changed.version
            if not await persist(self._begin_what_waits, self._sleep):
                await self._store.changed.after(seen, LOOK_EVERY)
        await self._hands.all_done()

    def stop(self) -> None:
        """Begin nothing more."""
        self._stopping = True
        self._store.changed.set()

    async def drain(self) -> None:
        """Work until nothing waits and nothing is in hand, then return."""
        await self._store.free_messages()
        while await self._begin_what_waits() or self._hands.busy:
            if self._hands.busy:
                await self._hands.one_done()

    async def _begin_what_waits(self) -> bool:
        """False: nothing could be begun that waits now."""
        if not self._hands.free:
            await self._hands.one_done()
        if self._stopping:
            return False
        leased = await self._store.lease_some(self._hands.free)
        for one in leased:
            self._hands.begin(self._see_to(one))
            # Understanding a long text keeps everything else from going on: one at a time.
            await asyncio.sleep(0)
        return bool(leased)

    async def _see_to(self, leased: Leased) -> None:
        try:
            await self._finish(leased)
        except LeaseLost:
            log.warning("lease_lost", attempt=leased.attempt)
        except StoreAway:
            # Its lease runs out, and it is handled again.
            log.warning("left_in_the_inbox", attempt=leased.attempt)
        except Exception:
            log.exception("worker_failed", attempt=leased.attempt)

    async def _finish(self, leased: Leased) -> None:
        if leased.leases > MOST_LEASES:
            await self._set_aside(leased)
            return
        try:
            async with asyncio.timeout(self._handling_lasts):
                effects = await self._handle(leased.message, leased.chat)
            await persist(lambda: self._store.finish(leased, effects), self._sleep)
        except (LeaseLost, StoreAway):
            raise
        except Exception as error:
            log.exception("handling_failed", attempt=leased.attempt, channel=leased.message.channel)
            await self._failed(leased, error)

    async def _failed(self, leased: Leased, error: Exception) -> None:
        reason = f"{type(error).__qualname__} at {place_of(error)}"
        effects = self._apologise(leased)
        if await persist(lambda: self._store.failed(leased, reason, effects), self._sleep):
            log.error("set_aside", reason=reason, channel=leased.message.channel)

    async def _set_aside(self, leased: Leased) -> None:
        log.error("set_aside", reason="ProcessEnded", channel=leased.message.channel)
        effects = self._apologise(leased)
        await persist(lambda: self._store.set_aside(leased, "ProcessEnded", effects), self._sleep)

    def _apologise(self, leased: Leased) -> Effects | None:
        try:
            return self._apology(leased.message, leased.chat)
        except Exception:
            log.exception("apology_failed")
            return None
