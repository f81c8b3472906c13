"""Who of staff is writing in a case at this moment."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import delete, select

from bot.store.database import insert
from bot.store.tables import answering, staff
from bot.store.transaction import Transaction

LASTS = timedelta(seconds=15)
"""After so long without a key pressed somebody has stopped."""


def beat(tx: Transaction, ticket_id: int, staff_id: int) -> bool:
    """A member is writing in a case now. True: a moment ago they were not."""
    here = (answering.c.ticket_id == ticket_id) & (answering.c.staff_id == staff_id)
    before = tx.sql.scalar(select(answering.c.at).where(here))
    row = {"ticket_id": ticket_id, "staff_id": staff_id, "at": tx.now}
    new = insert(tx.sql.dialect.name, answering).values(row)
    keys = [answering.c.ticket_id, answering.c.staff_id]
    tx.sql.execute(new.on_conflict_do_update(index_elements=keys, set_={"at": tx.now}))
    return before is None or before <= tx.now - LASTS


def stop(tx: Transaction, ticket_id: int, staff_id: int) -> bool:
    """A member writes no more in a case. False: they did not."""
    here = (answering.c.ticket_id == ticket_id) & (answering.c.staff_id == staff_id)
    return tx.sql.execute(delete(answering).where(here)).rowcount > 0


def now(tx: Transaction) -> Mapping[int, Sequence[tuple[int, str]]]:
    """By ticket, who is writing there: their numbers and names."""
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    rows = tx.sql.execute(
        select(answering.c.ticket_id, staff.c.id, staff.c.name)
        .join(staff, staff.c.id == answering.c.staff_id)
        .where(answering.c.at > tx.now - LASTS)
        .order_by(answering.c.ticket_id, staff.c.id)
    )
    for row in rows:
        found[row.ticket_id].append((row.id, tx.seals.staff.open_or("?", row.name)))
    return found


def others(tx: Transaction, ticket_id: int, but: int) -> tuple[str, ...]:
    """The names of those who are writing in one case, one member left out."""
    return tuple(name for number, name in now(tx).get(ticket_id, ()) if number != but)


def expire(tx: Transaction) -> None:
    """Delete what is over."""
    tx.sql.execute(delete(answering).where(answering.c.at <= tx.now - LASTS))
