"""How working hours are written in config.yaml: "08:00-12:00, 13:00-16:30"."""

# ruff: noqa: RUF009 - setting() and each() make dataclass fields

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from bot.declaring import Wrong, each, setting
from bot.working_hours import Interval, Intervals

_INTERVAL = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
MIDNIGHT = 24 * 60
LONGEST = 366
"""Days that one line may close."""

WRITE_HOURS = "Write times such as 08:00-12:00, 13:00-16:30; empty means closed."
WRITE_DAYS = "Write a day such as 2026-12-24, or several as 2026-08-03 to 2026-08-14."
WRITE_DAY_AND_HOURS = "Write a day and its times, such as 2026-12-08 09:00-12:00."


@dataclass(frozen=True)
class OpenDay:
    """A day with hours of its own."""

    day: date
    hours: Intervals


def hours_of_day(text: str) -> Intervals:
    """Reads the times at work of one day. Raises Wrong."""
    read = [_interval(part.strip()) for part in text.split(",")]
    for (_, end), (begin, _) in pairwise(read):
        if begin < end:
            raise Wrong(f'"{text}" is not in order, or overlaps.', "Write the earlier times first.")
    return _joined(read)


def closed_days(text: str) -> frozenset[date]:
    """Reads one day, or a span of days with its last. Raises Wrong."""
    first, to, last = (part.strip() for part in text.partition(" to "))
    begin = _day(first, text, WRITE_DAYS)
    end = _day(last, text, WRITE_DAYS) if to else begin
    days = (end - begin).days + 1
    if not 1 <= days <= LONGEST:
        raise Wrong(f'"{text}" is no span of days.', f"{WRITE_DAYS} At most {LONGEST} days.")
    return frozenset(begin + timedelta(days=ahead) for ahead in range(days))


def open_day(text: str) -> OpenDay:
    """Reads a day with hours of its own. Raises Wrong."""
    day, _, hours = text.partition(" ")
    read = _day(day, text, WRITE_DAY_AND_HOURS)
    if not hours.strip():
        raise Wrong(f'"{text}" has no times.', WRITE_DAY_AND_HOURS)
    return OpenDay(read, hours_of_day(hours))


def _interval(text: str) -> Interval:
    found = _INTERVAL.fullmatch(text)
    if not found:
        raise Wrong(f'"{text}" is no time from … to ….', WRITE_HOURS)
    begin, end = _minute(found[1], found[2], text), _minute(found[3], found[4], text)
    if begin >= end:
        raise Wrong(
            f'"{text}" ends before it begins.',
            "Over midnight, write it on two days: 22:00-24:00 and 00:00-06:00.",
        )
    return begin, end


def _minute(hour: str, minute: str, text: str) -> int:
    """Minutes since midnight."""
    sum_ = int(hour) * 60 + int(minute)
    if int(minute) > 59 or sum_ > MIDNIGHT:
        raise Wrong(f'"{text}" is no time of a day.', "A day goes from 00:00 to 24:00.")
    return sum_


def _joined(intervals: Sequence[Interval]) -> Intervals:
    """Those that touch are one."""
    joined: list[Interval] = []
    for begin, end in intervals:
        if joined and joined[-1][1] == begin:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return tuple(joined)


def _day(day: str, text: str, advice: str) -> date:
    try:
        if not _DAY.fullmatch(day):
            raise ValueError(day)
        return date.fromisoformat(day)
    except ValueError:
        raise Wrong(f'"{text}" cannot be used.', advice) from None


@dataclass(frozen=True)
class Hours:
    """When somebody of the team is at work, on the clocks of Albania. Empty: closed."""

    monday: Intervals = setting((), hours_of_day, "The times at work of a Monday.")
    tuesday: Intervals = setting((), hours_of_day, "The times at work of a Tuesday.")
    wednesday: Intervals = setting((), hours_of_day, "The times at work of a Wednesday.")
    thursday: Intervals = setting((), hours_of_day, "The times at work of a Thursday.")
    friday: Intervals = setting((), hours_of_day, "The times at work of a Friday.")
    saturday: Intervals = setting((), hours_of_day, "The times at work of a Saturday.")
    sunday: Intervals = setting((), hours_of_day, "The times at work of a Sunday.")
    closed_on: tuple[frozenset[date], ...] = each(
        closed_days, "Days on which the team is away, besides Albania's public holidays."
    )
    open_on: tuple[OpenDay, ...] = each(
        open_day, "Days with times of their own; they go before everything else."
    )

    @property
    def week(self) -> tuple[Intervals, ...]:
        """From Monday on."""
        return (
            *(self.monday, self.tuesday, self.wednesday, self.thursday, self.friday),
            *(self.saturday, self.sunday),
        )
