"""How several processes share one database: what PostgreSQL's row locks alone do not promise.

A file has one writer at a time, and every transaction sees all that came before it: there nothing
of this is needed. On a server transactions run side by side, and a row may become visible after one
with a higher number.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, func, select, text, update

from bot.store.neighbours import number_of
from bot.store.transaction import Transaction

_CLAIMED = text(
    "SELECT number FROM unnest(CAST(:numbers AS bigint[])) AS number "
    "WHERE pg_try_advisory_xact_lock(number)"
)


def only_in_our_hands(
    tx: Transaction, table: Table, leased: Sequence[Row[Any]], expired: datetime
) -> Sequence[Row[Any]]:
    """Of rows of inbox or outbox that were just leased, those of whose chat nothing else is in
    anybody's hands; the others are let go.

    expired: what was leased before is in nobody's hands. Between two processes that write to the
    same chat at the same moment the later number may become visible first, and be given out; when
    the earlier one appears, it is the oldest of its chat, and must wait all the same.
    """
    if tx.sql.dialect.name != "postgresql" or not leased:
        return leased
    claimed = _claimed(tx, table, [row.chat for row in leased])
    # Asked once the chats are ours: whoever had one before us has committed.
    elsewhere = _in_hand(tx, table, leased, expired)
    ours = [row for row in leased if row.chat in claimed - elsewhere]
    _let_go(tx, table, [row.id for row in leased if row not in ours])
    return ours


def nobody_else_does(tx: Transaction, what: str) -> bool:
    """Claim `what` for this transaction; on a file it has no rival."""
    if tx.sql.dialect.name != "postgresql":
        return True
    return bool(tx.sql.scalar(select(func.pg_try_advisory_xact_lock(number_of(what)))))


def _claimed(tx: Transaction, table: Table, chats: Collection[bytes]) -> set[bytes]:
    """Those of the chats that no other transaction is giving out of at this moment."""
    by_number = {number_of(f"{table.name} of {chat.hex()}"): chat for chat in chats}
    numbers = tx.sql.scalars(_CLAIMED, {"numbers": list(by_number)})
    return {by_number[number] for number in numbers}


def _in_hand(
    tx: Transaction, table: Table, leased: Sequence[Row[Any]], expired: datetime
) -> set[bytes]:
    """The chats of which another row is given out."""
    others = select(table.c.chat).where(
        table.c.chat.in_([row.chat for row in leased]),
        table.c.done_at.is_(None),
        table.c.leased_at >= expired,
        table.c.id.not_in([row.id for row in leased]),
    )
    return set(tx.sql.scalars(others))


def _let_go(tx: Transaction, table: Table, ids: Collection[int]) -> None:
    if not ids:
        return
    values: dict[str, Any] = {"leased_at": None}
    if "leases" in table.c:
        values["leases"] = table.c.leases - 1
    tx.sql.execute(update(table).where(table.c.id.in_(ids)).values(values))
