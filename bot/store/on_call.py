"""Urgent cases that nobody has claimed for so long that somebody has to be written to."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import update

from bot.store.tables import tickets
from bot.store.transaction import Transaction
from bot.store.unclaimed import Unclaimed, unclaimed


def due(tx: Transaction, after: timedelta) -> tuple[Unclaimed, ...]:
    """Those of which a mail is due: `after` they became so, and `after` each mail."""
    latest = tx.now - after
    return tuple(
        case for case in unclaimed(tx) if max(case.since, case.mailed_at or case.since) <= latest
    )


def mailed(tx: Transaction, ticket_ids: Collection[int]) -> None:
    """A mail about these has been handed over."""
    these = tickets.c.id.in_(ticket_ids)
    tx.sql.execute(update(tickets).where(these).values(mailed_at=tx.now))
