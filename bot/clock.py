"""The time, read in one place and passed to whoever needs it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Says what time it is, with time zone."""


def system_clock() -> datetime:
    return datetime.now(UTC)
