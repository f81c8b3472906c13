"""Which cases have changed since somebody last looked, found without reading any of their words.

Each look remembers the newest rows that it saw. The next one reads what came since, with some rows
before: of several processes on a server, who took a number or a moment first may commit last.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, func, select

from bot.store import answering
from bot.store.tables import ticket_events, ticket_lines, tickets
from bot.store.transaction import Transaction

ROWS_BEFORE = 100
TIME_BEFORE = timedelta(seconds=20)
REPLIES_WATCHED = 300
"""Whether a human's words arrived is looked at for so many of the newest of them."""

_NEWEST_CHANGE = select(func.max(tickets.c.changed_at))
_ARRIVALS = (
    select(ticket_lines.c.id, ticket_lines.c.ticket_id, ticket_lines.c.arrival)
    .where(ticket_lines.c.author == "staff")
    .order_by(ticket_lines.c.id.desc())
    .limit(REPLIES_WATCHED)
)


@dataclass(frozen=True)
class Seen:
    """What stood in the newest rows at one moment."""

    tickets: Mapping[int, tuple[Any, ...]]
    lines: Mapping[int, int]
    """Number of a line → its ticket's."""
    events: Mapping[int, int]
    arrivals: Mapping[int, tuple[int, str | None]]
    """Number of a human's line → its ticket's, and how it fared."""
    answering: Mapping[int, Sequence[tuple[int, str]]]
    """Ticket → numbers and names of those of staff who write in it."""


def look(tx: Transaction, before: Seen | None = None) -> Seen:
    """What stands there now. before: what the last look saw; None: nobody looked yet."""
    return Seen(
        tickets=_changed_tickets(tx, before),
        lines=_new_rows(tx, ticket_lines, None if before is None else before.lines),
        events=_new_rows(tx, ticket_events, None if before is None else before.events),
        arrivals={row.id: (row.ticket_id, row.arrival) for row in tx.sql.execute(_ARRIVALS)},
        answering=answering.now(tx),
    )


def changed(before: Seen, now: Seen) -> frozenset[int]:
    """The tickets of which anything is new: lines, events, state, arrivals, who writes."""
    arrivals = (
        ticket
        for line, (ticket, arrival) in now.arrivals.items()
        if line in before.arrivals and before.arrivals[line][1] != arrival
    )
    return frozenset(
        {
            *(id_ for id_, row in now.tickets.items() if before.tickets.get(id_) != row),
            *(ticket for line, ticket in now.lines.items() if line not in before.lines),
            *(ticket for event, ticket in now.events.items() if event not in before.events),
            *arrivals,
            *writing_changed(before, now),
        }
    )


def writing_changed(before: Seen, now: Seen) -> frozenset[int]:
    """The tickets in which others of staff write than before."""
    places = {*before.answering, *now.answering}
    return frozenset(id_ for id_ in places if before.answering.get(id_) != now.answering.get(id_))


def _changed_tickets(tx: Transaction, before: Seen | None) -> Mapping[int, tuple[Any, ...]]:
    newest = _newest_of(before) if before and before.tickets else tx.sql.scalar(_NEWEST_CHANGE)
    if newest is None:
        return {}
    recent = select(
        tickets.c.id,
        tickets.c.changed_at,
        tickets.c.state,
        tickets.c.priority,
        tickets.c.topic,
        tickets.c.claimed_by,
        tickets.c.person_id,
    ).where(tickets.c.changed_at >= newest - TIME_BEFORE)
    return {row.id: tuple(row) for row in tx.sql.execute(recent)}


def _newest_of(before: Seen) -> datetime:
    moments: list[datetime] = [row[1] for row in before.tickets.values()]
    return max(moments)


def _new_rows(tx: Transaction, table: Table, before: Mapping[int, int] | None) -> Mapping[int, int]:
    """Number → ticket of the newest rows of a table, each of which belongs to a ticket."""
    newest = max(before, default=0) if before else tx.sql.scalar(select(func.max(table.c.id))) or 0
    recent = select(table.c.id, table.c.ticket_id).where(table.c.id > newest - ROWS_BEFORE)
    return {row.id: row.ticket_id for row in tx.sql.execute(recent)}
