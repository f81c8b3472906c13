"""How long people waited: of the cases that are kept, and as counts that outlive them.

first_response_time: from asking for a person to the first human word; the bot's never counts.
resolution_time: from asking (or, where nobody asked, from opening) to closing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from bot.store import counts
from bot.store.tables import counts as counts_table
from bot.store.tables import tickets
from bot.store.transaction import Transaction

FIRST, RESOLUTION = "first_response", "resolution"
"""What is counted, each with a limit as its detail."""
LIMITS = (5, 15, 30, 60, 120, 240, 480, 1440, 2880, 4320, 10080, 20160)
"""Minutes. A count says that it took no longer than this, and longer than the one before."""
LONGER = "more"


@dataclass(frozen=True)
class Times:
    """The times of one case, and what figures are grouped by."""

    asked_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None
    channel: str
    language: str
    topic: str
    """Empty: nobody said."""
    outcome: str
    """Empty: it is open, or the outcome cannot be read."""

    @property
    def waited(self) -> timedelta | None:
        """The first_response_time; None: no human has written."""
        return None if self.answered_at is None else self.answered_at - self.asked_at

    @property
    def lasted(self) -> timedelta | None:
        """The resolution_time; None: it is open."""
        return None if self.closed_at is None else self.closed_at - self.asked_at


@dataclass(frozen=True)
class OpenByAge:
    """How many cases are open, and for how long."""

    days: int
    """At least so many days."""
    before: int | None
    """And fewer than these; None: however many."""
    cases: int


def note_first(tx: Transaction, asked_at: datetime) -> None:
    """A human has written for the first time in a case."""
    counts.add(tx, FIRST, _limit(tx.now - asked_at))


def note_closed(tx: Transaction, asked_at: datetime) -> None:
    """A case is closed."""
    counts.add(tx, RESOLUTION, _limit(tx.now - asked_at))


def since(tx: Transaction, begin: datetime) -> Sequence[Times]:
    """The cases in which somebody asked for a person, was first answered, or was done with, from
    `begin` on; those that were merged into others are not counted again."""
    t = tickets.c
    rows = tx.sql.execute(
        select(
            t.requested_at,
            t.first_response_at,
            t.closed_at,
            t.channel,
            t.language,
            t.topic,
            t.outcome,
        ).where(
            t.requested_at.is_not(None),
            t.merged_into.is_(None),
            or_(t.requested_at >= begin, t.first_response_at >= begin, t.closed_at >= begin),
        )
    )
    opened = tx.seals.tickets.open_or
    return [
        Times(
            row.requested_at,
            row.first_response_at,
            row.closed_at,
            row.channel,
            row.language,
            row.topic or "",
            "" if row.outcome is None else opened("", row.outcome),
        )
        for row in rows
    ]


def open_by_age(tx: Transaction, days: Sequence[int]) -> Sequence[OpenByAge]:
    """days: where each group begins, in days since somebody asked, the first 0."""
    t = tickets.c
    found = []
    for begin, end in zip(days, [*days[1:], None], strict=True):
        where = [
            t.closed_at.is_(None),
            t.requested_at.is_not(None),
            t.requested_at <= tx.now - timedelta(days=begin),
        ]
        if end is not None:
            where.append(t.requested_at > tx.now - timedelta(days=end))
        number = tx.sql.scalar(select(func.count()).select_from(tickets).where(*where)) or 0
        found.append(OpenByAge(begin, end, number))
    return found


@dataclass(frozen=True)
class Counted:
    """What was counted on one day."""

    day: str
    """As 2026-03-02, in UTC."""
    what: str
    detail: str
    number: int


def counted_since(tx: Transaction, begin: datetime, what: Sequence[str]) -> Sequence[Counted]:
    """The counts of these kinds, day by day."""
    c = counts_table.c
    rows = tx.sql.execute(
        select(c.day, c.what, c.detail, c.number).where(c.day >= begin.date(), c.what.in_(what))
    )
    return [Counted(row.day.isoformat(), row.what, row.detail, row.number) for row in rows]


def _limit(took: timedelta) -> str:
    minutes = took.total_seconds() / 60
    return next((str(limit) for limit in LIMITS if minutes <= limit), LONGER)
