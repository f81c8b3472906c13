"""The staff group's topics: which thread a ticket has, and how much of it stands there."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, delete, select, update

from bot.store.database import insert
from bot.store.tables import group_notices, ticket_lines, tickets, topic_messages, topics
from bot.store.transaction import Transaction

ARRIVED = ("sent", "delivered", "seen")
"""Arrivals that are good news."""
FAILED = ("refused", "unknown")


def ticket_of(tx: Transaction, chat: int, thread: int | None) -> int | None:
    """The ticket whose topic a thread is; None: it is nobody's."""
    if thread is None:
        return None
    here = (topics.c.chat == chat) & (topics.c.thread == thread)
    return tx.sql.scalar(select(topics.c.ticket_id).where(here))


def made(tx: Transaction, ticket_id: int, chat: int, thread: int, title: str) -> None:
    """A ticket has a thread, of which nothing but the title is there yet.

    A ticket that was deleted meanwhile has outlived topics like any other.
    """
    there = tx.sql.scalar(select(tickets.c.id).where(tickets.c.id == ticket_id)) is not None
    _let_go_of_messages(tx, [ticket_id])
    values = {"chat": chat, "thread": thread, "title": title, "shown_line": 0, "shown_event": 0}
    row = insert(tx.sql.dialect.name, topics).values(
        ticket_id=ticket_id if there else None, **values
    )
    tx.sql.execute(row.on_conflict_do_update(index_elements=[topics.c.ticket_id], set_=values))


def lost(tx: Transaction, ticket_id: int) -> None:
    """The thread is gone: nothing of the ticket stands in the group."""
    _let_go_of_messages(tx, [ticket_id])
    values = {"thread": None, "title": None, "shown_line": 0, "shown_event": 0}
    _update(tx, ticket_id, **values)


def detach(tx: Transaction, ticket_ids: Collection[int]) -> None:
    """The words of tickets are being deleted: their threads are to go as well."""
    theirs = topics.c.ticket_id.in_(ticket_ids)
    threads = select(topics.c.thread).where(theirs, topics.c.thread.is_not(None))
    tx.sql.execute(delete(group_notices).where(group_notices.c.thread.in_(threads)))
    _let_go_of_messages(tx, ticket_ids)
    tx.sql.execute(delete(topics).where(theirs, topics.c.thread.is_(None)))
    tx.sql.execute(update(topics).where(theirs).values(ticket_id=None))


def remove(tx: Transaction, topic_id: int) -> None:
    """The thread that outlived its ticket is gone."""
    outlived = (topics.c.id == topic_id) & topics.c.ticket_id.is_(None)
    tx.sql.execute(delete(topics).where(outlived))


def shown(tx: Transaction, ticket_id: int, up_to: tuple[int, int], message: int | None) -> None:
    """All up to a line and an event stands in the group, the last of it in this message."""
    line, event = up_to
    if message is not None:
        _bind_words_of_staff(tx, ticket_id, line, message)
    _update(tx, ticket_id, shown_line=line, shown_event=event)


def titled(tx: Transaction, ticket_id: int, title: str) -> None:
    _update(tx, ticket_id, title=title)


def called(tx: Transaction, ticket_id: int) -> None:
    _update(tx, ticket_id, called_at=tx.now)


def bind(tx: Transaction, line_id: int, message: int) -> None:
    """A line of staff stands in the group as this message already."""
    row = insert(tx.sql.dialect.name, topic_messages).values(line_id=line_id, message=message)
    tx.sql.execute(row.on_conflict_do_nothing())


def marked(tx: Transaction, line_id: int, arrival: str) -> None:
    """The mark on the message of a line says how it fared."""
    tx.sql.execute(
        update(topic_messages)
        .where(topic_messages.c.line_id == line_id)
        .values(marked=mark_of(arrival))
    )


def was_sent(tx: Transaction, ticket_id: int, message: int) -> bool:
    """Did this message of the group go to the person?"""
    line = topic_messages.c.line_id.in_(_lines_of([ticket_id]))
    found = select(topic_messages.c.line_id).where(topic_messages.c.message == message, line)
    return tx.sql.scalar(found) is not None


def know_event(tx: Transaction, ticket_id: int, event_id: int, before: int) -> None:
    """The group has seen an event come about; whatever came before it must have been shown."""
    seen = (topics.c.ticket_id == ticket_id) & (topics.c.shown_event == before)
    tx.sql.execute(update(topics).where(seen).values(shown_event=event_id))


def mark_of(arrival: str) -> str:
    """The mark that an arrival calls for."""
    return "arrived" if arrival in ARRIVED else "failed"


def _bind_words_of_staff(tx: Transaction, ticket_id: int, up_to: int, message: int) -> None:
    """What staff wrote elsewhere, and of which it is not known yet how it fared."""
    lines: Sequence[int] = tx.sql.scalars(
        _lines_of([ticket_id]).where(
            ticket_lines.c.author == "staff",
            ticket_lines.c.id <= up_to,
            ticket_lines.c.arrival.not_in(ARRIVED),
        )
    ).all()
    for line in lines:
        bind(tx, line, message)


def _let_go_of_messages(tx: Transaction, ticket_ids: Collection[int]) -> None:
    theirs: ColumnElement[bool] = topic_messages.c.line_id.in_(_lines_of(ticket_ids))
    tx.sql.execute(delete(topic_messages).where(theirs))


def _lines_of(ticket_ids: Collection[int]) -> Select[int]:
    return select(ticket_lines.c.id).where(ticket_lines.c.ticket_id.in_(ticket_ids))


def _update(tx: Transaction, ticket_id: int, **values: object) -> None:
    tx.sql.execute(update(topics).where(topics.c.ticket_id == ticket_id).values(values))
