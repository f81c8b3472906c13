"""How much of what happened on which day. Nothing here leads to a person."""

from collections.abc import Mapping
from datetime import date
from functools import cache

from sqlalchemy import Executable, func, select

from bot.store.database import insert
from bot.store.tables import counts
from bot.store.transaction import Transaction


def add(tx: Transaction, what: str, detail: str) -> None:
    """One more today."""
    row = {"day": tx.now.date(), "what": what, "detail": detail, "number": 1}
    tx.sql.execute(_one_more(tx.sql.dialect.name), row)


@cache
def _one_more(dialect: str) -> Executable:
    return insert(dialect, counts).on_conflict_do_update(
        index_elements=[counts.c.day, counts.c.what, counts.c.detail],
        set_={"number": counts.c.number + 1},
    )


def total(tx: Transaction, since: date) -> Mapping[tuple[str, str], int]:
    """How many of each (what, detail) from a day on."""
    rows = tx.sql.execute(
        select(counts.c.what, counts.c.detail, func.sum(counts.c.number))
        .where(counts.c.day >= since)
        .group_by(counts.c.what, counts.c.detail)
        .order_by(counts.c.what, counts.c.detail)
    )
    return {(what, detail): number for what, detail, number in rows}
