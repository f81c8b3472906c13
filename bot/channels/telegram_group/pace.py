"""So many messages in a minute: a group takes no more."""

from collections import deque
from collections.abc import Callable

MOST = 20
"""Messages of a bot to one group within WITHIN. https://core.telegram.org/bots/faq"""
WITHIN = 60.0
"""Seconds."""


class Pace:
    """Counts what was sent lately. All at once is fine, as long as it is not too much."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        """monotonic: seconds that only ever grow."""
        self._monotonic = monotonic
        self._sent: deque[float] = deque(maxlen=MOST)

    def wait(self) -> float:
        """Seconds until another message may go; 0: now."""
        if len(self._sent) < MOST:
            return 0.0
        return max(0.0, self._sent[0] + WITHIN - self._monotonic())

    def note(self) -> None:
        """A message is going."""
        self._sent.append(self._monotonic())
