"""How much waits, and for how long: for whoever watches over the running program."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, func, select
from sqlalchemy.sql.elements import ColumnElement

from bot.store.tables import inbox, outbox, tickets
from bot.store.transaction import Transaction

LOST = ("expired", "refused", "unknown")


@dataclass(frozen=True)
class Figures:
    """The store at one moment. Ages in seconds, 0 where nothing waits."""

    inbox_waiting: int
    inbox_oldest: float
    inbox_set_aside: int
    """Messages whose handling failed for good in the last days."""
    outbox_waiting: Mapping[str, int]
    """By channel, those of people who are away included."""
    outbox_oldest: float
    outbox_lost: Mapping[str, int]
    """Replies of the last days that did not arrive: expired, refused, unknown."""
    tickets: Mapping[str, int]
    """By state, open ones only."""
    tickets_urgent: int
    """Open ones."""
    ticket_oldest: float
    """The longest that somebody waits for a first human word."""


def read(tx: Transaction) -> Figures:
    """Count."""
    waits = inbox.c.done_at.is_(None)
    unsent = outbox.c.done_at.is_(None)
    is_open = tickets.c.closed_at.is_(None)
    unheard = is_open & tickets.c.first_response_at.is_(None)
    return Figures(
        inbox_waiting=tx.sql.scalar(select(func.count()).select_from(inbox).where(waits)) or 0,
        inbox_oldest=_age(
            tx.sql.scalar(select(func.min(inbox.c.received_at)).where(waits)), tx.now
        ),
        inbox_set_aside=tx.sql.scalar(
            select(func.count()).select_from(inbox).where(inbox.c.outcome == "set_aside")
        )
        or 0,
        outbox_waiting=_by(tx, outbox.c.channel, unsent),
        outbox_oldest=_age(
            tx.sql.scalar(select(func.min(outbox.c.created_at)).where(unsent)), tx.now
        ),
        outbox_lost=_by(tx, outbox.c.outcome, outbox.c.outcome.in_(LOST)),
        tickets=_by(tx, tickets.c.state, is_open),
        tickets_urgent=_by(tx, tickets.c.priority, is_open).get("urgent", 0),
        ticket_oldest=_age(
            tx.sql.scalar(select(func.min(tickets.c.requested_at)).where(unheard)), tx.now
        ),
    )


def _by(tx: Transaction, column: Column[str], where: ColumnElement[bool]) -> Mapping[str, int]:
    rows = tx.sql.execute(
        select(column, func.count()).where(where).group_by(column).order_by(column)
    )
    return dict(rows.all())


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())
