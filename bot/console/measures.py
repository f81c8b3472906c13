"""From the times of cases to figures that may be shown: weeks, middles, and what is hidden.

Groups under five are hidden, and where that leaves one hidden number in a table, the next smallest
too: else it could be worked out from another table's sum (primary and secondary suppression, as in
A. Hundepool et al., Statistical Disclosure Control, Wiley 2012, chapter 4).
"""

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.store.response_times import FIRST, LONGER, RESOLUTION, Counted, Times

T = TypeVar("T")

FEWEST = 5
"""Cases, below which nothing is said of a group."""

GONE = "gone"
"""In place of a number that was deleted with its cases."""

Took = Callable[[int, int], float]
"""Seconds from one moment to another: by the clock, or of hours at work."""


@dataclass(frozen=True)
class Spread:
    """How long something took in a group of cases."""

    cases: int
    median: timedelta
    p90: timedelta
    """Nine of ten took no longer."""
    up_to: bool = False
    """Both are only known to be no more than this: the cases are gone, their counts are left."""


@dataclass(frozen=True)
class Week:
    """What happened from a Monday on. None: too few cases to say."""

    begin: date
    asked: int | str | None
    """GONE where it is not known any more."""
    closed: int | None
    first: Spread | None
    resolution: Spread | None


def monday_of(at: datetime, zone: ZoneInfo) -> date:
    """The first day of the week of a moment, by the office's clock."""
    day = at.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def mondays(until: datetime, weeks: int, zone: ZoneInfo) -> list[date]:
    """The first days of so many weeks, the last of them the week of `until`."""
    last = monday_of(until, zone)
    return [last - timedelta(weeks=back) for back in reversed(range(weeks))]


def spread_of(took: Iterable[float]) -> Spread | None:
    """The middle and the ninth of ten, of seconds; None: too few."""
    found = sorted(took)
    if len(found) < FEWEST:
        return None
    middle, ninth = (timedelta(seconds=_at(found, share)) for share in (0.5, 0.9))
    return Spread(len(found), middle, ninth)


def spread_of_counts(by_limit: Mapping[str, int]) -> Spread | None:
    """The same from counts: each is known up to its limit, in minutes."""
    cases = sum(by_limit.values())
    if cases < FEWEST:
        return None
    longest = timedelta(days=365)
    ordered = sorted(
        (longest if limit == LONGER else timedelta(minutes=int(limit)), number)
        for limit, number in by_limit.items()
    )
    each = [limit for limit, number in ordered for _ in range(number)]
    return Spread(cases, _at(each, 0.5), _at(each, 0.9), up_to=True)


def weeks_of(
    times: Sequence[Times], begins: Sequence[date], zone: ZoneInfo, took: Took
) -> list[Week]:
    """The weeks that begin on these Mondays, one after the other, from cases that are kept."""
    if not begins:
        return []
    edges = [_starts(begin, zone) for begin in (*begins, begins[-1] + timedelta(weeks=1))]
    asked, closed = Counter[int](), Counter[int]()
    waited: defaultdict[int, list[float]] = defaultdict(list)
    lasted: defaultdict[int, list[float]] = defaultdict(list)
    for one in times:
        asked[bisect(edges, one.asked)] += 1
        if one.answered is not None and (week := bisect(edges, one.answered)) in _within(edges):
            waited[week].append(took(one.asked, one.answered))
        if one.closed is not None and (week := bisect(edges, one.closed)) in _within(edges):
            closed[week] += 1
            lasted[week].append(took(one.asked, one.closed))
    return [
        Week(
            begin,
            enough(asked[week]),
            enough(closed[week]),
            spread_of(waited[week]),
            spread_of(lasted[week]),
        )
        for week, begin in enumerate(begins, start=1)
    ]


def _within(edges: Sequence[int]) -> range:
    """What bisect gives for a moment in one of the weeks."""
    return range(1, len(edges))


def _starts(day: date, zone: ZoneInfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())


def weeks_of_counts(counted: Sequence[Counted], begins: Sequence[date]) -> list[Week]:
    """The same from counts, for weeks whose cases are gone."""
    found = []
    for begin in begins:
        first, resolution = (_of_week(counted, begin, what) for what in (FIRST, RESOLUTION))
        found.append(
            Week(
                begin,
                GONE,
                enough(sum(resolution.values())),
                spread_of_counts(first),
                spread_of_counts(resolution),
            )
        )
    return found


def by_week(counted: Sequence[Counted], begins: Sequence[date], what: str) -> list[int | None]:
    """How many of one kind in each week."""
    return [enough(sum(_of_week(counted, begin, what).values())) for begin in begins]


def shares(number: Counter[str]) -> list[tuple[str, int | None]]:
    """How many of each, the most first; None: hidden."""
    hidden = hidden_of(number)
    return [(key, None if key in hidden else count) for key, count in number.most_common()]


def hidden_of(number: Mapping[str, int]) -> frozenset[str]:
    """Which groups must not be shown."""
    small = {key for key, count in number.items() if 0 < count < FEWEST}
    if len(small) == 1:
        others = [key for key in number if key not in small and number[key]]
        small |= set(sorted(others, key=lambda key: (number[key], key))[:1])
    return frozenset(small)


def enough(number: int) -> int | None:
    """The number, unless it is one of few people; none at all may be said."""
    return None if 0 < number < FEWEST else number


def _of_week(counted: Sequence[Counted], begin: date, what: str) -> Counter[str]:
    days = {(begin + timedelta(days=later)).isoformat() for later in range(7)}
    found: Counter[str] = Counter()
    for one in counted:
        if one.what == what and one.day in days:
            found[one.detail] += one.number
    return found


def _at(ordered: Sequence[T], share: float) -> T:
    """The smallest that at least this share of all do not exceed (nearest rank)."""
    return ordered[max(0, ceil(share * len(ordered)) - 1)]
