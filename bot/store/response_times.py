"""How long people waited: of the cases that are kept, and as counts that outlive them.

first_response_time: from asking for a person to the first human word; the bot's never counts.
resolution_time: from asking (or, where nobody asked, from opening) to closing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, String, cast, func, or_, select, type_coerce

from bot.channels.telegram_group.records import OUTCOMES
from bot.store import counts
from bot.store.tables import counts as counts_table
from bot.store.tables import tickets
from bot.store.transaction import Transaction

FIRST, RESOLUTION = "first_response", "resolution"
"""What is counted, each with a limit as its detail."""
OUTCOME = "closed_as"
"""What is counted with an outcome as its detail."""
KNOWN_OUTCOMES = frozenset((*OUTCOMES, "cancelled", "solved", "merged"))
"""Others are in somebody's own words."""
LIMITS = (5, 15, 30, 60, 120, 240, 480, 1440, 2880, 4320, 10080, 20160)
"""Minutes. A count says that it took no longer than this, and longer than the one before."""
LONGER = "more"


@dataclass(frozen=True, slots=True)
class Times:
    """The times of one case, in seconds since 1970, and what figures are grouped by."""

    asked: int
    answered: int | None
    closed: int | None
    channel: str
    language: str
    topic: str
    """Empty: nobody said."""

    @property
    def waited(self) -> int | None:
        """The first_response_time; None: no human has written."""
        return None if self.answered is None else self.answered - self.asked

    @property
    def lasted(self) -> int | None:
        """The resolution_time; None: it is open."""
        return None if self.closed is None else self.closed - self.asked


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


def note_closed(tx: Transaction, asked_at: datetime, outcome: str) -> None:
    """A case is closed. outcome: one of the known ones; anything else counts as another."""
    counts.add(tx, RESOLUTION, _limit(tx.now - asked_at))
    counts.add(tx, OUTCOME, outcome if outcome in KNOWN_OUTCOMES else "other")


def since(tx: Transaction, begin: datetime) -> Sequence[Times]:
    """The cases in which somebody asked for a person, was first answered, or was done with, from
    `begin` on; those that were merged into others are not counted again."""
    t = tickets.c
    moments = (t.requested_at, t.first_response_at, t.closed_at)
    seconds = [_seconds(tx, one) for one in moments]
    rows = tx.sql.execute(
        select(*seconds, t.channel, t.language, func.coalesce(t.topic, "")).where(
            t.requested_at.is_not(None),
            t.merged_into.is_(None),
            or_(*(one >= begin for one in moments)),
        )
    )
    return [Times(*values) for values in map(tuple, rows)]


def _seconds(tx: Transaction, moment: ColumnElement[Any]) -> ColumnElement[Any]:
    """Counted by the database: to make a moment of each of thousands of rows takes a second."""
    if tx.sql.dialect.name == "sqlite":
        return func.unixepoch(type_coerce(moment, String))
    return cast(func.extract("epoch", moment), BigInteger)


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
