"""The last lines of each chat: at hand for a day, so that staff see what was said before."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import bindparam, delete, func, insert, select

from bot.store.tables import context
from bot.store.transaction import Transaction
from handlers.messages import ContextLine

LINES = 10
LASTS = timedelta(hours=24)

# Statements that run for every message are built once: building takes longer than running.

_RECENT = (
    select(context)
    .where(
        context.c.person_id.in_(bindparam("people", expanding=True)),
        context.c.at > bindparam("since"),
    )
    .order_by(context.c.id)
)
_ADD = insert(context)
_LAST = (
    select(context.c.id)
    .where(context.c.person_id == bindparam("person"))
    .order_by(context.c.id.desc())
    .limit(LINES)
)
_LEAVE_THE_LAST = delete(context).where(
    context.c.person_id == bindparam("person"), context.c.id.not_in(_LAST)
)


def recent(tx: Transaction, person_ids: Collection[int]) -> Mapping[int, tuple[ContextLine, ...]]:
    """The lines of each person's chat that are not too old, the oldest first."""
    lines: dict[int, list[ContextLine]] = defaultdict(list)
    rows = tx.sql.execute(_RECENT, {"people": person_ids, "since": tx.now - LASTS})
    for row in rows:
        text = tx.seals.context.open_or("", row.text)
        line = ContextLine(row.author, text, row.at, row.content or "")
        lines[row.person_id].append(line)
    return {person_id: tuple(found[-LINES:]) for person_id, found in lines.items()}


def add(tx: Transaction, person_id: int, lines: Sequence[ContextLine]) -> None:
    """Add lines; only the last ten stay."""
    if not lines:
        return
    rows = [
        {
            "person_id": person_id,
            "at": line.at,
            "author": line.author,
            "text": tx.seals.context.seal(line.text),
            "content": line.content or None,
        }
        for line in lines
    ]
    tx.sql.execute(_ADD, rows)
    tx.sql.execute(_LEAVE_THE_LAST, {"person": person_id})


def count(tx: Transaction, person_id: int) -> int:
    """How many lines of a person's chat are at hand."""
    found = tx.sql.scalar(
        select(func.count())
        .select_from(context)
        .where(context.c.person_id == person_id, context.c.at > tx.now - LASTS)
    )
    return min(found or 0, LINES)


def forget(tx: Transaction, person_id: int) -> None:
    tx.sql.execute(delete(context).where(context.c.person_id == person_id))


def expire(tx: Transaction) -> None:
    """Delete what is older than a day."""
    tx.sql.execute(delete(context).where(context.c.at <= tx.now - LASTS))
