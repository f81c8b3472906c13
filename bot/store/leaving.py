"""Who cannot be reached: people who blocked Udha or left, until they are back."""

from datetime import datetime

from sqlalchemy import select, update

from bot.store import tickets
from bot.store.tables import people
from bot.store.tables import tickets as tickets_table
from bot.store.transaction import Transaction


def left(tx: Transaction, chat: bytes) -> None:
    """The person of a chat cannot be reached any more; an event of their open ticket says so."""
    _note(tx, chat, "person_left", left_at=tx.now)


def back(tx: Transaction, chat: bytes) -> None:
    """The person of a chat can be reached again."""
    _note(tx, chat, "person_back", left_at=None)


def _note(tx: Transaction, chat: bytes, what: str, *, left_at: datetime | None) -> None:
    unchanged = people.c.left_at.is_not(None) if left_at else people.c.left_at.is_(None)
    person_id = tx.sql.scalar(
        update(people)
        .where(people.c.chat == chat, ~unchanged)
        .values(left_at=left_at)
        .returning(people.c.id)
    )
    if person_id is None:
        return
    open_ticket = select(tickets_table.c.id).where(
        tickets_table.c.person_id == person_id, tickets_table.c.closed_at.is_(None)
    )
    for ticket_id in tx.sql.scalars(open_ticket).all():
        tickets.note(tx, ticket_id, what)
