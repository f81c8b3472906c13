"""The last lines of each chat: at hand for a day, so that staff see what was said before."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, insert, select

from bot.store.encoding import buttons_from_text, buttons_to_text
from bot.store.tables import context
from bot.store.transaction import Transaction
from handlers.messages import ContextLine, Reply

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
    .where(context.c.person_id == bindparam("person"), ~context.c.pressed)
    .order_by(context.c.id.desc())
    .limit(LINES)
    .subquery()
)
# What was pressed goes with the words around it: it pushes none of them out.
_LEAVE_THE_LAST = delete(context).where(
    context.c.person_id == bindparam("person"),
    context.c.id < select(func.min(_LAST.c.id)).scalar_subquery(),
)


def line_of(reply: Reply, now: datetime) -> ContextLine:
    """What the bot says, as a line of the chat."""
    return ContextLine("bot", reply.text, now, reply.content, reply.buttons)


def recent(tx: Transaction, person_ids: Collection[int]) -> Mapping[int, tuple[ContextLine, ...]]:
    """The lines of each person's chat that are not too old, the oldest first."""
    lines: dict[int, list[ContextLine]] = defaultdict(list)
    rows = tx.sql.execute(_RECENT, {"people": person_ids, "since": tx.now - LASTS})
    for row in rows:
        lines[row.person_id].append(_line(tx, row))
    return {person_id: tuple(found) for person_id, found in lines.items()}


def add(tx: Transaction, person_id: int, lines: Sequence[ContextLine]) -> None:
    """Add lines; only the last ten stay, and what was pressed in between."""
    if not lines:
        return
    rows = [
        {
            "person_id": person_id,
            "at": line.at,
            "author": line.author,
            "text": tx.seals.context.seal(line.text),
            "content": line.content or None,
            "buttons": _sealed(tx, line),
            "pressed": line.pressed,
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
        .where(
            context.c.person_id == person_id,
            context.c.at > tx.now - LASTS,
            ~context.c.pressed,
        )
    )
    return min(found or 0, LINES)


def forget(tx: Transaction, person_id: int) -> None:
    tx.sql.execute(delete(context).where(context.c.person_id == person_id))


def expire(tx: Transaction) -> None:
    """Delete what is older than a day."""
    tx.sql.execute(delete(context).where(context.c.at <= tx.now - LASTS))


def _line(tx: Transaction, row: Row[tuple[Any, ...]]) -> ContextLine:
    buttons = None if row.buttons is None else tx.seals.context.open_or("", row.buttons)
    return ContextLine(
        row.author,
        tx.seals.context.open_or("", row.text),
        row.at,
        row.content or "",
        buttons_from_text(buttons),
        row.pressed,
    )


def _sealed(tx: Transaction, line: ContextLine) -> bytes | None:
    return tx.seals.context.seal(buttons_to_text(line.buttons)) if line.buttons else None
