"""When the people behind Udha are at work: computed, so that nothing is promised for closed time.

What is written in config.yaml are times on a wall clock in Albania; what comes out are moments with
time zone. A wall clock that is put forward or back in the night changes no promise.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.moments import tirane

LOOKED_AHEAD = 800
"""Days. Who is closed for longer than that opens at no time that could be told."""

Interval = tuple[int, int]
"""Minutes of a day: from, until; 24:00 is 1440."""
Intervals = tuple[Interval, ...]
"""In order, none touching the next."""
IsHoliday = Callable[[date], bool]


def no_holidays(_: date) -> bool:
    """For who works on every day of the week that is set."""
    return False


@dataclass(frozen=True)
class WorkingHours:
    """The hours of one office."""

    week: Mapping[int, Intervals]
    """Monday is 0; a day that is not there is closed."""
    is_holiday: IsHoliday = no_holidays
    closed_on: frozenset[date] = frozenset()
    open_on: Mapping[date, Intervals] = field(default_factory=dict)
    """Days with hours of their own; they go before everything else."""
    zone: ZoneInfo = field(default_factory=tirane)

    def is_open(self, at: datetime) -> bool:
        """Is somebody at work at this moment? At the very end of a time, no longer."""
        return any(begin <= at < end for begin, end in self._spans_of(self._day(at)))

    def closes(self, at: datetime) -> datetime | None:
        """When the time at work that runs at this moment ends. None: it is closed."""
        spans = self._spans_of(self._day(at))
        return next((end for begin, end in spans if begin <= at < end), None)

    def next_opening(self, at: datetime) -> datetime | None:
        """The first moment from `at` on at which somebody is at work; `at` itself, if it is one.

        None: there is none for years.
        """
        return next((begin for begin, _ in self._spans_from(at)), None)

    def after_working_time(self, at: datetime, hours: float) -> datetime | None:
        """The moment at which so many hours of work will have passed since `at`.

        None: there are not so many within the next years.
        """
        left = timedelta(hours=hours)
        for begin, end in self._spans_from(at):
            if left <= end - begin:
                return begin + left
            left -= end - begin
        return None

    def worked(self, begin: datetime, end: datetime) -> timedelta:
        """How much of the time between two moments somebody was at work."""
        worked = timedelta(0)
        for opens, closes in self._spans_from(begin):
            if opens >= end:
                break
            worked += min(closes, end.astimezone(UTC)) - opens
        return worked

    def _spans_from(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        first = self._day(at)
        for ahead in range(LOOKED_AHEAD):
            for begin, end in self._spans_of(first + timedelta(days=ahead)):
                if end > at:
                    yield max(begin, at.astimezone(UTC)), end

    def _spans_of(self, day: date) -> Sequence[tuple[datetime, datetime]]:
        """Moments in UTC: between two of another zone, Python would count by the wall clock."""
        spans = [(self._moment(day, begin), self._moment(day, end)) for begin, end in self._on(day)]
        # In the night in which clocks go forward, an hour may be none at all.
        return [(begin, end) for begin, end in spans if begin < end]

    def _on(self, day: date) -> Intervals:
        if day in self.open_on:
            return self.open_on[day]
        if day in self.closed_on or self.is_holiday(day):
            return ()
        return self.week.get(day.weekday(), ())

    def _moment(self, day: date, minute: int) -> datetime:
        days, rest = divmod(minute, 24 * 60)
        on = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60), self.zone)
        return on.astimezone(UTC)

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()


def albanian_holidays() -> IsHoliday:
    """Albania's public holidays; one on a weekend moves to the next working day.

    Feasts that follow the moon are estimates for years to come: `open_on` and `closed_on` correct
    them. Takes a fifth of a second, and less for each year that is asked for first.
    """
    # Only where hours are set, and before anybody waits.
    import holidays

    known = holidays.country_holidays("AL")
    return lambda day: day in known
