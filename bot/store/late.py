"""Promises that were missed: whoever was told a time, and has heard nothing from a human since."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, update

from bot.store import own_words, tickets
from bot.store.tables import tickets as table
from bot.store.transaction import Transaction
from handlers.messages import Reply
from knowledge_base.model import Language

AT_ONCE = 50
"""Cases in one transaction."""

_BEGAN = func.coalesce(table.c.returned_at, table.c.requested_at)
"""Since when they wait. What a human wrote before answers nothing that was asked since."""
_UNHEARD = or_(table.c.staff_wrote_at.is_(None), table.c.staff_wrote_at < _BEGAN)


def waits(tx: Transaction) -> bool:
    """Is there somebody to be told?"""
    return tx.sql.scalar(select(table.c.id).where(*_missed(tx)).limit(1)) is not None


def tell(tx: Transaction, compose: Callable[[Language], Reply], promised: datetime | None) -> None:
    """Tell some of those who are to be told, each once.

    promised: by when there is an answer now; None: nothing can be promised any more. Nothing is
    said in urgent cases, nor to somebody who has left or deleted everything.
    """
    rows = tx.sql.execute(
        select(table)
        .where(*_missed(tx))
        .order_by(table.c.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        said = own_words.say(tx, row, compose)
        values = {"told_late_at": tx.now, "promised_at": promised if said else row.promised_at}
        tx.sql.execute(update(table).where(table.c.id == row.id).values(values))
        if said:
            tickets.note(tx, row.id, "told_late")


def _missed(tx: Transaction) -> tuple[ColumnElement[bool], ...]:
    return (
        table.c.closed_at.is_(None),
        table.c.priority == "normal",
        table.c.person_id.is_not(None),
        table.c.promised_at <= tx.now,
        table.c.told_late_at.is_(None),
        _UNHEARD,
    )
