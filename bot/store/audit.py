"""Who of staff did what: written in the transaction that does it, so that neither is without the
other."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from bot.store import accounts
from bot.store.tables import audit
from bot.store.transaction import Transaction

ONE_READING = timedelta(minutes=10)
"""Whoever opens a case again within this time goes on reading."""


@dataclass(frozen=True)
class Deed:
    """Something that somebody of staff did."""

    id: int
    at: datetime
    by: str
    what: str
    """Such as read, claimed, answered, closed, exported, signed_in."""
    ticket: int | None
    detail: str


def note(
    tx: Transaction, what: str, by: str, *, ticket: int | None = None, detail: str = ""
) -> None:
    """Somebody did something. by: empty where nobody knows who. detail: never a word of a
    person's."""
    row = {
        "at": tx.now,
        "staff": tx.seals.staff.seal(by) if by else None,
        "staff_key": accounts.key_of(tx, by) if by else None,
        "what": what,
        "ticket": ticket,
        "detail": tx.seals.staff.seal(detail) if detail else None,
    }
    tx.sql.execute(insert(audit).values(row))


def read(
    tx: Transaction,
    limit: int,
    before: int | None = None,
    *,
    by: str | None = None,
    ticket: int | None = None,
) -> list[Deed]:
    """The newest deeds first; before: only those with a smaller number; by, ticket: only those of
    this member, those about this case."""
    query = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(audit.c.id < before)
    if by is not None:
        query = query.where(audit.c.staff_key == accounts.key_of(tx, by))
    if ticket is not None:
        query = query.where(audit.c.ticket == ticket)
    return [
        Deed(
            row.id,
            row.at,
            "" if row.staff is None else tx.seals.staff.open_or("?", row.staff),
            row.what,
            row.ticket,
            "" if row.detail is None else tx.seals.staff.open_or("", row.detail),
        )
        for row in tx.sql.execute(query)
    ]


def was_reading(tx: Transaction, by: str, ticket: int) -> bool:
    """Is it noted already that somebody reads a case now?"""
    lately = select(audit.c.id).where(
        audit.c.staff_key == accounts.key_of(tx, by),
        audit.c.ticket == ticket,
        audit.c.what == "read",
        audit.c.at > tx.now - ONE_READING,
    )
    return tx.sql.scalar(lately.limit(1)) is not None


def expire(tx: Transaction, before: datetime) -> None:
    """Delete what is older."""
    tx.sql.execute(delete(audit).where(audit.c.at <= before))
