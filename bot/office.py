"""What people may be told about when the team answers, as this deployment's settings have it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.settings import Settings
from bot.working_hours import IsHoliday, WorkingHours, albanian_holidays


@dataclass(frozen=True)
class OfficeHours:
    """The team's hours, and what it promises."""

    hours: WorkingHours
    reply_within_hours: int | None
    """Hours of work; None: nothing is promised."""

    def is_open(self, now: datetime) -> bool:
        """Is somebody at work?"""
        return self.hours.is_open(now)

    def closes(self, now: datetime) -> datetime | None:
        """When those who are at work go; None: nobody is."""
        return self.hours.closes(now)

    def opens(self, now: datetime) -> datetime | None:
        """When somebody is at work again; None: nobody can say."""
        return self.hours.next_opening(now)

    def answers_by(self, now: datetime) -> datetime | None:
        """By when a question that is handed over now has an answer; None: nothing is promised.

        On a quarter of an hour, while somebody is at work: nobody promises one minute past ten.
        """
        if self.reply_within_hours is None:
            return None
        by = self.hours.after_working_time(now, self.reply_within_hours)
        closes = by and self.hours.closes(by)
        return by if by is None or closes is None else min(_on_a_quarter(by), closes)


def _on_a_quarter(at: datetime) -> datetime:
    """The next one; seconds do not count."""
    minute = at.replace(second=0, microsecond=0)
    return minute + timedelta(minutes=-minute.minute % 15)


def office_of(settings: Settings, holidays: IsHoliday | None = None) -> OfficeHours | None:
    """The team's hours; None: they are not set. holidays: instead of Albania's."""
    written = settings.hours
    if not any(written.week):
        return None
    hours = WorkingHours(
        week=dict(enumerate(written.week)),
        is_holiday=holidays or albanian_holidays(),
        closed_on=frozenset().union(*written.closed_on),
        open_on={one.day: one.hours for one in written.open_on},
    )
    return OfficeHours(hours, settings.staff.reply_within_hours)
