"""What cases are found by: their words, unsealed for an index that one process keeps in memory."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from bot.store.tables import ticket_events, ticket_lines, tickets
from bot.store.transaction import Transaction


@dataclass(frozen=True)
class Spoken:
    """A case, and all that was said and noted in it."""

    id: int
    person: int | None
    closed: bool
    changed_at: datetime
    texts: tuple[str, ...]


def numbers(tx: Transaction) -> tuple[int, ...]:
    """Of all cases."""
    return tuple(tx.sql.scalars(select(tickets.c.id)))


def count(tx: Transaction) -> int:
    """How many cases there are."""
    return tx.sql.scalar(select(func.count()).select_from(tickets)) or 0


def spoken(tx: Transaction, ids: Collection[int]) -> tuple[Spoken, ...]:
    """These cases with their texts: the question, lines, notes. Those that are gone are left out;
    of texts that cannot be read nothing is there."""
    texts = _texts(tx, ids)
    return tuple(
        Spoken(
            row.id,
            row.person_id,
            row.closed_at is not None,
            row.changed_at,
            (_opened(tx, row.question), *texts[row.id]),
        )
        for row in tx.sql.execute(
            select(
                tickets.c.id,
                tickets.c.person_id,
                tickets.c.closed_at,
                tickets.c.changed_at,
                tickets.c.question,
            ).where(tickets.c.id.in_(ids))
        )
    )


def _texts(tx: Transaction, ids: Collection[int]) -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    lines = select(ticket_lines.c.ticket_id, ticket_lines.c.text.label("sealed")).where(
        ticket_lines.c.ticket_id.in_(ids)
    )
    notes = select(ticket_events.c.ticket_id, ticket_events.c.detail.label("sealed")).where(
        ticket_events.c.ticket_id.in_(ids), ticket_events.c.what == "note"
    )
    for query in (lines, notes):
        for row in tx.sql.execute(query):
            found[row.ticket_id].append(_opened(tx, row.sealed))
    return found


def _opened(tx: Transaction, sealed: bytes | None) -> str:
    return "" if sealed is None else tx.seals.tickets.open_or("", sealed)
