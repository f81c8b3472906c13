"""What staff do with many cases in one transaction. One that was closed or deleted meanwhile holds
up no other."""

from collections.abc import Callable, Iterable

from bot.store import audit, casework, closing, tickets
from bot.store.closing import Farewell
from bot.store.errors import NoSuchTicket, TicketIsClosed
from bot.store.transaction import Transaction


def claim(tx: Transaction, ids: Iterable[int], by: str) -> int:
    """Take those that nobody has; returns how many."""

    def take(id_: int) -> bool:
        if tickets.open_row(tx, id_).claimed_by is not None:
            return False
        casework.claim(tx, id_, by)
        audit.note(tx, "claimed", by, ticket=id_)
        return True

    return _each(take, ids)


def close(tx: Transaction, ids: Iterable[int], outcome: str, by: str, farewell: Farewell) -> int:
    """Close those that are not urgent; returns how many. farewell: what their people are told."""

    def put_away(id_: int) -> bool:
        if tickets.open_row(tx, id_).priority == "urgent":
            return False
        closing.close(tx, id_, outcome, by, farewell)
        audit.note(tx, "closed", by, ticket=id_)
        return True

    return _each(put_away, ids)


def _each(deed: Callable[[int], bool], ids: Iterable[int]) -> int:
    # In one order: two transactions that hold each other's next one would wait for ever.
    return sum(_done(deed, id_) for id_ in sorted(set(ids)))


def _done(deed: Callable[[int], bool], id_: int) -> bool:
    try:
        return deed(id_)
    except (NoSuchTicket, TicketIsClosed):
        return False
