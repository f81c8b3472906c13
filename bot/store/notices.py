"""What staff are told about a message of theirs in the group, until they have been told."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, insert, select, update

from bot.channels.telegram_group.records import Notice, Written
from bot.store.tables import group_notices
from bot.store.transaction import Transaction

LASTS = timedelta(hours=24)
HELD_BACK = "taken"
"""The notice that holds words for the person which are only sent after a second thought."""


@dataclass(frozen=True)
class Draft:
    """Words that were held back."""

    text: str
    by: str
    message: int
    """The group's message that they were written in."""


def add(tx: Transaction, written: Written, what: str, by: str = "") -> None:
    """Tell the writer something, under their message. by: somebody that it speaks of."""
    _add(tx, written, what, staff=tx.seals.tickets.seal(by) if by else None)


def hold_back(tx: Transaction, written: Written, text: str, claimant: str, writer: str) -> None:
    """Ask the writer whether to send words although another has the case."""
    detail = tx.seals.tickets.seal(f"{writer}\n{text}")
    _add(tx, written, HELD_BACK, staff=tx.seals.tickets.seal(claimant), detail=detail)


def take_draft(tx: Transaction, notice_id: int) -> Draft | None:
    """Words that were held back, no longer so. None: they were taken, or let go after a day."""
    row = tx.sql.execute(
        delete(group_notices)
        .where(group_notices.c.id == notice_id, group_notices.c.what == HELD_BACK)
        .returning(group_notices.c.detail, group_notices.c.message)
    ).first()
    if row is None:
        return None
    writer, _, text = tx.seals.tickets.open(row.detail).partition("\n")
    return Draft(text, writer, row.message)


def correct_draft(tx: Transaction, written: Written, text: str, writer: str) -> bool:
    """The message of a draft was changed: so is what would be sent. False: there is no such."""
    of_message = (group_notices.c.message == written.message) & (group_notices.c.what == HELD_BACK)
    detail = tx.seals.tickets.seal(f"{writer}\n{text}")
    changed = update(group_notices).where(of_message).values(detail=detail)
    return tx.sql.execute(changed).rowcount > 0


def waits(tx: Transaction, written: Written, what: str) -> bool:
    """Is the same about to be told in this topic already?"""
    here = (group_notices.c.thread == written.thread) & (group_notices.c.what == what)
    untold = select(group_notices.c.id).where(here, group_notices.c.told_at.is_(None))
    return tx.sql.scalar(untold.limit(1)) is not None


def first(tx: Transaction) -> Notice | None:
    """The oldest that has not been told."""
    row = tx.sql.execute(
        select(group_notices)
        .where(group_notices.c.told_at.is_(None))
        .order_by(group_notices.c.id)
        .limit(1)
    ).first()
    if row is None:
        return None
    by = "" if row.staff is None else tx.seals.tickets.open_or("?", row.staff)
    return Notice(row.id, row.thread, row.message, row.what, by)


def told(tx: Transaction, notice_id: int) -> None:
    """It was told. Only words that were held back stay, for a day."""
    this = group_notices.c.id == notice_id
    tx.sql.execute(delete(group_notices).where(this, group_notices.c.what != HELD_BACK))
    tx.sql.execute(update(group_notices).where(this).values(told_at=tx.now))


def expire(tx: Transaction) -> None:
    """Delete what is older than a day."""
    tx.sql.execute(delete(group_notices).where(group_notices.c.at <= tx.now - LASTS))


def _add(tx: Transaction, written: Written, what: str, **sealed: bytes | None) -> None:
    row = {"thread": written.thread, "message": written.message, "what": what, "at": tx.now}
    tx.sql.execute(insert(group_notices).values(**row, **sealed))
