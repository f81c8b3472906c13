"""A moment as people say it, such as "tomorrow, 9:00": on the clocks of Albania, in their words."""

from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

Say = Callable[..., str]
"""Says a text by its key, in the language of whoever will read it."""

NEXT_DAYS = 6
"""So many days ahead are called by the day of the week; the seventh would be called like today."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


def tirane() -> ZoneInfo:
    """Where the people behind Udha are, and most of those who ask."""
    return ZoneInfo("Europe/Tirane")


def in_words(at: datetime, now: datetime, say: Say) -> str:
    """The moment as it is called at `now`; both with time zone."""
    here, today = at.astimezone(tirane()), now.astimezone(tirane()).date()
    days, time = (here.date() - today).days, clock_at(at)
    if days == 0:
        return say("moment_today", time=time)
    if days == 1:
        return say("moment_tomorrow", time=time)
    if 1 < days <= NEXT_DAYS:
        return say("moment_weekday", day=say(f"weekday_{WEEKDAYS[here.weekday()]}"), time=time)
    month = say(f"month_{MONTHS[here.month - 1]}")
    return say("moment_date", day=here.day, month=month, time=time)


def clock_at(at: datetime) -> str:
    """The time of day there, such as 9:00."""
    here = at.astimezone(tirane())
    return f"{here.hour}:{here.minute:02}"


def day_of(at: datetime) -> str:
    """The date there, such as 28.12.2026."""
    return at.astimezone(tirane()).strftime("%d.%m.%Y")


def texts_needed() -> Mapping[str, frozenset[str]]:
    """Key → the placeholders that are filled in it."""
    names = (*(f"weekday_{one}" for one in WEEKDAYS), *(f"month_{one}" for one in MONTHS))
    return {
        **dict.fromkeys(names, frozenset[str]()),
        "moment_today": frozenset({"time"}),
        "moment_tomorrow": frozenset({"time"}),
        "moment_weekday": frozenset({"day", "time"}),
        "moment_date": frozenset({"day", "month", "time"}),
    }
