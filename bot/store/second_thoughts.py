"""What somebody of staff should know before their words go to a person, and sending them after."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import Row, select

from bot.store import answering, audit, casework, inbox
from bot.store.errors import NoSuchTicket, PersonGone, TicketIsClosed
from bot.store.tables import people, ticket_lines, tickets
from bot.store.transaction import Transaction

UPDATES = "console"
"""Under which name forms that were sent are remembered."""
VIBER_SESSION = timedelta(hours=24)
"""So long after a person's last message Viber takes replies to it without counting them."""

What = Literal["taken", "answered", "closed", "costs"]


@dataclass(frozen=True)
class Doubt:
    """A reason to ask once more."""

    what: What
    """taken: a colleague has the case. answered: one has answered meanwhile. closed: it would be
    opened again. costs: the platform may charge for it."""
    by: str = ""
    """The colleague."""


@dataclass(frozen=True)
class Agreed:
    """What the writer knew, and has said yes to."""

    seen: int
    """The number of the newest line that they were shown."""
    had_by: str = ""
    """The colleague who has the case, all the same."""
    reopen: bool = False
    costs: bool = False


def doubts(tx: Transaction, ticket_id: int, by: str, agreed: Agreed) -> tuple[Doubt, ...]:
    """What is to be asked before `by` writes to the person; empty: nothing.

    Raises NoSuchTicket; PersonGone; TicketIsClosed where nobody may be written to first: in an
    urgent case, which sends nothing on our own initiative, and in one that was merged.
    """
    row = _locked(tx, ticket_id)
    if row.person_id is None:
        raise PersonGone(ticket_id)
    found = []
    if row.closed_at is not None:
        if row.priority == "urgent" or row.merged_into is not None:
            raise TicketIsClosed(ticket_id)
        if not agreed.reopen:
            found.append(Doubt("closed"))
    holder = "" if row.claimed_by is None else tx.seals.tickets.open_or("?", row.claimed_by)
    if holder not in ("", by, agreed.had_by):
        found.append(Doubt("taken", holder))
    if (other := _answered_since(tx, ticket_id, agreed.seen, by)) is not None:
        found.append(Doubt("answered", other))
    if not agreed.costs and _costs(tx, row):
        found.append(Doubt("costs"))
    return tuple(found)


def send(
    tx: Transaction,
    ticket_id: int,
    writer: tuple[int, str],
    agreed: Agreed,
    key: str,
    write: Callable[[Transaction], int],
) -> Sequence[Doubt]:
    """Do `write`, which sends a reply, unless there is something to ask. Returns what that is.

    writer: number and name. key: the same each time one form is sent with the same words: it is
    written once. Raises as `doubts` and `write`, and NewerTicketIsOpen.
    """
    number, by = writer
    if found := doubts(tx, ticket_id, by, agreed):
        return found if not inbox.was_noted(tx, UPDATES, key) else ()
    if not inbox.note_update(tx, UPDATES, key):
        return ()
    casework.reopen(tx, ticket_id, by)
    write(tx)
    answering.stop(tx, ticket_id, number)
    audit.note(tx, "answered", by, ticket=ticket_id)
    return ()


def costs_now(tx: Transaction, channel: str, person_id: int | None) -> bool:
    """Would a reply cost money? Only Viber's do, a day after the person's last message."""
    if channel != "viber" or person_id is None:
        return False
    wrote_at = tx.sql.scalar(select(people.c.last_message_at).where(people.c.id == person_id))
    return wrote_at is None or wrote_at <= tx.now - VIBER_SESSION


def _costs(tx: Transaction, row: Row[tuple[Any, ...]]) -> bool:
    return costs_now(tx, row.channel, row.person_id)


def _answered_since(tx: Transaction, ticket_id: int, seen: int, by: str) -> str | None:
    """Which colleague has written a line that the writer has not seen."""
    names = tx.sql.scalars(
        select(ticket_lines.c.staff).where(
            ticket_lines.c.ticket_id == ticket_id,
            ticket_lines.c.author == "staff",
            ticket_lines.c.id > seen,
        )
    )
    opened = ("?" if one is None else tx.seals.tickets.open_or("?", one) for one in names)
    return next((name for name in opened if name != by), None)


def _locked(tx: Transaction, ticket_id: int) -> Row[tuple[Any, ...]]:
    """The row of a ticket, open or closed; of two who write at once one waits for the other."""
    row = tx.sql.execute(select(tickets).where(tickets.c.id == ticket_id).with_for_update()).first()
    if row is None:
        raise NoSuchTicket(ticket_id)
    return row
