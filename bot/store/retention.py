"""What is deleted, and when: by itself after a time, and at once when the person wants it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.sql.elements import ColumnElement

from bot.store import (
    accounts,
    answering,
    audit,
    context,
    former,
    notices,
    outbox,
    people,
    sessions,
    stale,
    tickets,
)
from bot.store.side_by_side import nobody_else_does
from bot.store.tables import inbox as inbox_table
from bot.store.tables import outbox as outbox_table
from bot.store.tables import people as people_table
from bot.store.tables import tickets as tickets_table
from bot.store.transaction import Transaction


@dataclass(frozen=True)
class Keeping:
    """How long things are kept."""

    people: timedelta = timedelta(days=365)
    """After the last message."""
    closed_tickets: timedelta = timedelta(days=90)
    """After closing."""
    unanswered_tickets: timedelta = timedelta(days=7)
    """After the last word in a ticket that nobody was promised anything in."""
    replies: timedelta = timedelta(hours=12)
    """The bot's own replies that could not be sent; a human's have no end."""
    done: timedelta = timedelta(days=2)
    """Rows of inbox and outbox, without words. Telegram brings an update again for up to a day."""
    set_aside: timedelta = timedelta(days=7)
    """Messages that could not even be put before staff, with their words."""
    audit: timedelta = timedelta(days=2 * 365)
    """What staff did."""
    stale: timedelta = timedelta(days=14)
    """An open ticket in which nothing happened for so long is called out; it is never deleted."""


AT_ONCE = 200
"""Tickets and people deleted in one transaction: nobody waits for thousands."""


def expire(tx: Transaction, keeping: Keeping) -> bool:
    """Delete all whose time has come. Of several processes one does it at a time.

    True: there may be more.
    """
    if not nobody_else_does(tx, "housekeeping"):
        return False
    context.expire(tx)
    people.expire(tx)
    outbox.expire(tx, tx.now - keeping.replies)
    _remove_done(tx, keeping)
    for kept_apart in (notices, accounts, sessions, former, answering):
        kept_apart.expire(tx)
    audit.expire(tx, tx.now - keeping.audit)
    unanswered = (tickets_table.c.state == "unanswered") & (
        tickets_table.c.changed_at <= tx.now - keeping.unanswered_tickets
    )
    closed = tickets_table.c.closed_at <= tx.now - keeping.closed_tickets
    over = _ids(tx, unanswered | closed, AT_ONCE)
    tickets.remove(tx, over)
    silent = _silent_people(tx, tx.now - keeping.people)
    for person_id, chat in silent:
        forget(tx, person_id, chat)
    more_stale = stale.call_out(tx, keeping.stale)
    return AT_ONCE in (len(over), len(silent)) or more_stale


def forget(tx: Transaction, person_id: int, chat: bytes) -> None:
    """Delete everything about a person; urgent tickets keep their shell, without a word.

    The shell stays in the queue: that somebody was in danger must not vanish unseen because
    somebody, perhaps another, pressed "delete" on the same phone.
    """
    of_person = tickets_table.c.person_id == person_id
    urgent = tickets_table.c.priority == "urgent"
    shells = _ids(tx, of_person & urgent)
    tickets.wipe(tx, shells)
    for shell in shells:
        tickets.note(tx, shell, "forgotten")
    tickets.remove(tx, _ids(tx, of_person & ~urgent))
    context.forget(tx, person_id)
    outbox.forget(tx, chat)
    # Messages that were set aside with their words; those that still wait are yet to be handled.
    done = inbox_table.c.done_at.is_not(None)
    tx.sql.execute(delete(inbox_table).where(inbox_table.c.chat == chat, done))
    people.forget(tx, person_id)


def _remove_done(tx: Transaction, keeping: Keeping) -> None:
    tx.sql.execute(delete(outbox_table).where(outbox_table.c.done_at <= tx.now - keeping.done))
    wordless = inbox_table.c.message.is_(None)
    tx.sql.execute(
        delete(inbox_table).where(wordless, inbox_table.c.done_at <= tx.now - keeping.done)
    )
    tx.sql.execute(delete(inbox_table).where(inbox_table.c.done_at <= tx.now - keeping.set_aside))


def _ids(tx: Transaction, which: ColumnElement[bool], at_most: int | None = None) -> Sequence[int]:
    return tx.sql.scalars(select(tickets_table.c.id).where(which).limit(at_most)).all()


def _silent_people(tx: Transaction, since: datetime) -> Sequence[tuple[int, bytes]]:
    """Those who have not written for so long, and of whom no ticket is left."""
    has_ticket = (
        select(tickets_table.c.id).where(tickets_table.c.person_id == people_table.c.id).exists()
    )
    rows = tx.sql.execute(
        select(people_table.c.id, people_table.c.chat)
        .where(
            func.coalesce(people_table.c.last_message_at, people_table.c.first_seen_at) <= since,
            ~has_ticket,
        )
        .limit(AT_ONCE)
    )
    return [(row.id, row.chat) for row in rows]
