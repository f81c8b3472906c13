"""Urgent cases that nobody has claimed for so long that somebody has to be written to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from bot.store.tables import ticket_events, tickets
from bot.store.transaction import Transaction
from bot.store.urgent_calls import BEGINS_ANEW
from knowledge_base.model import DangerKind

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
        _LAST_BEGINNING.label("began_at"),
    )
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


def due(tx: Transaction, after: timedelta) -> tuple[Unclaimed, ...]:
    """Those of which a mail is due: `after` they became so, and `after` each mail."""
    found = []
    for row in tx.sql.execute(_UNCLAIMED):
        since = max(row.opened_at, row.began_at or row.opened_at)
        if max(since, row.mailed_at or since) <= tx.now - after:
            found.append(Unclaimed(row.id, row.person_id, row.danger, since))
    return tuple(found)


def mailed(tx: Transaction, ticket_ids: Collection[int]) -> None:
    """A mail about these has been handed over."""
    these = tickets.c.id.in_(ticket_ids)
    tx.sql.execute(update(tickets).where(these).values(mailed_at=tx.now))
