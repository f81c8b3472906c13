"""The case of each chat that staff closed last: what somebody writes soon after may be about it."""

from collections.abc import Collection, Mapping

from sqlalchemy import bindparam, select

from bot.store.tables import tickets
from bot.store.transaction import Transaction
from handlers.messages import ClosedCase

NOT_BY_STAFF = ("cancelled", "solved")
"""Outcomes of a case that its person has closed."""
UNTOLD = ("spam",)
"""Outcomes of which nobody is told."""

# Built once, for every message: building takes longer than running.
_CLOSED = (
    select(
        tickets.c.id,
        tickets.c.person_id,
        tickets.c.closed_at,
        tickets.c.priority,
        tickets.c.outcome,
    )
    .where(
        tickets.c.person_id.in_(bindparam("people", expanding=True)),
        tickets.c.closed_at.is_not(None),
        tickets.c.merged_into.is_(None),
        # Of one that nobody asked a person about, nobody knows.
        tickets.c.requested_at.is_not(None),
    )
    .order_by(tickets.c.closed_at.desc())
)


def of_people(tx: Transaction, person_ids: Collection[int]) -> Mapping[int, ClosedCase]:
    """By person; of those that were merged, cancelled or junk, none counts."""
    found: dict[int, ClosedCase] = {}
    for row in tx.sql.execute(_CLOSED, {"people": person_ids}):
        if row.person_id in found:
            continue
        outcome = "" if row.outcome is None else tx.seals.tickets.open_or("", row.outcome)
        if outcome not in (*NOT_BY_STAFF, *UNTOLD):
            found[row.person_id] = ClosedCase(row.id, row.closed_at, row.priority)
    return found
