"""What the staff group has not been shown: read from the tickets, urgent ones first.

The group is a projection of the tickets. Nothing waits anywhere to be posted: how far a topic is
behind its ticket says what to post, so that after a crash or an hour away it goes on by itself.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, false, or_, select

from bot.channels.telegram_group.records import Arrival, Case, Happening, Line, Outlived, Work
from bot.store import files, notices
from bot.store.cases import UNREADABLE
from bot.store.tables import ticket_events, ticket_lines, tickets, topic_messages, topics
from bot.store.topics import ARRIVED, FAILED
from bot.store.transaction import Transaction

CALL_AGAIN = timedelta(minutes=10)
"""Between two calls to an urgent ticket that nobody has claimed."""
MISSED = timedelta(hours=24)
"""An urgent ticket that was closed before the group saw it is still shown for so long."""
WHOLE_STORY = 40
"""So many of the last lines are shown of a ticket whose topic is new."""

_IS_OPEN = tickets.c.closed_at.is_(None)
_IS_URGENT = tickets.c.priority == "urgent"
_TITLE = case(
    (~_IS_OPEN, "closed"),
    (_IS_URGENT, "urgent"),
    (tickets.c.claimed_by.is_(None), "waiting"),
    else_="taken",
)
_HAS_NEW_LINE = (
    select(ticket_lines.c.id)
    .where(ticket_lines.c.ticket_id == tickets.c.id, ticket_lines.c.id > topics.c.shown_line)
    .exists()
)
_HAS_NEW_EVENT = (
    select(ticket_events.c.id)
    .where(ticket_events.c.ticket_id == tickets.c.id, ticket_events.c.id > topics.c.shown_event)
    .exists()
)
_WRONGLY_MARKED = or_(
    and_(ticket_lines.c.arrival.in_(ARRIVED), topic_messages.c.marked.is_distinct_from("arrived")),
    and_(ticket_lines.c.arrival.in_(FAILED), topic_messages.c.marked.is_distinct_from("failed")),
)
_MARKS = select(
    ticket_lines.c.id, ticket_lines.c.arrival, ticket_lines.c.ticket_id, topic_messages.c.message
).join(topic_messages, topic_messages.c.line_id == ticket_lines.c.id)
_HAS_WRONG_MARK = _MARKS.where(ticket_lines.c.ticket_id == tickets.c.id, _WRONGLY_MARKED).exists()


def next_work(tx: Transaction, chat: int, skip: Collection[int]) -> Work | None:
    """What to show next in a group: an urgent case, a notice, a case, a topic to delete.

    skip: tickets to leave aside for now.
    """
    row = _first_behind(tx, chat, skip)
    if row is not None and row.priority == "urgent" and row.closed_at is None:
        return _case(tx, chat, row)
    notice = notices.first(tx)
    if notice is not None or row is not None:
        return notice or (None if row is None else _case(tx, chat, row))
    return _outlived(tx, chat, skip)


def _first_behind(tx: Transaction, chat: int, skip: Collection[int]) -> Row[tuple[Any, ...]] | None:
    return tx.sql.execute(
        select(
            tickets,
            topics.c.chat,
            topics.c.thread,
            topics.c.title,
            topics.c.shown_line,
            topics.c.shown_event,
            topics.c.called_at,
            _TITLE.label("title_due"),
        )
        .outerjoin(topics, topics.c.ticket_id == tickets.c.id)
        .where(_is_behind(tx, chat), tickets.c.id.not_in(skip))
        .order_by(case((and_(_IS_URGENT, _IS_OPEN), 0), else_=1), tickets.c.id)
        .limit(1)
    ).first()


def _is_behind(tx: Transaction, chat: int) -> ColumnElement[bool]:
    has_topic = and_(topics.c.chat == chat, topics.c.thread.is_not(None))
    new = or_(topics.c.id.is_(None), topics.c.chat != chat, topics.c.thread.is_(None))
    behind = or_(
        _HAS_NEW_LINE,
        _HAS_NEW_EVENT,
        topics.c.title.is_distinct_from(_TITLE),
        _HAS_WRONG_MARK,
        _call_due(tx),
    )
    return or_(and_(new, _wants_topic(tx)), and_(has_topic, behind))


def _wants_topic(tx: Transaction) -> ColumnElement[bool]:
    """Somebody was promised an answer, or may be in danger.

    Who asked nobody for a person gets no topic: there are too many of them for a group.
    """
    promised = and_(_IS_OPEN, or_(tickets.c.state != "unanswered", _IS_URGENT))
    missed = and_(
        _IS_URGENT,
        tickets.c.closed_at > tx.now - MISSED,
        tickets.c.person_id.is_not(None),
        topics.c.id.is_(None),
    )
    return or_(promised, missed)


def _call_due(tx: Transaction) -> ColumnElement[bool]:
    unclaimed = tickets.c.claimed_by.is_(None)
    long_ago = topics.c.called_at <= tx.now - CALL_AGAIN
    due = or_(topics.c.called_at.is_(None), and_(unclaimed, long_ago))
    return and_(_IS_OPEN, _IS_URGENT, due)


def _case(tx: Transaction, chat: int, row: Row[tuple[Any, ...]]) -> Case:
    has_topic = row.thread is not None and row.chat == chat
    since = (row.shown_line, row.shown_event) if has_topic else (0, 0)
    lines = _lines(tx, row.id, since[0])
    attached = files.of_tickets(tx, [row.id])
    events = _events(tx, row.id, since[1])
    ids = [one.id for one in lines], [one.id for one in events]
    return Case(
        id=row.id,
        person=row.person_id,
        channel=row.channel,
        language=row.language,
        state=row.state,
        priority=row.priority,
        danger=row.danger,
        question=_opened(tx, row.question),
        outcome=_opened(tx, row.outcome),
        claimed_by=_opened(tx, row.claimed_by),
        thread=row.thread if has_topic else None,
        title=row.title if has_topic else None,
        title_due=row.title_due,
        shown_up_to=since,
        lines=tuple(
            Line(
                one.id,
                one.author,
                _opened(tx, one.text),
                one.at,
                _opened(tx, one.staff),
                attached[one.file_id].name if one.file_id in attached else "",
            )
            for one in lines
            if not one.stands_there and not one.in_passing
        )[-WHOLE_STORY:],
        happenings=tuple(
            Happening(one.what, one.at, _opened(tx, one.staff), _opened(tx, one.detail))
            for one in events
        ),
        up_to=(max(ids[0], default=since[0]), max(ids[1], default=since[1])),
        arrivals=_arrivals(tx, row.id) if has_topic else (),
        call=_call(tx, row),
    )


def _lines(tx: Transaction, ticket_id: int, since: int) -> list[Row[tuple[Any, ...]]]:
    stands_there = (
        select(topic_messages.c.line_id).where(topic_messages.c.line_id == ticket_lines.c.id)
    ).exists()
    new = and_(ticket_lines.c.ticket_id == ticket_id, ticket_lines.c.id > since)
    return list(
        tx.sql.execute(
            select(ticket_lines, stands_there.label("stands_there"))
            .where(new)
            .order_by(ticket_lines.c.id)
        )
    )


def _events(tx: Transaction, ticket_id: int, since: int) -> list[Row[tuple[Any, ...]]]:
    new = and_(ticket_events.c.ticket_id == ticket_id, ticket_events.c.id > since)
    return list(tx.sql.execute(select(ticket_events).where(new).order_by(ticket_events.c.id)))


def _arrivals(tx: Transaction, ticket_id: int) -> tuple[Arrival, ...]:
    rows = tx.sql.execute(
        _MARKS.where(ticket_lines.c.ticket_id == ticket_id, _WRONGLY_MARKED).order_by(
            ticket_lines.c.id
        )
    )
    return tuple(
        Arrival(row.id, row.message, row.arrival, _reason(tx, ticket_id, row.arrival))
        for row in rows
    )


def _reason(tx: Transaction, ticket_id: int, arrival: str) -> str:
    """What the platform said last when something of the ticket fared so."""
    sealed = tx.sql.scalar(
        select(ticket_events.c.detail)
        .where(ticket_events.c.ticket_id == ticket_id, ticket_events.c.what == f"reply_{arrival}")
        .order_by(ticket_events.c.id.desc())
        .limit(1)
    )
    return _opened(tx, sealed)


def _call(tx: Transaction, row: Row[tuple[Any, ...]]) -> Any:
    if row.closed_at is not None or row.priority != "urgent":
        return None
    if row.called_at is None:
        return "first"
    due = row.claimed_by is None and row.called_at <= tx.now - CALL_AGAIN
    return "again" if due else None


def _outlived(tx: Transaction, chat: int, skip: Collection[int]) -> Outlived | None:
    outlived = (topics.c.chat == chat) & topics.c.ticket_id.is_(None)
    # A topic is skipped under its number below zero: tickets are counted from one.
    kept_aside = topics.c.id.in_([-one for one in skip if one < 0]) if skip else false()
    row = tx.sql.execute(
        select(topics.c.id, topics.c.thread)
        .where(outlived, ~kept_aside)
        .order_by(topics.c.id)
        .limit(1)
    ).first()
    return None if row is None else Outlived(row.id, row.thread)


def _opened(tx: Transaction, sealed: bytes | None) -> str:
    return "" if sealed is None else tx.seals.tickets.open_or(UNREADABLE, sealed)
