"""How fast one session may write."""

from collections import deque
from datetime import datetime, timedelta

REMEMBERED = 1000
"""Sessions. Above this number, those that have been quiet are forgotten."""


class Pace:
    """At most so many messages of one session within a stretch of time."""

    def __init__(self, most: int, within: timedelta) -> None:
        self._most = most
        self._within = within
        self._times: dict[str, deque[datetime]] = {}

    def allows(self, session: str, now: datetime) -> bool:
        """Whether one more may come now. What is not allowed does not count."""
        if len(self._times) > REMEMBERED:
            self._forget_quiet(now)
        times = self._times.setdefault(session, deque(maxlen=self._most))
        if len(times) == self._most and now - times[0] < self._within:
            return False
        times.append(now)
        return True

    def _forget_quiet(self, now: datetime) -> None:
        self._times = {
            session: times
            for session, times in self._times.items()
            if times and now - times[-1] < self._within
        }
