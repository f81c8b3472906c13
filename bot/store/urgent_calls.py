"""Urgent cases that nobody has claimed, and when staff were last to be called to each."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from bot.store.group_shown import CALL_AGAIN
from bot.store.tables import ticket_events, tickets, topics
from bot.store.transaction import Transaction

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
        tickets.c.opened_at,
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
class UrgentCase:
    """Somebody may be in danger, and nobody has the case."""

    id: int
    person: int | None
    called_at: datetime
    """When staff were to be called to it, the last time until now."""


def unclaimed(tx: Transaction) -> tuple[UrgentCase, ...]:
    """Each is called when it becomes so, and then every ten minutes; with the group, where one is.

    Every process finds the same moments: they follow from what is kept.
    """
    found = []
    for row in tx.sql.execute(_UNCLAIMED):
        moments = (row.opened_at, row.called_at, row.began_at)
        first = max(moment for moment in moments if moment is not None)
        times = max((tx.now - first) // CALL_AGAIN, 0)
        found.append(UrgentCase(row.id, row.person_id, first + times * CALL_AGAIN))
    return tuple(found)
