"""What to do while the store is away: try again, with growing pauses."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from bot.store.errors import StoreAway

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]

PAUSES = (0.1, 0.3, 1.0, 3.0, 5.0)
"""Seconds; together well within a lease, after which another try would be in vain."""


async def persist(operation: Callable[[], Awaitable[T]], sleep: Sleep = asyncio.sleep) -> T:
    """The operation's result; it is tried again while the store is away.

    Raises StoreAway when it stays away, and whatever else the operation raises at once.
    """
    for pause in PAUSES:
        try:
            return await operation()
        except StoreAway as away:
            structlog.get_logger().warning("store_away", reason=str(away))
            await sleep(pause)
    return await operation()
