"""What waits for staff: the views of the queue, how many are in each, and their rows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select, true

from bot.store import answering
from bot.store.cases import UNREADABLE
from bot.store.tables import ticket_lines, tickets
from bot.store.transaction import Transaction
from handlers.messages import TicketPriority, TicketState
from knowledge_base.model import DangerKind, Language

View = Literal["urgent", "waiting", "mine", "unanswered", "waiting_for_person", "closed"]
"""waiting: the next word is ours. unanswered: nobody asked for a person."""
VIEWS: tuple[View, ...] = get_args(View)
WITHOUT_TOPIC = "-"

_OPEN = tickets.c.closed_at.is_(None)
_URGENT = tickets.c.priority == "urgent"
_OURS = tickets.c.state.in_(("waiting_for_staff", "with_staff"))
_SINCE = func.coalesce(tickets.c.requested_at, tickets.c.opened_at)
_OF_VIEW: Mapping[View, ColumnElement[bool]] = {
    "urgent": and_(_OPEN, _URGENT),
    "waiting": and_(_OPEN, _OURS),
    "mine": and_(_OPEN, tickets.c.claimed_by.is_not(None)),
    "unanswered": and_(_OPEN, tickets.c.state == "unanswered"),
    "waiting_for_person": and_(_OPEN, tickets.c.state == "waiting_for_person"),
    "closed": ~_OPEN,
}
_CAME_BACK = and_(
    tickets.c.returned_at.is_not(None),
    _OURS,
    or_(tickets.c.staff_wrote_at.is_(None), tickets.c.staff_wrote_at < tickets.c.returned_at),
)
_OLDEST_PROMISE_FIRST: tuple[ColumnElement[Any], ...] = (
    case((_URGENT, 0), else_=1),
    case((_CAME_BACK, 0), else_=1),
    func.coalesce(tickets.c.promised_at, _SINCE),
    tickets.c.id,
)
_NEWEST_FIRST: tuple[ColumnElement[Any], ...] = (tickets.c.closed_at.desc(), tickets.c.id.desc())
_COUNTS = select(tickets.c.state, tickets.c.priority, func.count().label("number")).group_by(
    tickets.c.state, tickets.c.priority
)


@dataclass(frozen=True)
class Counts:
    """How many cases there are of each kind."""

    of_view: Mapping[View, int]
    """Of every view but mine."""
    needing_us: int
    """Urgent or waiting, each counted once."""
    claimed: Mapping[str, int] = field(default_factory=dict)
    """Name of a member → how many open cases are theirs."""

    def of(self, view: View, name: str) -> int:
        """How many one member sees in a view."""
        return self.claimed.get(name, 0) if view == "mine" else self.of_view[view]


@dataclass(frozen=True)
class Filters:
    """Which cases of a view; empty: all."""

    topic: str = ""
    """The id of a topic, or WITHOUT_TOPIC."""
    channel: str = ""
    language: str = ""
    unclaimed: bool = False
    not_before: datetime | None = None
    """Asked, or closed, at this moment or later."""
    before: datetime | None = None


@dataclass(frozen=True)
class QueueRow:
    """A case as one line."""

    id: int
    person: int | None
    channel: str
    language: Language
    state: TicketState
    priority: TicketPriority
    danger: DangerKind | None
    question: str
    """As it was asked, at any length; empty: nothing was, or it was deleted."""
    topic: str
    since: datetime
    """When a person was asked for, or else when it was opened."""
    changed_at: datetime
    closed_at: datetime | None
    outcome: str
    claimed_by: str
    late: bool
    """A promise has passed without a human's word."""
    came_back: bool
    """It was closed, and the person said that it is not over."""
    arrival: str
    """How staff's last words fared; empty: there are none."""
    answering: tuple[str, ...]
    """Who of staff is writing in it now."""


@dataclass(frozen=True)
class Page:
    """Some rows of a view, and how many there are in all."""

    rows: Sequence[QueueRow]
    total: int


def counts(tx: Transaction) -> Counts:
    """How many there are, without whose they are."""
    number: Counter[tuple[str, bool]] = Counter()
    for row in tx.sql.execute(_COUNTS):
        number[row.state, row.priority == "urgent"] += row.number
    closed = number.pop(("closed", True), 0) + number.pop(("closed", False), 0)
    of_state: Counter[str] = Counter()
    for (state, _), found in number.items():
        of_state[state] += found
    urgent = sum(found for (_, is_urgent), found in number.items() if is_urgent)
    waiting = of_state["waiting_for_staff"] + of_state["with_staff"]
    urgent_elsewhere = number["unanswered", True] + number["waiting_for_person", True]
    of_view: dict[View, int] = {
        "urgent": urgent,
        "waiting": waiting,
        "unanswered": of_state["unanswered"],
        "waiting_for_person": of_state["waiting_for_person"],
        "closed": closed,
    }
    return Counts(of_view, waiting + urgent_elsewhere)


def claimed(tx: Transaction) -> Mapping[str, int]:
    """Name of a member → how many open cases are theirs."""
    theirs = select(tickets.c.claimed_by).where(_OF_VIEW["mine"])
    return Counter(_name(tx, sealed) for sealed in tx.sql.scalars(theirs))


def page(
    tx: Transaction, view: View, filters: Filters, name: str, limit: int, offset: int = 0
) -> Page:
    """Rows of a view in its order. name: of the member whose cases are "mine"."""
    which = and_(_OF_VIEW[view], _matching(view, filters))
    order = _NEWEST_FIRST if view == "closed" else _OLDEST_PROMISE_FIRST
    if view == "mine":
        # A name is sealed: the database cannot look for it.
        claims = select(tickets.c.id, tickets.c.claimed_by).where(which).order_by(*order)
        mine = [row.id for row in tx.sql.execute(claims) if _name(tx, row.claimed_by) == name]
        return Page(rows(tx, mine[offset : offset + limit]), len(mine))
    ids = select(tickets.c.id).where(which).order_by(*order).limit(limit).offset(offset)
    total = tx.sql.scalar(select(func.count()).select_from(tickets).where(which)) or 0
    return Page(rows(tx, tx.sql.scalars(ids).all()), total)


def matching(tx: Transaction, filters: Filters) -> frozenset[int]:
    """The numbers of all cases, closed ones too, that filters let through."""
    return frozenset(tx.sql.scalars(select(tickets.c.id).where(_matching("waiting", filters))))


def rows(tx: Transaction, ids: Sequence[int]) -> tuple[QueueRow, ...]:
    """The rows of these cases, in the order given; those that are gone are left out."""
    found = {
        row.id: row
        for row in tx.sql.execute(
            select(tickets, _CAME_BACK.label("came_back")).where(tickets.c.id.in_(ids))
        )
    }
    arrivals = {row.ticket_id: row.arrival or "" for row in tx.sql.execute(_last_words(ids))}
    writing = answering.now(tx)
    return tuple(
        _row(tx, found[id_], arrivals.get(id_, ""), [name for _, name in writing.get(id_, ())])
        for id_ in ids
        if id_ in found
    )


def _matching(view: View, filters: Filters) -> ColumnElement[bool]:
    moment = tickets.c.closed_at if view == "closed" else _SINCE
    conditions: list[ColumnElement[bool]] = [true()]
    if filters.topic == WITHOUT_TOPIC:
        conditions.append(tickets.c.topic.is_(None))
    elif filters.topic:
        conditions.append(tickets.c.topic == filters.topic)
    if filters.channel:
        conditions.append(tickets.c.channel == filters.channel)
    if filters.language:
        conditions.append(tickets.c.language == filters.language)
    if filters.unclaimed:
        conditions.append(tickets.c.claimed_by.is_(None))
    if filters.not_before is not None:
        conditions.append(moment >= filters.not_before)
    if filters.before is not None:
        conditions.append(moment < filters.before)
    return and_(*conditions)


def _last_words(ids: Sequence[int]) -> Select[Any]:
    newest = (
        select(func.max(ticket_lines.c.id))
        .where(ticket_lines.c.ticket_id.in_(ids), ticket_lines.c.author == "staff")
        .group_by(ticket_lines.c.ticket_id)
    )
    return select(ticket_lines.c.ticket_id, ticket_lines.c.arrival).where(
        ticket_lines.c.id.in_(newest)
    )


def _row(
    tx: Transaction, row: Row[tuple[Any, ...]], arrival: str, writing: Sequence[str]
) -> QueueRow:
    return QueueRow(
        id=row.id,
        person=row.person_id,
        channel=row.channel,
        language=row.language,
        state=row.state,
        priority=row.priority,
        danger=row.danger,
        question=_opened(tx, row.question),
        topic=row.topic or "",
        since=row.requested_at or row.opened_at,
        changed_at=row.changed_at,
        closed_at=row.closed_at,
        outcome=_opened(tx, row.outcome),
        claimed_by=_opened(tx, row.claimed_by),
        late=_is_late(tx, row),
        came_back=bool(row.came_back),
        arrival=arrival,
        answering=tuple(writing),
    )


def _is_late(tx: Transaction, row: Row[tuple[Any, ...]]) -> bool:
    return (
        row.closed_at is None
        and row.promised_at is not None
        and row.promised_at <= tx.now
        and row.first_response_at is None
    )


def _opened(tx: Transaction, sealed: bytes | None) -> str:
    return "" if sealed is None else tx.seals.tickets.open_or(UNREADABLE, sealed)


def _name(tx: Transaction, sealed: bytes) -> str:
    return tx.seals.tickets.open_or("", sealed)
