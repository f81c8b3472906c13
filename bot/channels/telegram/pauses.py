"""How long to wait before the next try."""

from telegram.error import RetryAfter

from bot.channels.telegram.refusals import seconds_of

FIRST, LONGEST = 1.0, 60.0
"""Seconds."""


class Pauses:
    """They double with each try that fails, up to a minute."""

    def __init__(self) -> None:
        self._next = FIRST

    def next(self, error: Exception | None = None, least: float = 0.0) -> float:
        """Seconds to wait; what Telegram asks for goes before."""
        pause, self._next = self._next, min(2 * self._next, LONGEST)
        asked = seconds_of(error).total_seconds() if isinstance(error, RetryAfter) else 0.0
        return max(pause, least, asked)

    def over(self) -> None:
        """It has worked: the next pause is a short one again."""
        self._next = FIRST
