"""What was received and is not done: kept, given out one at a time for each chat, closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import structlog
from sqlalchemy import Row, Update, bindparam, or_, select, update
from sqlalchemy.sql.dml import ReturningInsert

from bot.store.database import insert
from bot.store.encoding import message_from_text, message_to_text
from bot.store.errors import LeaseLost, Unreadable
from bot.store.side_by_side import only_in_our_hands
from bot.store.tables import inbox
from bot.store.transaction import Transaction
from handlers.messages import Message

LEASE = timedelta(seconds=60)
"""After this long a message whose worker is silent is given out again. Longer than any handling."""


# Statements that run for every message are built once: building takes longer than running.

_EARLIER = inbox.alias("earlier")
_AN_EARLIER_ONE_IS_OPEN = (
    select(_EARLIER.c.id)
    .where(
        _EARLIER.c.chat == inbox.c.chat, _EARLIER.c.done_at.is_(None), _EARLIER.c.id < inbox.c.id
    )
    .exists()
)
_HEADS = (
    select(inbox.c.id)
    .where(
        inbox.c.done_at.is_(None),
        or_(inbox.c.leased_at.is_(None), inbox.c.leased_at < bindparam("expired")),
        ~_AN_EARLIER_ONE_IS_OPEN,
    )
    .order_by(inbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    # Looked for once: PostgreSQL may run a subquery again for each row, and find others each time.
    .cte("heads")
)
_GIVE_OUT = (
    update(inbox)
    .where(inbox.c.id.in_(select(_HEADS.c.id)))
    .values(leased_at=bindparam("now"), leases=inbox.c.leases + 1)
    .returning(inbox.c.id, inbox.c.chat, inbox.c.message, inbox.c.leases, inbox.c.failures)
)
_MORE_WAITING = (
    select(inbox.c.chat)
    .where(
        inbox.c.chat.in_(bindparam("chats", expanding=True)),
        inbox.c.done_at.is_(None),
        inbox.c.id.not_in(bindparam("heads", expanding=True)),
    )
    .distinct()
)
_LEASED = update(inbox).where(
    inbox.c.id == bindparam("given"),
    inbox.c.leases == bindparam("lease"),
    inbox.c.done_at.is_(None),
    inbox.c.leased_at.is_not(None),
)
_CLOSE = _LEASED.values(done_at=bindparam("now"), outcome="done", message=None, chat=None)


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
    if _came_before_the_change(tx, message.channel, message.update_key):
        return False
    row = {
        "channel": message.channel,
        "update_key": tx.seals.update(message.channel, message.update_key),
        "chat": tx.seals.chat(message.channel, message.address),
        "message": tx.seals.inbox.seal(message_to_text(message)),
        "received_at": message.received_at,
    }
    return tx.sql.scalar(_keep(tx.sql.dialect.name), row) is not None


def keep_done(tx: Transaction, message: Message) -> Given | None:
    """Add a message that has been handled already; without its words. None: it was there."""
    if not note_update(tx, message.channel, message.update_key):
        return None
    chat = tx.seals.chat(message.channel, message.address)
    return Given(0, chat, message, leases=0, failures=0)


def note_update(tx: Transaction, channel: str, update_key: str) -> bool:
    """Remember an update by its key alone. False: it was there."""
    if _came_before_the_change(tx, channel, update_key):
        return False
    row = {
        "channel": channel,
        "update_key": tx.seals.update(channel, update_key),
        "chat": None,
        "message": None,
        "received_at": tx.now,
        "done_at": tx.now,
        "outcome": "done",
    }
    return tx.sql.scalar(_keep(tx.sql.dialect.name), row) is not None


def was_noted(tx: Transaction, channel: str, update_key: str) -> bool:
    """Has an update come before?"""
    same = inbox.c.update_key == tx.seals.update(channel, update_key)
    return tx.sql.scalar(select(inbox.c.id).where(same)) is not None


def _came_before_the_change(tx: Transaction, channel: str, update_key: str) -> bool:
    """Is it kept under the hash of the former secret?"""
    key = tx.seals.former_update(channel, update_key)
    if key is None:
        return False
    return tx.sql.scalar(select(inbox.c.id).where(inbox.c.update_key == key)) is not None


def give_out(tx: Transaction, limit: int) -> list[Given]:
    """Lease the oldest message of up to `limit` chats of which none is leased, the oldest first.

    One that cannot be read is set aside, so that nobody else waits for it.
    """
    expired = tx.now - LEASE
    rows = tx.sql.execute(_GIVE_OUT, {"now": tx.now, "expired": expired, "most": limit}).all()
    given = []
    for row in sorted(only_in_our_hands(tx, inbox, rows, expired), key=lambda row: row.id):
        try:
            given.append(_given(tx, row))
        except Unreadable as error:
            structlog.get_logger().error("unreadable", kind="message")
            aside = {"done_at": tx.now, "outcome": "set_aside", "reason": type(error).__name__}
            tx.sql.execute(update(inbox).where(inbox.c.id == row.id).values(aside))
    return given


def with_more_waiting(tx: Transaction, given: Sequence[Given]) -> set[bytes]:
    """The chats of those messages of which later messages wait."""
    heads = {"chats": [one.chat for one in given], "heads": [one.id for one in given]}
    return set(tx.sql.scalars(_MORE_WAITING, heads))


def close(tx: Transaction, given: Given) -> None:
    """The message is done: nothing is left of it but the key of its update. Raises LeaseLost."""
    _end(tx, given, _CLOSE, {"now": tx.now})


def set_aside(tx: Transaction, given: Given, reason: str, *, wipe: bool) -> None:
    """Nobody tries it any more. With `wipe` its words are left out. Raises LeaseLost."""
    wiped = {"message": None, "chat": None} if wipe else {}
    ended = _LEASED.values(done_at=tx.now, outcome="set_aside", reason=reason, **wiped)
    _end(tx, given, ended)


def release(tx: Transaction, given: Given, reason: str) -> None:
    """Handling failed: it may be given out again at once. Raises LeaseLost."""
    _end(tx, given, _LEASED.values(leased_at=None, failures=inbox.c.failures + 1, reason=reason))


def free_all(tx: Transaction) -> None:
    """No lease holds any more: whoever held one is gone."""
    leased = inbox.c.done_at.is_(None) & inbox.c.leased_at.is_not(None)
    tx.sql.execute(update(inbox).where(leased).values(leased_at=None))


@cache
def _keep(dialect: str) -> ReturningInsert[tuple[int]]:
    return insert(dialect, inbox).on_conflict_do_nothing().returning(inbox.c.id)


def _end(
    tx: Transaction, given: Given, how: Update, values: Mapping[str, object] | None = None
) -> None:
    lease = {"given": given.id, "lease": given.leases}
    if tx.sql.execute(how, {**lease, **(values or {})}).rowcount != 1:
        raise LeaseLost(f"message {given.id} was given to somebody else")


def _given(tx: Transaction, row: Row[tuple[int, bytes, bytes, int, int]]) -> Given:
    message = message_from_text(tx.seals.inbox.open(row.message))
    return Given(row.id, row.chat, message, row.leases, row.failures)
