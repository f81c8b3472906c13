"""How much of what happened on which day. Nothing here leads to a person."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from functools import cache

from sqlalchemy import Connection, Executable, func, select

from bot.store.database import insert
from bot.store.tables import counts
from bot.store.transaction import Transaction


def add(tx: Transaction, what: str, detail: str) -> None:
    """One more today."""
    tx.counted[tx.now.date(), what, detail] += 1


def write_down(sql: Connection, counted: Counter[tuple[date, str, str]]) -> None:
    """Add what all operations of a commit have counted.

    Every process writes to the same few rows: late, so that nobody waits long for another, and in
    one order, so that no two wait for each other.
    """
    statement = _more(sql.dialect.name)
    for (day, what, detail), number in sorted(counted.items()):
        row = {"day": day, "what": what, "detail": detail, "number": number}
        sql.execute(statement, row)


@cache
def _more(dialect: str) -> Executable:
    one = insert(dialect, counts)
    return one.on_conflict_do_update(
        index_elements=[counts.c.day, counts.c.what, counts.c.detail],
        set_={"number": counts.c.number + one.excluded.number},
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
