"""Replies that have not arrived: kept, given out in order for each chat, and how they fared."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, assert_never

import structlog
from sqlalchemy import CTE, Row, bindparam, delete, insert, or_, select, true, update
from sqlalchemy.sql.elements import ColumnElement

from bot.channels.channel import Away, Gone, Later, Outcome, Outgoing, Refused, Sent, Unknown
from bot.store import leaving, tickets
from bot.store.encoding import reply_from_text, reply_to_text
from bot.store.errors import Unreadable
from bot.store.side_by_side import only_in_our_hands
from bot.store.tables import outbox
from bot.store.transaction import Transaction
from handlers.messages import Reply

LEASE = timedelta(seconds=60)
"""After this long a reply whose sender is silent is given out again. Longer than any sending."""
UNKNOWNS = 2
"""So many times it may be that a reply arrived or not; then it is not sent again."""

_SURENESS = {"sent": 0, "refused": 1, "delivered": 2, "seen": 3}
"""How much a receipt says; one that says less than what is known changes nothing."""

_WIPED = {"chat": None, "address": None, "reply": None, "replaces": None, "leased_at": None}
"""A reply that nobody will send any more loses its words and where it went."""


# Statements that run for every reply are built once: building takes longer than running.

_ADD = insert(outbox)
_EARLIER = outbox.alias("earlier")
_AN_EARLIER_ONE_IS_OPEN = (
    select(_EARLIER.c.id)
    .where(
        _EARLIER.c.chat == outbox.c.chat, _EARLIER.c.done_at.is_(None), _EARLIER.c.id < outbox.c.id
    )
    .exists()
)


def _heads(*which: ColumnElement[bool]) -> CTE:
    return (
        select(outbox.c.id)
        .where(
            outbox.c.done_at.is_(None),
            outbox.c.channel == bindparam("through"),
            # What is to be sent at once never waits for a clock that has been put back.
            or_(outbox.c.due_at <= bindparam("now"), outbox.c.due_at <= outbox.c.created_at),
            or_(outbox.c.leased_at.is_(None), outbox.c.leased_at < bindparam("expired")),
            ~_AN_EARLIER_ONE_IS_OPEN,
            *which,
        )
        .order_by(outbox.c.urgent.desc(), outbox.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
        # Looked for once: PostgreSQL may run a subquery again for each row, and find others.
        .cte("heads")
    )


_LEASE = update(outbox).values(leased_at=bindparam("now"), arrived=False).returning(outbox)
_GIVE_OUT = _LEASE.where(outbox.c.id.in_(select(_heads().c.id)))
_GIVE_OUT_TO_SOME = _LEASE.where(
    outbox.c.id.in_(select(_heads(outbox.c.chat.in_(bindparam("to_chats", expanding=True))).c.id)),
)
_OPEN = (
    select(outbox)
    .where(outbox.c.id == bindparam("outgoing"), outbox.c.done_at.is_(None))
    # Who notes the same reply at the same moment waits, and then finds it done.
    .with_for_update()
)
_DONE = (
    update(outbox)
    .where(outbox.c.id == bindparam("outgoing"))
    .values(
        _WIPED | {name: bindparam(name) for name in ("done_at", "outcome", "reason", "sent_key")}
    )
)
_EXPIRE = (
    update(outbox)
    .where(
        outbox.c.done_at.is_(None), outbox.c.created_at < bindparam("before"), ~outbox.c.by_staff
    )
    .values(_WIPED | {"done_at": bindparam("now"), "outcome": "expired"})
)


@dataclass(frozen=True)
class Addressee:
    """Where replies go."""

    channel: str
    address: str
    chat: bytes
    """The address's keyed hash."""


@dataclass(frozen=True)
class Due:
    """A reply to be sent now."""

    channel: str
    outgoing: Outgoing
    attempts: int
    """How many times it was refused for now."""

    @property
    def id(self) -> int:
        return self.outgoing.id


def add(
    tx: Transaction,
    to: Addressee,
    replies: Sequence[Reply],
    *,
    pressed: str = "",
    ticket_line: int | None = None,
    lasting: bool = False,
) -> None:
    """Add replies to one chat, in their order.

    pressed: the platform's id of the message whose button was pressed: what a reply that `replaces`
    is put in place of. ticket_line: the line of a ticket that this is, for a human's words.
    lasting: they never expire, as if a human had said them.
    """
    if not replies:
        return
    rows = [
        {
            "channel": to.channel,
            "chat": to.chat,
            "address": tx.seals.outbox.seal(to.address),
            "reply": tx.seals.outbox.seal(reply_to_text(reply)),
            "replaces": tx.seals.outbox.seal(pressed) if reply.replaces and pressed else None,
            "urgent": reply.decision == "urgent",
            "by_staff": lasting or reply.decision == "staff",
            "ticket_line": ticket_line,
            "created_at": tx.now,
            "due_at": tx.now,
        }
        for reply in replies
    ]
    tx.sql.execute(_ADD, rows)


def give_out(
    tx: Transaction,
    channel: str,
    limit: int,
    expired_before: datetime,
    chats: Sequence[bytes] | None = None,
) -> list[Due]:
    """Lease the oldest reply of up to `limit` chats, urgent ones first; with `chats`, of those.

    The bot's own that were made before `expired_before` are set aside instead, and what cannot be
    read is given up, so that nothing waits for it.
    """
    expire(tx, expired_before)
    expired = tx.now - LEASE
    values = {"now": tx.now, "expired": expired, "through": channel, "most": limit}
    if chats is None:
        rows = tx.sql.execute(_GIVE_OUT, values).all()
    else:
        rows = tx.sql.execute(_GIVE_OUT_TO_SOME, {**values, "to_chats": chats}).all()
    rows = only_in_our_hands(tx, outbox, rows, expired)
    due = []
    for row in sorted(rows, key=lambda row: (not row.urgent, row.id)):
        try:
            due.append(_due(tx, row))
        except Unreadable as error:
            structlog.get_logger().error("unreadable", kind="reply")
            _done(tx, row, "refused", type(error).__name__)
    return due


def record(tx: Transaction, outgoing_id: int, outcome: Outcome, again_at: datetime) -> None:
    """Note how a sending went.

    again_at: when to try again what is refused for now without a time of its own, or may have
    arrived. Somebody who came while it was on its way will not come back again: then at once. A
    reply that is done or deleted meanwhile stays so.
    """
    row = tx.sql.execute(_OPEN, {"outgoing": outgoing_id}).first()
    if row is None:
        return
    at_once = row.created_at if row.arrived else None
    match outcome:
        case Sent(platform_id, confirmed):
            _done(tx, row, "delivered" if confirmed else "sent", platform_id=platform_id)
        case Refused(reason):
            _done(tx, row, "refused", reason)
        case Gone(reason):
            leaving.left(tx, row.chat)
            _done(tx, row, "refused", reason)
        case Unknown(reason) if row.unknowns + 1 >= UNKNOWNS:
            _done(tx, row, "unknown", reason)
        case Unknown():
            _again(tx, row, at_once or again_at, unknowns=row.unknowns + 1)
        case Later(_, at):
            _again(tx, row, at_once or at or again_at, attempts=row.attempts + 1)
        case Away():
            _again(tx, row, at_once)
        case _:
            assert_never(outcome)


def arrived(tx: Transaction, chat: bytes) -> None:
    """The person is there: what waited, for that or for another try, is due at once."""
    tx.sql.execute(
        update(outbox)
        .where(outbox.c.chat == chat, outbox.c.done_at.is_(None))
        .values(arrived=true(), due_at=outbox.c.created_at, attempts=0)
    )


def receipt(tx: Transaction, sent_keys: Collection[bytes], arrival: str) -> bool:
    """What a platform says later of a reply that it took: delivered, seen, or refused after all.

    False: no such reply is noted as sent. A person has several devices, and receipts overtake each
    other: what has been seen stays so.
    """
    known = select(outbox.c.id, outbox.c.ticket_line, outbox.c.outcome).where(
        outbox.c.sent_key.in_(sent_keys)
    )
    rows = tx.sql.execute(known).all()
    for row in rows:
        if _SURENESS.get(arrival, 0) > _SURENESS.get(row.outcome, 0):
            tx.sql.execute(update(outbox).where(outbox.c.id == row.id).values(outcome=arrival))
            if row.ticket_line is not None:
                tickets.note_arrival(tx, row.ticket_line, arrival, "")
    return bool(rows)


def expire(tx: Transaction, before: datetime) -> None:
    """Set aside the bot's own replies that are too old to be of use; a human's never are."""
    tx.sql.execute(_EXPIRE, {"before": before, "now": tx.now})


def forget(tx: Transaction, chat: bytes) -> None:
    """Delete what still waits for a chat; what is done names no chat any more."""
    tx.sql.execute(delete(outbox).where(outbox.c.chat == chat))


def free_all(tx: Transaction, channel: str, chat: bytes | None = None) -> None:
    """No lease on a channel's replies, or those to one chat, holds any more: whoever held it is
    gone."""
    leased = (
        outbox.c.done_at.is_(None) & outbox.c.leased_at.is_not(None) & (outbox.c.channel == channel)
    )
    which = leased if chat is None else leased & (outbox.c.chat == chat)
    tx.sql.execute(update(outbox).where(which).values(leased_at=None))


def _again(
    tx: Transaction, row: Row[tuple[Any, ...]], due_at: datetime | None, **values: int
) -> None:
    again = update(outbox).where(outbox.c.id == row.id)
    tx.sql.execute(again.values(due_at=due_at, leased_at=None, **values))


def _done(
    tx: Transaction,
    row: Row[tuple[Any, ...]],
    outcome: str,
    reason: str = "",
    platform_id: str = "",
) -> None:
    values = {
        "outgoing": row.id,
        "done_at": tx.now,
        "outcome": outcome,
        "reason": tx.seals.outbox.seal(reason) if reason else None,
        "sent_key": tx.seals.sent(row.channel, platform_id) if platform_id else None,
    }
    tx.sql.execute(_DONE, values)
    if row.ticket_line is not None:
        tickets.note_arrival(tx, row.ticket_line, outcome, reason)


def _due(tx: Transaction, row: Row[tuple[Any, ...]]) -> Due:
    outgoing = Outgoing(
        id=row.id,
        address=tx.seals.outbox.open(row.address),
        reply=reply_from_text(tx.seals.outbox.open(row.reply)),
        replaces=None if row.replaces is None else tx.seals.outbox.open(row.replaces),
    )
    return Due(row.channel, outgoing, row.attempts)
