"""What staff do with a case besides answering: claim, release, hand over, note, raise, reopen."""

from typing import Any

from sqlalchemy import Row, func, select, update

from bot.store import tickets
from bot.store.errors import NewerTicketIsOpen, NoSuchTicket, TicketIsClosed
from bot.store.tables import ticket_events
from bot.store.tables import tickets as table
from bot.store.transaction import Transaction


def claimant(tx: Transaction, ticket_id: int) -> str:
    """Who has claimed an open ticket; empty: nobody. Raises NoSuchTicket, TicketIsClosed."""
    sealed = tickets.open_row(tx, ticket_id).claimed_by
    return "" if sealed is None else tx.seals.tickets.open_or("?", sealed)


def claim(tx: Transaction, ticket_id: int, by: str) -> bool:
    """Take a ticket, also from somebody else. False: `by` has it already.

    Raises NoSuchTicket, TicketIsClosed.
    """
    if claimant(tx, ticket_id) == by:
        return False
    row = tickets.open_row(tx, ticket_id)
    values = {
        "claimed_by": tx.seals.tickets.seal(by),
        "claimed_at": tx.now,
        # Whoever takes it will answer: that is a promise, also where none was made.
        "requested_at": row.requested_at or tx.now,
        "state": "with_staff",
        "changed_at": tx.now,
    }
    tx.sql.execute(update(table).where(table.c.id == ticket_id).values(values))
    tickets.note(tx, ticket_id, "claimed", by=by)
    return True


def release(tx: Transaction, ticket_id: int, by: str) -> bool:
    """Let go of a ticket: it waits for whoever takes it next. False: `by` does not have it.

    Raises NoSuchTicket, TicketIsClosed.
    """
    if claimant(tx, ticket_id) != by:
        return False
    values = {
        "claimed_by": None,
        "claimed_at": None,
        "state": "waiting_for_staff",
        "changed_at": tx.now,
    }
    tx.sql.execute(update(table).where(table.c.id == ticket_id).values(values))
    tickets.note(tx, ticket_id, "released", by=by)
    return True


def hand_over(tx: Transaction, ticket_id: int, to: str, by: str) -> bool:
    """Give a ticket to a colleague, whoever has it. False: they have it already.

    Raises NoSuchTicket, TicketIsClosed.
    """
    if claimant(tx, ticket_id) == to:
        return False
    row = tickets.open_row(tx, ticket_id)
    values = {
        "claimed_by": tx.seals.tickets.seal(to),
        "claimed_at": tx.now,
        "requested_at": row.requested_at or tx.now,
        "state": "with_staff",
        "changed_at": tx.now,
    }
    tx.sql.execute(update(table).where(table.c.id == ticket_id).values(values))
    tickets.note(tx, ticket_id, "handed_over", by=by, detail=to)
    return True


def wait_for_person(tx: Transaction, ticket_id: int, by: str) -> bool:
    """The next word is the person's; who says so has the ticket, where nobody had it. False: it
    waits for them already.

    Raises NoSuchTicket, TicketIsClosed.
    """
    row = tickets.open_row(tx, ticket_id)
    if row.state == "waiting_for_person":
        return False
    values: dict[str, object] = {"state": "waiting_for_person", "changed_at": tx.now}
    if row.claimed_by is None:
        values |= {"claimed_by": tx.seals.tickets.seal(by), "claimed_at": tx.now}
    tx.sql.execute(update(table).where(table.c.id == ticket_id).values(values))
    tickets.note(tx, ticket_id, "waits", by=by)
    return True


def add_note(tx: Transaction, ticket_id: int, text: str, by: str) -> None:
    """Words for the team only, also in a ticket that is closed. Raises NoSuchTicket."""
    _row(tx, ticket_id)
    tickets.note(tx, ticket_id, "note", by=by, detail=text)


def make_urgent(tx: Transaction, ticket_id: int, by: str) -> bool:
    """Put a ticket on top of the queue. False: it was there. Raises as `claim`."""
    row = tickets.open_row(tx, ticket_id)
    if row.priority == "urgent":
        return False
    values = {"priority": "urgent", "changed_at": tx.now}
    tx.sql.execute(update(table).where(table.c.id == ticket_id).values(values))
    tickets.note(tx, ticket_id, "raised", by=by)
    return True


def calm(tx: Transaction, ticket_id: int, by: str) -> bool:
    """Take a ticket off the top of the queue. False: it was not there. Raises as `claim`."""
    row = tickets.open_row(tx, ticket_id)
    if row.priority != "urgent":
        return False
    values = {"priority": "normal", "changed_at": tx.now}
    tx.sql.execute(update(table).where(table.c.id == ticket_id).values(values))
    tickets.note(tx, ticket_id, "calmed", by=by)
    return True


def set_topic(tx: Transaction, ticket_id: int, topic: str, by: str) -> bool:
    """What a ticket is about, also one that is closed. False: it said so. Raises NoSuchTicket."""
    if (_row(tx, ticket_id).topic or "") == topic:
        return False
    values = {"topic": topic or None, "changed_at": tx.now}
    tx.sql.execute(update(table).where(table.c.id == ticket_id).values(values))
    tickets.note(tx, ticket_id, "topic", by=by, detail=topic)
    return True


def reopen(tx: Transaction, ticket_id: int, by: str) -> bool:
    """Open a closed ticket again. False: it is open.

    Raises NoSuchTicket, NewerTicketIsOpen; TicketIsClosed for one that was merged into another.
    """
    row = _row(tx, ticket_id)
    if row.closed_at is None:
        return False
    if row.merged_into is not None:
        raise TicketIsClosed(ticket_id)
    if row.person_id is not None and _has_open_one(tx, row.person_id):
        raise NewerTicketIsOpen(ticket_id)
    values = {
        "state": "waiting_for_staff" if row.claimed_by is None else "with_staff",
        "closed_at": None,
        "outcome": None,
        "changed_at": tx.now,
    }
    tx.sql.execute(update(table).where(table.c.id == ticket_id).values(values))
    tickets.note(tx, ticket_id, "reopened", by=by)
    return True


def last_event(tx: Transaction, ticket_id: int) -> int:
    """The number of a ticket's newest event; 0: it has none."""
    newest = select(func.max(ticket_events.c.id)).where(ticket_events.c.ticket_id == ticket_id)
    return tx.sql.scalar(newest) or 0


def _row(tx: Transaction, ticket_id: int) -> Row[tuple[Any, ...]]:
    row = tx.sql.execute(select(table).where(table.c.id == ticket_id)).first()
    if row is None:
        raise NoSuchTicket(ticket_id)
    return row


def _has_open_one(tx: Transaction, person_id: int) -> bool:
    theirs = (table.c.person_id == person_id) & table.c.closed_at.is_(None)
    return tx.sql.scalar(select(table.c.id).where(theirs)) is not None
