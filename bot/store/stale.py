"""Open cases in which nothing happens: staff are reminded, once a week, and nothing is closed."""

from datetime import timedelta

from sqlalchemy import select

from bot.store import tickets
from bot.store.tables import ticket_events
from bot.store.tables import tickets as table
from bot.store.transaction import Transaction

AGAIN_AFTER = timedelta(days=7)
EVENT = "stale"
AT_ONCE = 100
"""Cases called out in one transaction; the others follow."""


def call_out(tx: Transaction, silent_for: timedelta) -> bool:
    """Note an event in promised cases in which nothing happened for so long. True: there may be
    more.

    A reminder is nothing that happened: the case's age goes on.
    """
    reminded = (
        select(ticket_events.c.id)
        .where(
            ticket_events.c.ticket_id == table.c.id,
            ticket_events.c.what == EVENT,
            ticket_events.c.at > tx.now - AGAIN_AFTER,
        )
        .exists()
    )
    found = tx.sql.scalars(
        select(table.c.id)
        .where(
            table.c.closed_at.is_(None),
            table.c.state != "unanswered",
            table.c.changed_at <= tx.now - silent_for,
            ~reminded,
        )
        .limit(AT_ONCE)
    ).all()
    for ticket_id in found:
        tickets.note(tx, ticket_id, EVENT)
    return len(found) == AT_ONCE
