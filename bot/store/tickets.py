"""Cases that people behind the bot look after: opened, raised, added to, answered, closed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update

from bot.store import response_times, topics
from bot.store.database import insert as insert_or_not
from bot.store.encoding import buttons_to_text
from bot.store.errors import NoSuchTicket, TicketIsClosed
from bot.store.tables import answering, files, referrals, ticket_events, ticket_lines, tickets
from bot.store.transaction import Transaction
from handlers.messages import (
    ContextLine,
    OpenTicket,
    TicketMessage,
    TicketOpened,
    TicketRaised,
    TicketState,
)
from knowledge_base.model import Language

LONGEST_TOPIC = 40
"""Characters of a topic's id."""

_OPEN_OF_PEOPLE = select(tickets).where(
    tickets.c.person_id.in_(bindparam("people", expanding=True)), tickets.c.closed_at.is_(None)
)


@dataclass(frozen=True)
class Open:
    """The open ticket of a chat."""

    as_handlers_see_it: OpenTicket
    to_bot: bool


@dataclass(frozen=True)
class Owner:
    """Whose ticket it is."""

    person_id: int
    channel: str
    language: Language


def open_of_people(tx: Transaction, person_ids: Collection[int]) -> Mapping[int, Open]:
    """The open tickets of these people, by person."""
    rows = tx.sql.execute(_OPEN_OF_PEOPLE, {"people": person_ids})
    return {row.person_id: _open(tx, row) for row in rows}


def open_or_add(
    tx: Transaction, owner: Owner, change: TicketOpened, lines: Sequence[ContextLine]
) -> bool:
    """Open a ticket; where one is open it is raised instead, and the question added to it.

    lines: the chat's last lines, the message at hand included. True: the last of them is in the
    ticket now.
    """
    found = open_row_of(tx, owner.person_id)
    ticket_id = _insert(tx, owner, change) if found is None else found.id
    if ticket_id is None:
        # Another process has opened one at this very moment: with what it committed we see it.
        return open_or_add(tx, owner, change, lines)
    if found is not None:
        raised = TicketRaised(change.state, change.priority, change.danger, change.promised)
        _raise(tx, found, raised)
        _update(tx, ticket_id, _question_if_empty(tx, found, change.question, change.topic))
    brought = change.with_context and bring(tx, ticket_id, lines)
    if change.question and change.question not in _words_of_person(tx, ticket_id):
        add_line(tx, ticket_id, ContextLine("person", change.question, tx.now))
    return brought


def raise_(
    tx: Transaction, owner: Owner, change: TicketRaised, lines: Sequence[ContextLine]
) -> bool:
    """Raise the open ticket. Staff may have closed it a moment ago: then another is opened.

    lines, and what is returned: as for open_or_add. They only come in when something changes.
    """
    found = open_row_of(tx, owner.person_id)
    if found is None:
        opened = TicketOpened(
            "",
            change.state or "waiting_for_staff",
            change.priority or "normal",
            change.danger,
            promised=change.promised,
        )
        return open_or_add(tx, owner, opened, lines)
    return _raise(tx, found, change) and bring(tx, found.id, lines)


def add_words(tx: Transaction, owner: Owner, change: TicketMessage, *, there_already: bool) -> None:
    """Add the person's words to the open ticket, or to a new one where staff just closed it.

    there_already: as a line they came in with the chat's lines.
    """
    found = open_row_of(tx, owner.person_id)
    if found is None:
        opened = TicketOpened(
            change.text, "waiting_for_staff", with_context=False, topic=change.topic
        )
        open_or_add(tx, owner, opened, ())
        return
    if not there_already:
        add_line(tx, found.id, ContextLine("person", change.text, tx.now))
    empty = _question_if_empty(tx, found, change.text, change.topic)
    values = {"changed_at": tx.now, **empty}
    if found.state == "waiting_for_person":
        values["state"] = "with_staff"
    _update(tx, found.id, values)


def follow(
    tx: Transaction,
    person_id: int,
    lines: Sequence[ContextLine],
    *,
    in_passing: bool,
    unanswered_too: bool,
) -> None:
    """Add what was said between the person and the bot, where staff have promised to answer.

    in_passing: menus and the like, which staff find in the console only. unanswered_too: also
    where nobody was promised anything.
    """
    found = open_row_of(tx, person_id) if lines else None
    if found is not None and (unanswered_too or found.state != "unanswered"):
        for line in lines:
            add_line(tx, found.id, line, in_passing=in_passing)


def close_own(tx: Transaction, person_id: int, outcome: str) -> None:
    """The person closes the own ticket, if it is still open."""
    found = open_row_of(tx, person_id)
    if found is not None:
        note_closed(tx, found.id, outcome, None)


def hotlines_shown(tx: Transaction, person_id: int) -> None:
    _update_open(tx, person_id, {"hotlines_at": tx.now})


def talk_to(tx: Transaction, person_id: int, *, bot: bool) -> None:
    _update_open(tx, person_id, {"to_bot": bot})


def open_row(tx: Transaction, ticket_id: int) -> Row[tuple[Any, ...]]:
    """The row of an open ticket; it stays as it is until this transaction ends. Raises
    NoSuchTicket, TicketIsClosed."""
    row = tx.sql.execute(select(tickets).where(tickets.c.id == ticket_id).with_for_update()).first()
    if row is None:
        raise NoSuchTicket(ticket_id)
    if row.closed_at is not None:
        raise TicketIsClosed(ticket_id)
    return row


def staff_wrote(
    tx: Transaction,
    row: Row[tuple[Any, ...]],
    line: ContextLine,
    by: str,
    then: TicketState = "with_staff",
    file_id: int | None = None,
) -> int:
    """Note a human's words in the ticket of an open_row.

    then: whose turn it is now: with_staff or waiting_for_person. file_id: what goes with them.
    Returns the number of the line, under which its arrival is noted.
    """
    line_id = add_line(tx, row.id, line, by=by, arrival="waiting", file_id=file_id)
    values = {
        "state": then,
        "staff_wrote_at": tx.now,
        "first_response_at": row.first_response_at or tx.now,
        # Whom they write to should answer them, not the bot.
        "to_bot": False,
        "changed_at": tx.now,
    }
    if row.claimed_by is None:
        values |= {"claimed_by": tx.seals.tickets.seal(by), "claimed_at": tx.now}
    if row.first_response_at is None and row.requested_at is not None:
        response_times.note_first(tx, row.requested_at)
    _update(tx, row.id, values)
    return line_id


def note_arrival(tx: Transaction, line_id: int, arrival: str, reason: str) -> None:
    """How a human's words fared on their way; a failure is an event of the ticket."""
    ticket_id = tx.sql.scalar(
        update(ticket_lines)
        .where(ticket_lines.c.id == line_id)
        .values(arrival=arrival, reason=tx.seals.tickets.seal(reason) if reason else None)
        .returning(ticket_lines.c.ticket_id)
    )
    if ticket_id is not None and arrival in ("refused", "unknown"):
        note(tx, ticket_id, f"reply_{arrival}", detail=reason)


def note(
    tx: Transaction, ticket_id: int, what: str, *, by: str | None = None, detail: str = ""
) -> None:
    """Something happened to a ticket."""
    tx.sql.execute(
        insert(ticket_events).values(
            ticket_id=ticket_id,
            at=tx.now,
            what=what,
            staff=None if by is None else tx.seals.tickets.seal(by),
            detail=tx.seals.tickets.seal(detail) if detail else None,
        )
    )


def remove(tx: Transaction, ticket_ids: Collection[int]) -> None:
    """Delete tickets with all that belongs to them."""
    wipe(tx, ticket_ids)
    tx.sql.execute(delete(ticket_events).where(ticket_events.c.ticket_id.in_(ticket_ids)))
    merged = tickets.c.merged_into.in_(ticket_ids)
    tx.sql.execute(update(tickets).where(merged).values(merged_into=None))
    tx.sql.execute(delete(tickets).where(tickets.c.id.in_(ticket_ids)))


def wipe(tx: Transaction, ticket_ids: Collection[int]) -> None:
    """Leave only the shells of tickets: no words, and nobody they belong to."""
    topics.detach(tx, ticket_ids)
    # What belongs to a ticket alone.
    for table in (ticket_lines, files, referrals, answering):
        tx.sql.execute(delete(table).where(table.c.ticket_id.in_(ticket_ids)))
    tx.sql.execute(
        update(ticket_events)
        .where(ticket_events.c.ticket_id.in_(ticket_ids))
        .values(staff=None, detail=None)
    )
    tx.sql.execute(
        update(tickets)
        .where(tickets.c.id.in_(ticket_ids))
        .values(person_id=None, question=None, outcome=None)
    )


def _insert(tx: Transaction, owner: Owner, change: TicketOpened) -> int | None:
    """The number of a new ticket. None: the person has an open one by now."""
    row = {
        "person_id": owner.person_id,
        "channel": owner.channel,
        "language": owner.language,
        "state": change.state,
        "priority": change.priority,
        "danger": change.danger,
        "question": tx.seals.tickets.seal(change.question),
        "topic": _kept_topic(change.topic),
        "opened_at": tx.now,
        "requested_at": None if change.state == "unanswered" else tx.now,
        "promised_at": change.promised,
        "changed_at": tx.now,
    }
    new = insert_or_not(tx.sql.dialect.name, tickets).values(row)
    ticket_id: int | None = tx.sql.scalar(new.on_conflict_do_nothing().returning(tickets.c.id))
    if ticket_id is not None:
        note(tx, ticket_id, "opened")
    return ticket_id


def _raise(tx: Transaction, found: Row[tuple[Any, ...]], change: TicketRaised) -> bool:
    """Forward from unanswered, up to urgent, never back. False: it was all that already."""
    values: dict[str, object] = {}
    if found.state == "unanswered" and change.state not in (None, "unanswered"):
        values |= {"state": change.state, "requested_at": tx.now, "promised_at": change.promised}
    if change.priority == "urgent" and found.priority != "urgent":
        values["priority"] = "urgent"
    if change.danger is not None and found.danger is None:
        values["danger"] = change.danger
    if values:
        note(tx, found.id, "raised")
    _update(tx, found.id, values | {"changed_at": tx.now})
    return bool(values)


def _question_if_empty(
    tx: Transaction, found: Row[tuple[Any, ...]], text: str, topic: str
) -> dict[str, object]:
    """Who asked for a person before asking anything: the next words are what it is about."""
    if tx.seals.tickets.open_or("", found.question):
        return {}
    about = found.topic or _kept_topic(topic)
    return {"question": tx.seals.tickets.seal(text), "topic": about}


def _kept_topic(topic: str) -> str | None:
    """None: there is none, or its name is longer than can be kept."""
    return topic if 0 < len(topic) <= LONGEST_TOPIC else None


def bring(tx: Transaction, ticket_id: int, lines: Sequence[ContextLine]) -> bool:
    """Add what was said since the ticket's last line. False: the last of it was not."""
    newest = tx.sql.scalar(
        select(ticket_lines.c.at)
        .where(ticket_lines.c.ticket_id == ticket_id)
        .order_by(ticket_lines.c.id.desc())
        .limit(1)
    )
    new = [line for line in lines if newest is None or line.at > newest]
    for line in new:
        add_line(tx, ticket_id, line)
    return bool(new)


def _words_of_person(tx: Transaction, ticket_id: int) -> set[str]:
    rows = tx.sql.scalars(
        select(ticket_lines.c.text).where(
            ticket_lines.c.ticket_id == ticket_id, ticket_lines.c.author == "person"
        )
    )
    return {tx.seals.tickets.open_or("", sealed) for sealed in rows}


def add_line(
    tx: Transaction,
    ticket_id: int,
    line: ContextLine,
    *,
    by: str | None = None,
    arrival: str | None = None,
    in_passing: bool = False,
    file_id: int | None = None,
) -> int:
    row = {
        "ticket_id": ticket_id,
        "at": line.at,
        "author": line.author,
        "staff": None if by is None else tx.seals.tickets.seal(by),
        "text": tx.seals.tickets.seal(line.text),
        "arrival": arrival,
        "content": line.content or None,
        "buttons": tx.seals.tickets.seal(buttons_to_text(line.buttons)) if line.buttons else None,
        "pressed": line.pressed,
        "in_passing": in_passing,
        "file_id": file_id,
    }
    line_id: int = tx.sql.execute(
        insert(ticket_lines).values(row).returning(ticket_lines.c.id)
    ).scalar_one()
    return line_id


def note_closed(tx: Transaction, ticket_id: int, outcome: str, by: str | None) -> None:
    """It is closed now. by: who of staff did it, in closing.py, where the person is told; None: the
    person."""
    values = {
        "state": "closed",
        "outcome": tx.seals.tickets.seal(outcome),
        "closed_at": tx.now,
        "changed_at": tx.now,
    }
    _update(tx, ticket_id, values)
    note(tx, ticket_id, "closed", by=by)
    asked_at = tx.sql.scalar(select(tickets.c.requested_at).where(tickets.c.id == ticket_id))
    if asked_at is not None:
        response_times.note_closed(tx, asked_at, outcome)


def open_row_of(tx: Transaction, person_id: int) -> Row[tuple[Any, ...]] | None:
    """The person's open ticket; it stays as it is until this transaction ends."""
    return tx.sql.execute(
        select(tickets)
        .where(tickets.c.person_id == person_id, tickets.c.closed_at.is_(None))
        .with_for_update()
    ).first()


def _update(tx: Transaction, ticket_id: int, values: Mapping[str, object]) -> None:
    if values:
        tx.sql.execute(update(tickets).where(tickets.c.id == ticket_id).values(values))


def _update_open(tx: Transaction, person_id: int, values: Mapping[str, object]) -> None:
    tx.sql.execute(
        update(tickets)
        .where(tickets.c.person_id == person_id, tickets.c.closed_at.is_(None))
        .values(values)
    )


def _open(tx: Transaction, row: Row[tuple[Any, ...]]) -> Open:
    ticket = OpenTicket(
        id=row.id,
        state=row.state,
        priority=row.priority,
        danger=row.danger,
        question=tx.seals.tickets.open_or("", row.question),
        opened_at=row.opened_at,
        staff_wrote_at=row.staff_wrote_at,
        hotlines_at=row.hotlines_at,
        promised_at=row.promised_at,
    )
    return Open(ticket, row.to_bot)
