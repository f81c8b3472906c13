"""What was received and is not done: kept, given out one at a time for each chat, closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Row, and_, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from bot.store.database import insert
from bot.store.encoding import message_from_text, message_to_text
from bot.store.errors import LeaseLost
from bot.store.tables import inbox
from bot.store.transaction import Transaction
from handlers.messages import Message

LEASE = timedelta(seconds=60)
"""After this long a message whose worker is silent is given out again. Longer than any handling."""


@dataclass(frozen=True)
class Given:
    """A message that was given out. `leases` also tells this lease from a later one."""

    id: int
    chat: bytes
    message: Message
    leases: int
    failures: int


def keep(tx: Transaction, message: Message) -> bool:
    """Add a message. False: an update with this key was there already."""
    row = {
        "channel": message.channel,
        "update_key": tx.seals.update(message.channel, message.update_key),
        "chat": tx.seals.chat(message.channel, message.address),
        "message": tx.seals.inbox.seal(message_to_text(message)),
        "received_at": message.received_at,
    }
    added = tx.sql.execute(insert(tx.sql, inbox).values(row).on_conflict_do_nothing())
    return added.rowcount == 1


def give_out(tx: Transaction, limit: int) -> list[Given]:
    """Lease the oldest message of up to `limit` chats of which none is leased, the oldest first."""
    earlier = inbox.alias("earlier")
    an_earlier_one_is_open = (
        select(earlier.c.id)
        .where(
            earlier.c.chat == inbox.c.chat,
            earlier.c.done_at.is_(None),
            earlier.c.id < inbox.c.id,
        )
        .exists()
    )
    heads = (
        select(inbox.c.id)
        .where(inbox.c.done_at.is_(None), _is_free(tx), ~an_earlier_one_is_open)
        .order_by(inbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = tx.sql.execute(
        update(inbox)
        .where(inbox.c.id.in_(heads))
        .values(leased_at=tx.now, leases=inbox.c.leases + 1)
        .returning(inbox.c.id, inbox.c.chat, inbox.c.message, inbox.c.leases, inbox.c.failures)
    )
    return sorted((_given(tx, row) for row in rows), key=lambda given: given.id)


def with_more_waiting(tx: Transaction, given: Sequence[Given]) -> set[bytes]:
    """The chats of those messages of which later messages wait."""
    heads = [one.id for one in given]
    rows = tx.sql.scalars(
        select(inbox.c.chat)
        .where(
            inbox.c.chat.in_([one.chat for one in given]),
            inbox.c.done_at.is_(None),
            inbox.c.id.not_in(heads),
        )
        .distinct()
    )
    return set(rows)


def close(tx: Transaction, given: Given) -> None:
    """The message is done: nothing is left of it but the key of its update. Raises LeaseLost."""
    _end(tx, given, done_at=tx.now, outcome="done", message=None, chat=None)


def set_aside(tx: Transaction, given: Given, reason: str, *, wipe: bool) -> None:
    """Nobody tries it any more. With `wipe` its words are left out. Raises LeaseLost."""
    wiped = {"message": None, "chat": None} if wipe else {}
    _end(tx, given, done_at=tx.now, outcome="set_aside", reason=reason, **wiped)


def release(tx: Transaction, given: Given, reason: str) -> None:
    """Handling failed: it may be given out again at once. Raises LeaseLost."""
    _end(tx, given, leased_at=None, failures=inbox.c.failures + 1, reason=reason)


def free_all(tx: Transaction) -> None:
    """No lease holds any more: whoever held one is gone."""
    tx.sql.execute(update(inbox).where(_is_leased()).values(leased_at=None))


def _is_free(tx: Transaction) -> ColumnElement[bool]:
    return or_(inbox.c.leased_at.is_(None), inbox.c.leased_at < tx.now - LEASE)


def _is_leased() -> ColumnElement[bool]:
    return and_(inbox.c.done_at.is_(None), inbox.c.leased_at.is_not(None))


def _end(tx: Transaction, given: Given, **values: object) -> None:
    ended = tx.sql.execute(
        update(inbox)
        .where(inbox.c.id == given.id, inbox.c.leases == given.leases, _is_leased())
        .values(**values)
    )
    if ended.rowcount != 1:
        raise LeaseLost(f"message {given.id} was given to somebody else")


def _given(tx: Transaction, row: Row[tuple[int, bytes, bytes, int, int]]) -> Given:
    message = message_from_text(tx.seals.inbox.open(row.message))
    return Given(row.id, row.chat, message, row.leases, row.failures)
