"""What the rate limits promise: never faster than a platform allows, never slower than needed."""

from hypothesis import given
from hypothesis import strategies as st

from bot.rate_limits import MANY_CHATS, Limits, Pace, RateLimits, TokenBucket

TELEGRAM = {"telegram": Limits(in_all=Pace(30, 30), one_chat=Pace(1))}


class Seconds:
    """A clock that only grows when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_channel_without_limits() -> None:
    """Where a platform sets no limit nobody waits."""
    limits = RateLimits(TELEGRAM, Seconds())
    assert [limits.take("web", "ana") for _ in range(1000)] == [0.0] * 1000


def test_one_chat() -> None:
    """One message a second to a chat; a pause in between counts."""
    clock = Seconds()
    limits = RateLimits(TELEGRAM, clock)
    assert [limits.take("telegram", "ana") for _ in range(3)] == [0, 1, 2]
    clock.now += 10
    assert limits.take("telegram", "ana") == 0
    assert limits.take("telegram", "bora") == 0


def test_a_slow_sending() -> None:
    """What follows a sending that took long waits from its end: the two never arrive together."""
    clock = Seconds()
    limits = RateLimits(TELEGRAM, clock)
    assert limits.take("telegram", "ana") == 0
    clock.now += 0.9
    limits.sent("telegram", "ana")
    assert limits.take("telegram", "ana") == 1
    limits.sent("telegram", "nobody")


def test_all_chats_together() -> None:
    """Thirty at once, then thirty a second, over all chats."""
    limits = RateLimits(TELEGRAM, Seconds())
    waits = [limits.take("telegram", str(number)) for number in range(90)]
    assert waits[29] == 0
    assert round(waits[59], 6) == 1
    assert round(waits[89], 6) == 2


def test_silent_chats_are_let_go() -> None:
    """Buckets of chats that have long been silent do not fill the memory."""
    clock = Seconds()
    limits = RateLimits({"web": Limits(one_chat=Pace(1))}, clock)
    for number in range(MANY_CHATS * 3):
        limits.take("web", str(number))
        clock.now += 0.01
    assert len(limits._chats) <= MANY_CHATS


@given(st.lists(st.floats(0, 3), min_size=1, max_size=60))
def test_never_faster_than_the_pace(gaps: list[float]) -> None:
    """Whenever somebody asks: in no stretch of time are more sent than the pace allows."""
    pace, now, sent = Pace(per_second=2, at_once=3), 0.0, list[float]()
    bucket = TokenBucket(pace, now)
    for gap in gaps:
        now += gap
        sent.append(now + bucket.take(now))
    for first in range(len(sent)):
        for last in range(first, len(sent)):
            allowed = pace.at_once + (sent[last] - sent[first]) * pace.per_second
            assert last - first + 1 <= allowed + 1e-6
