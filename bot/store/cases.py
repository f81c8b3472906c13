"""What staff see of tickets: the list, and one case with its lines and events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from bot.store import files
from bot.store.encoding import labels_from_text
from bot.store.tables import ticket_events, ticket_lines, tickets
from bot.store.transaction import Transaction
from handlers.messages import Attachment, Author, TicketPriority, TicketState
from knowledge_base.model import DangerKind, Language

UNREADABLE = "[cannot be read]"
"""In place of words that were damaged: the rest of the queue is still there."""


@dataclass(frozen=True)
class TicketLine:
    """Something that was said."""

    author: Author
    text: str
    at: datetime
    by: str | None = None
    """Which member of staff wrote it."""
    arrival: str | None = None
    """How a human's words fared: waiting, sent, delivered, seen, refused or unknown."""
    content: str | None = None
    """Of the bot's words: the version of the content that they are from."""
    id: int = 0
    """Grows from line to line of the whole store."""
    buttons: tuple[str, ...] = ()
    """What could be pressed under the bot's words: labels."""
    pressed: bool = False
    """The text is the label of a button that the person pressed."""
    reason: str = ""
    """Of a human's words: why they did not arrive."""
    file: Attachment | None = None
    """What went with it."""


@dataclass(frozen=True)
class TicketEvent:
    """Something that happened: opened, raised, closed, reply_refused, reply_unknown."""

    what: str
    at: datetime
    by: str | None = None
    detail: str = ""
    id: int = 0


@dataclass(frozen=True)
class Ticket:
    """A case."""

    id: int
    person: int | None
    """Stands for who it is about, without a name. None: they deleted everything."""
    channel: str
    language: Language
    state: TicketState
    priority: TicketPriority
    danger: DangerKind | None
    question: str
    opened_at: datetime
    changed_at: datetime
    requested_at: datetime | None
    """When a person behind the bot was asked for; None: nobody did."""
    first_response_at: datetime | None
    """When a human first wrote."""
    staff_wrote_at: datetime | None
    closed_at: datetime | None
    outcome: str | None
    claimed_by: str = ""
    """Who of staff has it; empty: nobody."""
    topic: str = ""
    """What it is about: the id of a topic; empty: nobody said."""
    merged_into: int | None = None
    """The ticket that it was merged into."""
    lines: Sequence[TicketLine] = ()
    """What was said, the oldest first; only filled when one ticket is read."""
    events: Sequence[TicketEvent] = ()


def list_all(tx: Transaction, *, closed_too: bool) -> list[Ticket]:
    """Open tickets, or all: urgent ones first, then what was promised, each the oldest first."""
    query = select(tickets) if closed_too else select(tickets).where(tickets.c.closed_at.is_(None))
    found = [_ticket(tx, row) for row in tx.sql.execute(query.order_by(tickets.c.id))]
    return sorted(found, key=_rank)


def read(tx: Transaction, ticket_id: int) -> Ticket | None:
    """One ticket with its lines and events."""
    row = tx.sql.execute(select(tickets).where(tickets.c.id == ticket_id)).first()
    if row is None:
        return None
    return _ticket(tx, row, lines=_lines(tx, ticket_id), events=_events(tx, ticket_id))


def _rank(ticket: Ticket) -> tuple[bool, bool, bool]:
    return (ticket.state == "closed", ticket.priority != "urgent", ticket.state == "unanswered")


def _lines(tx: Transaction, ticket_id: int) -> list[TicketLine]:
    attached = files.of_tickets(tx, [ticket_id])
    rows = tx.sql.execute(
        select(ticket_lines)
        .where(ticket_lines.c.ticket_id == ticket_id)
        # Lines of a ticket that was merged into this one stand where they were said.
        .order_by(ticket_lines.c.at, ticket_lines.c.id)
    )
    return [
        TicketLine(
            row.author,
            _opened(tx, row.text) or "",
            row.at,
            _opened(tx, row.staff),
            row.arrival,
            row.content,
            row.id,
            labels_from_text(_opened(tx, row.buttons)),
            row.pressed,
            _opened(tx, row.reason) or "",
            attached.get(row.file_id),
        )
        for row in rows
    ]


def _events(tx: Transaction, ticket_id: int) -> list[TicketEvent]:
    rows = tx.sql.execute(
        select(ticket_events)
        .where(ticket_events.c.ticket_id == ticket_id)
        .order_by(ticket_events.c.id)
    )
    return [
        TicketEvent(row.what, row.at, _opened(tx, row.staff), _opened(tx, row.detail) or "", row.id)
        for row in rows
    ]


def _ticket(
    tx: Transaction,
    row: Row[tuple[Any, ...]],
    lines: Sequence[TicketLine] = (),
    events: Sequence[TicketEvent] = (),
) -> Ticket:
    return Ticket(
        id=row.id,
        person=row.person_id,
        channel=row.channel,
        language=row.language,
        state=row.state,
        priority=row.priority,
        danger=row.danger,
        question=_opened(tx, row.question) or "",
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        requested_at=row.requested_at,
        first_response_at=row.first_response_at,
        staff_wrote_at=row.staff_wrote_at,
        closed_at=row.closed_at,
        outcome=_opened(tx, row.outcome),
        claimed_by=_opened(tx, row.claimed_by) or "",
        topic=row.topic or "",
        merged_into=row.merged_into,
        lines=lines,
        events=events,
    )


def _opened(tx: Transaction, sealed: bytes | None) -> str | None:
    return None if sealed is None else tx.seals.tickets.open_or(UNREADABLE, sealed)
