"""Everything that the page of one case shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.store import accounts, answering, cases
from bot.store.cases import Ticket
from bot.store.tables import people, tickets
from bot.store.transaction import Transaction
from handlers.messages import TicketPriority, TicketState


@dataclass(frozen=True)
class Other:
    """Another case of the same person."""

    id: int
    state: TicketState
    priority: TicketPriority
    question: str
    opened_at: datetime
    merged_into: int | None


@dataclass(frozen=True)
class OneCase:
    """A case, and what stands around it."""

    ticket: Ticket
    others: Sequence[Other]
    """Of the same person, the newest first."""
    wrote_at: datetime | None
    """When the person last wrote."""
    left: bool
    """They have blocked Udha or left."""
    answering: Sequence[str]
    """Which colleagues are writing in it at this moment."""
    colleagues: Sequence[str]
    """To whom it can be handed over."""

    @property
    def newest_line(self) -> int:
        """The number of the line that was written last; 0: nothing was said."""
        return max((line.id for line in self.ticket.lines), default=0)


def read(tx: Transaction, ticket_id: int, me: int) -> OneCase | None:
    """me: the number of whoever reads it. None: there is no such case."""
    ticket = cases.read(tx, ticket_id)
    if ticket is None:
        return None
    person = tx.sql.execute(
        select(people.c.last_message_at, people.c.left_at).where(people.c.id == ticket.person)
    ).first()
    return OneCase(
        ticket=ticket,
        others=_others(tx, ticket),
        wrote_at=None if person is None else person.last_message_at,
        left=person is not None and person.left_at is not None,
        answering=answering.others(tx, ticket_id, me),
        colleagues=_colleagues(tx, me),
    )


def _others(tx: Transaction, ticket: Ticket) -> tuple[Other, ...]:
    if ticket.person is None:
        return ()
    rows = tx.sql.execute(
        select(tickets)
        .where(tickets.c.person_id == ticket.person, tickets.c.id != ticket.id)
        .order_by(tickets.c.id.desc())
    )
    return tuple(
        Other(
            row.id,
            row.state,
            row.priority,
            "" if row.question is None else tx.seals.tickets.open_or("", row.question),
            row.opened_at,
            row.merged_into,
        )
        for row in rows
    )


def _colleagues(tx: Transaction, me: int) -> tuple[str, ...]:
    return tuple(
        one.name for one in accounts.members(tx) if one.id != me and one.disabled_at is None
    )
