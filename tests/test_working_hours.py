"""Working hours: what is written in config.yaml, and the moments that come of it."""

import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.office import OfficeHours, office_of
from bot.settings import WrongSettings, load
from bot.working_hours import Intervals, WorkingHours, albanian_holidays
from handlers.moments import in_words, tirane
from knowledge_base.model import Language
from tests.fakes.scripted_knowledge import ScriptedKnowledge

MORNING, AFTERNOON = (8 * 60, 12 * 60), (13 * 60, 16 * 60 + 30)
WEEK: dict[int, Intervals] = dict.fromkeys(range(5), (MORNING, AFTERNOON))
OFFICE = WorkingHours(WEEK, albanian_holidays())
CONFIG = """
hours:
  monday: 08:00-12:00, 13:00-16:30
  friday: 8:00 – 12:00
  closed_on:
    - 2026-12-24
    - 2026-08-03 to 2026-08-14
  open_on: ["2026-12-08 09:00-12:00"]
staff: {reply_within_hours: 4}
"""


def here(text: str) -> datetime:
    """A moment by the clocks of Albania: "2026-11-25 09:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=tirane())


def read(folder: Path, config: str) -> OfficeHours | None:
    (folder / "config.yaml").write_text(config, encoding="utf-8")
    return office_of(load({}, folder))


@pytest.mark.parametrize(
    ("at", "open_", "closes", "opens"),
    [
        ("2026-11-24 09:30", True, "2026-11-24 12:00", "2026-11-24 09:30"),
        ("2026-11-24 08:00", True, "2026-11-24 12:00", "2026-11-24 08:00"),
        ("2026-11-24 12:00", False, None, "2026-11-24 13:00"),
        ("2026-11-24 16:30", False, None, "2026-11-25 08:00"),
        ("2026-11-27 17:00", False, None, "2026-12-02 08:00"),
        ("2026-12-24 20:00", False, None, "2026-12-28 08:00"),
    ],
)
def test_when_it_is_open(at: str, open_: bool, closes: str | None, opens: str) -> None:
    """It is open within its times, closed at their very end, and over holidays and weekends.

    28 and 29 November fall on a weekend in 2026: Monday and Tuesday after it are free instead.
    """
    assert OFFICE.is_open(here(at)) is open_
    assert OFFICE.closes(here(at)) == (here(closes) if closes else None)
    assert OFFICE.next_opening(here(at)) == here(opens)


@pytest.mark.parametrize(
    ("at", "hours", "then"),
    [
        ("2026-11-24 09:00", 2, "2026-11-24 11:00"),
        ("2026-11-24 10:00", 4, "2026-11-24 15:00"),
        ("2026-11-24 08:00", 4, "2026-11-24 12:00"),
        ("2026-11-24 15:30", 4, "2026-11-25 11:00"),
        ("2026-11-24 03:00", 1, "2026-11-24 09:00"),
        ("2026-11-27 16:00", 1, "2026-12-02 08:30"),
        ("2026-11-24 09:00", 15, "2026-11-26 09:00"),
    ],
)
def test_working_time(at: str, hours: float, then: str) -> None:
    """Hours of work are counted over breaks, nights, weekends and holidays."""
    assert OFFICE.after_working_time(here(at), hours) == here(then)


def test_summer_time() -> None:
    """An hour of work is an hour on either side of the nights in which clocks are changed."""
    around_the_clock = WorkingHours(dict.fromkeys(range(7), ((0, 24 * 60),)))
    for evening in ("2026-03-28 23:00", "2026-10-24 23:00"):
        began = here(evening)
        ended = around_the_clock.after_working_time(began, 10)
        assert ended is not None
        assert ended - began.astimezone(UTC) == timedelta(hours=10)
    assert OFFICE.next_opening(here("2026-03-27 20:00")) == datetime(2026, 3, 30, 6, tzinfo=UTC)
    assert OFFICE.next_opening(here("2026-10-23 20:00")) == datetime(2026, 10, 26, 7, tzinfo=UTC)
    in_the_night = WorkingHours({6: ((2 * 60, 3 * 60),)})
    assert in_the_night.next_opening(here("2026-03-28 12:00")) == here("2026-04-05 02:00")


def test_days_of_their_own() -> None:
    """A day with times of its own goes before holidays, closed days and the week."""
    holiday, christmas = date(2026, 12, 8), date(2026, 12, 24)
    own = WorkingHours(
        WEEK,
        albanian_holidays(),
        closed_on=frozenset({holiday, christmas}),
        open_on={holiday: (MORNING,)},
    )
    assert own.is_open(here("2026-12-08 09:00"))
    assert not own.is_open(here("2026-12-08 14:00"))
    assert not own.is_open(here("2026-12-24 09:00"))


def test_never_open() -> None:
    """Who is closed for years opens at no time that could be told."""
    closed = WorkingHours({0: (MORNING,)}, is_holiday=lambda _: True)
    assert closed.next_opening(here("2026-11-24 09:00")) is None
    assert closed.after_working_time(here("2026-11-24 09:00"), 1) is None


moments = st.datetimes(datetime(2026, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
minutes = st.integers(0, 1440)
days = st.lists(minutes, max_size=6, unique=True).map(
    lambda found: tuple(zip(*[iter(sorted(found))] * 2, strict=False))
)
offices = st.builds(
    WorkingHours,
    week=st.fixed_dictionaries(dict.fromkeys(range(7), days)),
    is_holiday=st.just(albanian_holidays()),
    closed_on=st.frozensets(st.dates(date(2026, 1, 1), date(2028, 1, 1)), max_size=20),
)


def on_the_wall(office: WorkingHours, at: datetime) -> bool:
    """Would a notice on the door say that it is open, or that it closes just now?"""
    clock = at.astimezone(tirane())
    if clock.minute == clock.hour == 0:
        before = (at - timedelta(minutes=1)).astimezone(tirane()).date()
        if any(end == 1440 for _, end in _of(office, before)):
            return True
    minute = clock.hour * 60 + clock.minute + clock.second / 60 + clock.microsecond / 6e7
    return any(begin <= minute <= end for begin, end in _of(office, clock.date()))


def _of(office: WorkingHours, day: date) -> Any:
    closed = day in office.closed_on or office.is_holiday(day)
    return () if closed else office.week[day.weekday()]


def in_a_changed_night(at: datetime) -> bool:
    """Within the hours in which a wall clock lies."""
    clock = at.astimezone(tirane())
    return (
        clock.hour < 5 and clock.replace(hour=0).utcoffset() != clock.replace(hour=12).utcoffset()
    )


@given(offices, moments, st.integers(0, 100))
def test_never_a_closed_moment(office: WorkingHours, at: datetime, hours: int) -> None:
    """What is computed lies in time at work, never before the moment that was asked of."""
    opens, then = office.next_opening(at), office.after_working_time(at, hours)
    assert (opens is None) or (opens >= at and office.is_open(opens))
    if then is None or opens is None:
        return
    assert then >= opens
    assert on_the_wall(office, then) or in_a_changed_night(then)
    assert office.is_open(at) is (opens == at)


@given(offices, moments, st.integers(1, 60), st.integers(1, 60))
def test_later_is_never_sooner(office: WorkingHours, at: datetime, less: int, more: int) -> None:
    """More hours end later, and counting on from where counting ended changes nothing."""
    half = office.after_working_time(at, less)
    whole = office.after_working_time(at, less + more)
    if half is not None and whole is not None:
        assert whole > half
        assert office.after_working_time(half, more) == whole


def test_years_take_no_time() -> None:
    """400 hours of an office that opens for one hour a week are counted in a blink."""
    office = WorkingHours({4: ((9 * 60, 10 * 60),)}, albanian_holidays())
    began = time.perf_counter()
    office.after_working_time(here("2026-11-24 09:00"), 400)
    assert time.perf_counter() - began < 0.5


def test_settings_are_read(tmp_path: Path) -> None:
    """What config.yaml says is what the office keeps."""
    office = read(tmp_path, CONFIG)
    assert office is not None
    assert office.is_open(here("2026-11-16 13:00"))
    assert not office.is_open(here("2026-11-17 13:00"))
    assert office.is_open(here("2026-11-20 11:59"))
    assert not office.is_open(here("2026-08-10 09:00"))
    assert office.is_open(here("2026-12-08 09:00"))
    assert office.answers_by(here("2026-11-16 15:30")) == here("2026-11-20 11:00")


def test_no_hours(tmp_path: Path) -> None:
    """Without hours there is no office."""
    assert read(tmp_path, "hours: {closed_on: [2026-12-24]}") is None


def test_round_promises(tmp_path: Path) -> None:
    """A promise is on a quarter of an hour, but never after the team has gone."""
    rounded = read(tmp_path, "hours: {monday: 08:00-12:10}\nstaff: {reply_within_hours: 1}")
    assert rounded is not None
    for asked, by in (("09:01", "10:15"), ("09:00", "10:00"), ("11:07", "12:10")):
        assert rounded.answers_by(here(f"2026-11-16 {asked}")) == here(f"2026-11-16 {by}")


def test_nothing_promised(tmp_path: Path) -> None:
    """Without a number of hours nothing is promised."""
    silent = read(tmp_path, "hours: {monday: 08:00-12:00}")
    assert silent is not None
    assert silent.answers_by(here("2026-11-16 09:00")) is None


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "monday: from eight",
            'hours, monday: "from eight" is no time from … to …. '
            "Write times such as 08:00-12:00, 13:00-16:30; empty means closed.",
        ),
        (
            "monday: 22:00-06:00",
            'hours, monday: "22:00-06:00" ends before it begins. '
            "Over midnight, write it on two days: 22:00-24:00 and 00:00-06:00.",
        ),
        (
            "monday: 08:00-25:00",
            'hours, monday: "08:00-25:00" is no time of a day. A day goes from 00:00 to 24:00.',
        ),
        (
            "monday: 13:00-16:00, 08:00-12:00",
            'hours, monday: "13:00-16:00, 08:00-12:00" is not in order, or overlaps. '
            "Write the earlier times first.",
        ),
        (
            "closed_on: [2026-02-30]",
            'hours, closed_on: "2026-02-30" cannot be used. '
            "Write a day such as 2026-12-24, or several as 2026-08-03 to 2026-08-14.",
        ),
        (
            "closed_on: [2026-08-14 to 2026-08-03]",
            'hours, closed_on: "2026-08-14 to 2026-08-03" is no span of days. Write a day such as '
            "2026-12-24, or several as 2026-08-03 to 2026-08-14. At most 366 days.",
        ),
        (
            "open_on: [2026-12-08]",
            'hours, open_on: "2026-12-08" has no times. '
            "Write a day and its times, such as 2026-12-08 09:00-12:00.",
        ),
    ],
)
def test_wrong_hours(tmp_path: Path, line: str, sentence: str) -> None:
    """A wrong line is named with its number and what to write instead."""
    with pytest.raises(WrongSettings) as caught:
        read(tmp_path, f"hours:\n  {line}\n")
    assert str(caught.value) == f"config.yaml:2: {sentence}"


def test_a_promise_without_hours(tmp_path: Path) -> None:
    """Hours of work cannot be promised where nobody knows when work is."""
    with pytest.raises(WrongSettings) as caught:
        read(tmp_path, "staff:\n  language: en\n  reply_within_hours: 8\n")
    assert str(caught.value) == (
        "config.yaml:3: staff, reply_within_hours: without working hours it cannot be counted. "
        'Fill in "hours", or leave this empty.'
    )


@pytest.mark.parametrize(
    ("at", "sq", "en"),
    [
        ("2026-11-25 16:30", "sot, ora 16:30", "16:30 today"),
        ("2026-11-26 09:00", "nesër, ora 9:00", "9:00 tomorrow"),
        ("2026-11-30 09:00", "të hënën, ora 9:00", "9:00 on Monday"),
        ("2026-12-01 09:05", "të martën, ora 9:05", "9:05 on Tuesday"),
        ("2026-12-02 09:00", "më 2 dhjetor, ora 9:00", "9:00 on 2 December"),
        ("2027-01-04 09:00", "më 4 janar, ora 9:00", "9:00 on 4 January"),
    ],
)
def test_in_words(scripted: ScriptedKnowledge, at: str, sq: str, en: str) -> None:
    """A moment is called as people call it, by the clocks of Albania, in both languages."""
    now = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)  # Half past midnight there.

    def said(language: Language) -> str:
        texts = scripted.content.texts
        moment = here(at).astimezone(UTC)
        return in_words(moment, now, lambda key, **values: texts.say(key, language, **values))

    assert (said("sq"), said("en")) == (sq, en)


def test_a_machine_without_time_zones() -> None:
    """Albania's hours are known on a machine whose system knows no time zones."""
    code = "from bot.working_hours import tirane; print(tirane())"
    found = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONTZPATH": ""}, capture_output=True, check=True
    )
    assert found.stdout == b"Europe/Tirane\n"
