"""Urgent cases that nobody has claimed, and since when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from bot.store.tables import ticket_events, tickets, topics
from bot.store.transaction import Transaction
from knowledge_base.model import DangerKind

BEGINS_ANEW = ("raised", "released", "reopened")
"""Events after which a case that was not, or was somebody's, is urgent and nobody's."""

_LAST_BEGINNING = (
    select(func.max(ticket_events.c.at))
    .where(ticket_events.c.ticket_id == tickets.c.id, ticket_events.c.what.in_(BEGINS_ANEW))
    .scalar_subquery()
)
_UNCLAIMED = (
    select(
        tickets.c.id,
        tickets.c.person_id,
        tickets.c.danger,
        tickets.c.opened_at,
        tickets.c.mailed_at,
        topics.c.called_at,
        _LAST_BEGINNING.label("began_at"),
    )
    .outerjoin(topics, topics.c.ticket_id == tickets.c.id)
    .where(
        tickets.c.priority == "urgent",
        tickets.c.closed_at.is_(None),
        tickets.c.claimed_by.is_(None),
    )
    .order_by(tickets.c.id)
)


@dataclass(frozen=True)
class Unclaimed:
    """Somebody may be in danger, and nobody of staff has the case."""

    id: int
    person: int | None
    danger: DangerKind | None
    since: datetime
    """When it became so."""
    called_at: datetime | None
    """When the group was last called to it."""
    mailed_at: datetime | None
    """When a mail about it was last handed over."""


def unclaimed(tx: Transaction) -> Iterator[Unclaimed]:
    """All of them, the oldest first."""
    for row in tx.sql.execute(_UNCLAIMED):
        since = max(row.opened_at, row.began_at or row.opened_at)
        yield Unclaimed(row.id, row.person_id, row.danger, since, row.called_at, row.mailed_at)
