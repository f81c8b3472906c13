"""Two cases of one person that are one matter become one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update

from bot.store import tickets
from bot.store.errors import NoSuchTicket, NotOnePerson
from bot.store.tables import (
    answering,
    files,
    referrals,
    ticket_events,
    ticket_lines,
    topic_messages,
)
from bot.store.tables import tickets as table
from bot.store.transaction import Transaction

OF_ONE_CASE = (
    *("opened", "raised", "calmed", "claimed", "released", "handed_over", "topic"),
    *("closed", "reopened", "merged_away", "person_left", "person_back", "forgotten"),
)
"""Events that tell how a ticket fared; notes and all else go with what was said."""
OUTCOME = "merged"


def merge(tx: Transaction, source_id: int, into_id: int, by: str) -> None:
    """Bring all that was said in a case, and what came with it, into another of the same person.

    The source stays as a closed shell that says where it went. Where either was open or urgent,
    the other is now. Raises NoSuchTicket, NotOnePerson: also where one was merged before.
    """
    source, into = (_row(tx, one) for one in sorted((source_id, into_id)))
    if source.id != source_id:
        source, into = into, source
    if not _are_one_persons(source, into):
        raise NotOnePerson(source_id, into_id)
    _move(tx, source_id, into_id)
    _close(tx, source, into_id, by)
    _take_over(tx, source, into)
    tickets.note(tx, into_id, "merged", by=by, detail=str(source_id))


def _are_one_persons(source: Row[tuple[Any, ...]], into: Row[tuple[Any, ...]]) -> bool:
    return (
        source.id != into.id
        and source.person_id is not None
        and source.person_id == into.person_id
        and source.merged_into is None
        and into.merged_into is None
    )


def _move(tx: Transaction, source_id: int, into_id: int) -> None:
    """Where words of staff stand in the group they were marked as they fared; that is past."""
    _leave_out_doubles(tx, source_id, into_id)
    lines = select(ticket_lines.c.id).where(ticket_lines.c.ticket_id == source_id)
    tx.sql.execute(delete(topic_messages).where(topic_messages.c.line_id.in_(lines)))
    tx.sql.execute(delete(answering).where(answering.c.ticket_id == source_id))
    for kept in (ticket_lines, files, referrals):
        theirs = kept.c.ticket_id == source_id
        tx.sql.execute(update(kept).where(theirs).values(ticket_id=into_id))
    goes = (ticket_events.c.ticket_id == source_id) & ticket_events.c.what.not_in(OF_ONE_CASE)
    tx.sql.execute(update(ticket_events).where(goes).values(ticket_id=into_id))


def _leave_out_doubles(tx: Transaction, source_id: int, into_id: int) -> None:
    """What was said shortly before a case was opened stands in both: it is to stand once, and
    where a human's words are among it, with how they fared."""
    theirs = {_said(tx, row): row for row in _lines(tx, into_id)}
    own = {_said(tx, row): row for row in _lines(tx, source_id)}
    doubles = [(own[said], theirs[said]) for said in own.keys() & theirs.keys()]
    gone = [one.id if one.staff is None else other.id for one, other in doubles]
    tx.sql.execute(delete(topic_messages).where(topic_messages.c.line_id.in_(gone)))
    tx.sql.execute(delete(ticket_lines).where(ticket_lines.c.id.in_(gone)))


def _lines(tx: Transaction, ticket_id: int) -> Sequence[Row[tuple[Any, ...]]]:
    return tx.sql.execute(select(ticket_lines).where(ticket_lines.c.ticket_id == ticket_id)).all()


def _said(tx: Transaction, line: Row[tuple[Any, ...]]) -> tuple[str, datetime, str]:
    return line.author, line.at, tx.seals.tickets.open_or(f"{line.id}", line.text)


def _close(tx: Transaction, source: Row[tuple[Any, ...]], into_id: int, by: str) -> None:
    values: dict[str, object] = {"merged_into": into_id, "changed_at": tx.now}
    if source.closed_at is None:
        values |= {
            "state": "closed",
            "closed_at": tx.now,
            "outcome": tx.seals.tickets.seal(OUTCOME),
        }
    tx.sql.execute(update(table).where(table.c.id == source.id).values(values))
    # What was merged into the source is in the target as well now.
    earlier = table.c.merged_into == source.id
    tx.sql.execute(update(table).where(earlier).values(merged_into=into_id))
    tickets.note(tx, source.id, "merged_away", by=by, detail=str(into_id))


def _take_over(tx: Transaction, source: Row[tuple[Any, ...]], into: Row[tuple[Any, ...]]) -> None:
    values: dict[str, object] = {
        "changed_at": tx.now,
        "danger": into.danger or source.danger,
        "topic": into.topic or source.topic,
        "requested_at": into.requested_at or source.requested_at,
        "first_response_at": into.first_response_at or source.first_response_at,
        "staff_wrote_at": _later(into.staff_wrote_at, source.staff_wrote_at),
        "hotlines_at": _later(into.hotlines_at, source.hotlines_at),
    }
    if source.closed_at is None:
        if source.priority == "urgent":
            values["priority"] = "urgent"
        values |= _open_again(source, into)
    tx.sql.execute(update(table).where(table.c.id == into.id).values(values))


def _open_again(source: Row[tuple[Any, ...]], into: Row[tuple[Any, ...]]) -> dict[str, object]:
    """The source was the one that is open: then the other is, as it was."""
    if into.closed_at is None:
        return {}
    return {
        "state": source.state,
        "closed_at": None,
        "outcome": None,
        "claimed_by": source.claimed_by,
        "claimed_at": source.claimed_at,
        "to_bot": source.to_bot,
        "promised_at": source.promised_at,
        "told_late_at": source.told_late_at,
    }


def _later(one: Any, other: Any) -> Any:
    return max((at for at in (one, other) if at is not None), default=None)


def _row(tx: Transaction, ticket_id: int) -> Row[tuple[Any, ...]]:
    row = tx.sql.execute(select(table).where(table.c.id == ticket_id).with_for_update()).first()
    if row is None:
        raise NoSuchTicket(ticket_id)
    return row
