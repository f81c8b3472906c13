"""Who writes to us: an address that only we can read, a language, and where the chat stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Row, bindparam, delete, func, select, update

from bot.store import context, inbox, last_closed, outbox, tickets
from bot.store.database import insert
from bot.store.encoding import state_from_text, state_to_text
from bot.store.errors import Unreadable
from bot.store.tables import people
from bot.store.tables import tickets as tickets_table
from bot.store.transaction import Transaction
from handlers.desk import MyData
from handlers.messages import Chat, ClosedCase, ContextLine, Message
from knowledge_base.model import Language

LANGUAGE_OF_MOST: Language = "sq"
"""For who has not chosen one and whose app does not say."""

_FIND = select(people).where(people.c.chat.in_(bindparam("chats", expanding=True)))
_SAVE_UNSEEN = (
    update(people)
    .where(people.c.id == bindparam("person"))
    .values({name: bindparam(name) for name in ("language", "state")})
)
_SAVE = _SAVE_UNSEEN.values(last_message_at=bindparam("last_message_at"))


@dataclass(frozen=True)
class Known:
    """What is known of a chat when a message of it is given out."""

    person_id: int
    chat: Chat
    left: bool = False
    """They had left, and nothing says that they are back."""


def load(tx: Transaction, given: Sequence[inbox.Given]) -> Mapping[bytes, Known]:
    """By chat, what is known of those that wrote these messages; new ones are noted down."""
    if not given:
        return {}
    rows = {row.chat: row for row in _find(tx, [one.chat for one in given])}
    for one in given:
        if one.chat not in rows:
            _add(tx, one)
    if len(rows) < len(given):
        rows = {row.chat: row for row in _find(tx, [one.chat for one in given])}
    person_ids = [row.id for row in rows.values()]
    lines = context.recent(tx, person_ids)
    open_tickets = tickets.open_of_people(tx, person_ids)
    closed_cases = last_closed.of_people(tx, person_ids)
    more = inbox.with_more_waiting(tx, given)
    return {
        one.chat: Known(
            person_id := rows[one.chat].id,
            _chat(
                tx,
                rows[one.chat],
                one.message,
                open_tickets.get(person_id),
                closed_cases.get(person_id),
                lines.get(person_id, ()),
                more_waiting=one.chat in more,
            ),
            left=rows[one.chat].left_at is not None,
        )
        for one in given
    }


def look(tx: Transaction, chat: bytes, message: Message) -> Chat:
    """What is known of a chat, without noting anything down."""
    row = tx.sql.execute(select(people).where(people.c.chat == chat)).first()
    if row is None:
        return Chat(message.language or LANGUAGE_OF_MOST, new=True)
    ticket = tickets.open_of_people(tx, [row.id]).get(row.id)
    closed = last_closed.of_people(tx, [row.id]).get(row.id)
    lines = context.recent(tx, [row.id]).get(row.id, ())
    return _chat(tx, row, message, ticket, closed, lines, more_waiting=False)


def save(tx: Transaction, person_id: int, chat: Chat, *, wrote: bool = True) -> None:
    """Note where the chat stands after a message was handled.

    wrote: False for who only opened the chat, and is as new as before.
    """
    values: dict[str, object] = {
        "person": person_id,
        "language": chat.language,
        "state": tx.seals.people.seal(state_to_text(chat)),
    }
    if wrote:
        values["last_message_at"] = tx.now
    tx.sql.execute(_SAVE if wrote else _SAVE_UNSEEN, values)


def reach(tx: Transaction, person_id: int) -> tuple[outbox.Addressee, Language]:
    """Where a person is reached, and in which language."""
    row = tx.sql.execute(select(people).where(people.c.id == person_id)).one()
    to = outbox.Addressee(row.channel, tx.seals.people.open(row.address), row.chat)
    return to, row.language or LANGUAGE_OF_MOST


def my_data(tx: Transaction, chat: bytes) -> MyData:
    """What is kept about the person of a chat; nothing, for one who is not known."""
    row = tx.sql.execute(
        select(people.c.id, people.c.first_seen_at).where(people.c.chat == chat)
    ).first()
    if row is None:
        return MyData(first_seen=tx.now, messages=0, tickets=0)
    of_person = tickets_table.c.person_id == row.id
    cases = tx.sql.scalar(select(func.count()).select_from(tickets_table).where(of_person))
    return MyData(row.first_seen_at, context.count(tx, row.id), cases or 0)


def expire(tx: Transaction) -> None:
    """What is at hand goes with the lines of the chat: a question is words as well."""
    last_seen = func.coalesce(people.c.last_message_at, people.c.first_seen_at)
    silent = last_seen <= tx.now - context.LASTS
    tx.sql.execute(update(people).where(silent, people.c.state.is_not(None)).values(state=None))


def forget(tx: Transaction, person_id: int) -> None:
    """Delete the person; what belongs to them must be gone already."""
    tx.sql.execute(delete(people).where(people.c.id == person_id))


def _find(tx: Transaction, chats: Sequence[bytes]) -> Sequence[Row[tuple[Any, ...]]]:
    return tx.sql.execute(_FIND, {"chats": chats}).all()


def _add(tx: Transaction, given: inbox.Given) -> None:
    message = given.message
    row = insert(tx.sql.dialect.name, people).values(
        channel=message.channel,
        chat=given.chat,
        address=tx.seals.people.seal(message.address),
        first_seen_at=tx.now,
    )
    # Another process may meet the same person at this moment, at another door.
    tx.sql.execute(row.on_conflict_do_nothing())


def _chat(
    tx: Transaction,
    row: Row[tuple[Any, ...]],
    message: Message,
    ticket: tickets.Open | None,
    closed: ClosedCase | None,
    lines: Sequence[ContextLine],
    *,
    more_waiting: bool,
) -> Chat:
    return Chat(
        language=row.language or message.language or LANGUAGE_OF_MOST,
        new=row.last_message_at is None,
        ticket=ticket.as_handlers_see_it if ticket else None,
        closed=closed,
        to_bot=ticket is not None and ticket.to_bot,
        more_waiting=more_waiting,
        context=lines,
        **_state(tx, row.state),
    )


def _state(tx: Transaction, sealed: bytes | None) -> Mapping[str, Any]:
    """Where the chat stood; one that cannot be read stands where it would after a silent day."""
    if sealed is None:
        return {}
    try:
        return state_from_text(tx.seals.people.open(sealed))
    except Unreadable:
        structlog.get_logger().error("unreadable", kind="state")
        return {}
