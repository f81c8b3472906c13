"""How fast a platform lets us send: in all, and to one chat."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

MANY_CHATS = 5000
"""From so many on, those that have long been silent are let go."""


@dataclass(frozen=True)
class Pace:
    """So many a second in the long run, so many at once after a silence."""

    per_second: float
    at_once: float = 1.0


@dataclass(frozen=True)
class Limits:
    """A platform's limits. None: it has none."""

    in_all: Pace | None = None
    one_chat: Pace | None = None


class TokenBucket:
    """Fills at a pace; whoever sends takes a token, or is told how long to wait for it."""

    def __init__(self, pace: Pace, now: float) -> None:
        self._pace = pace
        self._tokens = pace.at_once
        self._counted_at = now

    def take(self, now: float) -> float:
        """Take a token. Returns the seconds until it is there: 0 or more."""
        self._fill(now)
        self._tokens -= 1
        return max(0.0, -self._tokens / self._pace.per_second)

    def used(self, now: float) -> None:
        """What was taken has been used only now: the next token begins to fill at this moment."""
        self._fill(now)
        self._tokens = min(self._tokens, self._pace.at_once - 1)

    def is_full(self, now: float) -> bool:
        """A full bucket is as good as a new one."""
        self._fill(now)
        return self._tokens >= self._pace.at_once

    def _fill(self, now: float) -> None:
        gained = (now - self._counted_at) * self._pace.per_second
        self._tokens = min(self._pace.at_once, self._tokens + gained)
        self._counted_at = now


class RateLimits:
    """The pace of every channel; one that is not listed has no limit."""

    def __init__(self, limits: Mapping[str, Limits], clock: Callable[[], float]) -> None:
        """clock: seconds that only ever grow, such as time.monotonic."""
        self._limits = limits
        self._clock = clock
        self._in_all: dict[str, TokenBucket] = {}
        self._chats: dict[tuple[str, str], TokenBucket] = {}

    def take(self, channel: str, address: str) -> float:
        """A turn to send. Returns the seconds to wait before using it: 0 or more."""
        limits = self._limits.get(channel, Limits())
        now = self._clock()
        waits = [0.0]
        if limits.in_all is not None:
            bucket = self._in_all.setdefault(channel, TokenBucket(limits.in_all, now))
            waits.append(bucket.take(now))
        if limits.one_chat is not None:
            self._let_go_of_silent_chats(now)
            key = (channel, address)
            bucket = self._chats.setdefault(key, TokenBucket(limits.one_chat, now))
            waits.append(bucket.take(now))
        return max(waits)

    def sent(self, channel: str, address: str) -> None:
        """A turn has been used: the chat's next one counts from here, not from when it began. A
        sending that took long must not arrive together with the next one."""
        bucket = self._chats.get((channel, address))
        if bucket is not None:
            bucket.used(self._clock())

    def _let_go_of_silent_chats(self, now: float) -> None:
        if len(self._chats) >= MANY_CHATS:
            self._chats = {
                key: bucket for key, bucket in self._chats.items() if not bucket.is_full(now)
            }
