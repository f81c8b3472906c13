"""A person says that a case which staff closed is not over."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select, update

from bot.store import tickets
from bot.store.tables import ticket_lines
from bot.store.tables import tickets as table
from bot.store.transaction import Transaction
from handlers.messages import ContextLine, TicketOpened, TicketReopened


def reopen(
    tx: Transaction, owner: tickets.Owner, change: TicketReopened, lines: Sequence[ContextLine]
) -> bool:
    """Open the case again, for whoever of staff is there: on top of the queue, claimed by nobody.

    Where that cannot be, the question goes to the open one, or to a new one. lines: the chat's
    last lines. True: the last of them is in the ticket now.
    """
    closed = _closed_row(tx, owner.person_id, change.ticket_id)
    other = tickets.open_row_of(tx, owner.person_id)
    if closed is None or (other is not None and other.state != "unanswered"):
        opened = TicketOpened(change.question, "waiting_for_staff", promised=change.promised)
        return tickets.open_or_add(tx, owner, opened, lines)
    if other is not None:
        _put_into(tx, other, closed.id)
    _open_again(tx, closed.id, change)
    brought = tickets.bring(tx, closed.id, lines)
    if change.question and change.question not in _said_since(tx, closed):
        tickets.add_line(tx, closed.id, ContextLine("person", change.question, tx.now))
    return brought


def _open_again(tx: Transaction, ticket_id: int, change: TicketReopened) -> None:
    values = {
        "state": "waiting_for_staff",
        "closed_at": None,
        "outcome": None,
        "claimed_by": None,
        "claimed_at": None,
        "to_bot": False,
        "returned_at": tx.now,
        "promised_at": change.promised,
        "told_late_at": None,
        "mailed_at": None,
        "changed_at": tx.now,
    }
    tx.sql.execute(update(table).where(table.c.id == ticket_id).values(values))
    tickets.note(tx, ticket_id, "reopened")


def _put_into(tx: Transaction, unanswered: Row[tuple[Any, ...]], ticket_id: int) -> None:
    """What the bot could not answer meanwhile belongs to the case; what was said before stands
    there."""
    stands_there = select(func.max(ticket_lines.c.at)).where(ticket_lines.c.ticket_id == ticket_id)
    newest = tx.sql.scalar(stands_there)
    new = ticket_lines.c.ticket_id == unanswered.id
    if newest is not None:
        new &= ticket_lines.c.at > newest
    tx.sql.execute(update(ticket_lines).where(new).values(ticket_id=ticket_id))
    values = {
        "state": "closed",
        "closed_at": tx.now,
        "changed_at": tx.now,
        "outcome": tx.seals.tickets.seal("merged"),
        "merged_into": ticket_id,
    }
    tx.sql.execute(update(table).where(table.c.id == unanswered.id).values(values))
    tickets.note(tx, unanswered.id, "merged_away", detail=str(ticket_id))


def _closed_row(tx: Transaction, person_id: int, ticket_id: int) -> Row[tuple[Any, ...]] | None:
    """The person's own, and closed still."""
    theirs = (table.c.id == ticket_id) & (table.c.person_id == person_id)
    closed = table.c.closed_at.is_not(None) & table.c.merged_into.is_(None)
    return tx.sql.execute(select(table).where(theirs, closed).with_for_update()).first()


def _said_since(tx: Transaction, closed: Row[tuple[Any, ...]]) -> set[str]:
    """What stands in the ticket of what the person has said since it was closed."""
    sealed = tx.sql.scalars(
        select(ticket_lines.c.text).where(
            ticket_lines.c.ticket_id == closed.id,
            ticket_lines.c.author == "person",
            ticket_lines.c.at >= closed.closed_at,
        )
    )
    return {tx.seals.tickets.open_or("", one) for one in sealed}
