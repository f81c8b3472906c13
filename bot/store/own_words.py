"""What Udha says of its own accord about a case, to somebody who has not just written."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Row, select

from bot.store import context, outbox, people, second_thoughts, tickets
from bot.store.tables import people as people_table
from bot.store.transaction import Transaction
from handlers.messages import Reply
from knowledge_base.model import Language


def say(
    tx: Transaction,
    ticket: Row[tuple[Any, ...]],
    compose: Callable[[Language], Reply | None],
    *,
    lasting: bool = False,
) -> bool:
    """Say something to the person of a ticket. False: it is better not said.

    In an urgent case never: the phone may be in other hands. Neither to somebody who has left, nor
    where the platform takes money for it. lasting: it does not expire.
    """
    if ticket.person_id is None or ticket.priority == "urgent" or _cannot_be_told(tx, ticket):
        return False
    to, language = people.reach(tx, ticket.person_id)
    reply = compose(language)
    if reply is None:
        return False
    line = context.line_of(reply, tx.now)
    context.add(tx, ticket.person_id, (line,))
    tickets.add_line(tx, ticket.id, line, in_passing=True)
    outbox.add(tx, to, (reply,), lasting=lasting)
    return True


def _cannot_be_told(tx: Transaction, ticket: Row[tuple[Any, ...]]) -> bool:
    of_person = people_table.c.id == ticket.person_id
    left = tx.sql.scalar(select(people_table.c.left_at).where(of_person)) is not None
    return left or second_thoughts.costs_now(tx, ticket.channel, ticket.person_id)
