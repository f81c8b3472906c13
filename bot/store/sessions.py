"""Which browsers are signed in to the console, and for how long."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.sql.elements import ColumnElement

from bot.store.accounts import Member, member_of
from bot.store.database import insert
from bot.store.tables import staff, staff_sessions
from bot.store.transaction import Transaction

IDLE = timedelta(hours=2)
"""A session of which nobody has asked for anything for so long ends. What a page that was left open
asks for by itself does not count."""
ABSOLUTE = timedelta(hours=12)
"""However busy, nobody stays signed in for longer: a working day."""
SEEN_EVERY = timedelta(minutes=1)
"""A request within a minute of the last one is not noted: reading a page should write nothing."""


@dataclass(frozen=True)
class Session:
    """A signed-in browser."""

    id: int
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True)
class SignedIn:
    """Who a cookie stands for."""

    member: Member
    session: Session

    def to_be_noted(self, now: datetime) -> bool:
        """Is it time to note that it was seen?"""
        return now - self.session.seen_at >= SEEN_EVERY


def begin(tx: Transaction, staff_id: int, token: str) -> None:
    """A member has signed in; `token` is their cookie."""
    row = {
        "staff_id": staff_id,
        "key": _key(tx, token),
        "created_at": tx.now,
        "seen_at": tx.now,
    }
    tx.sql.execute(insert(tx.sql.dialect.name, staff_sessions).values(row))
    tx.sql.execute(
        update(staff)
        .where(staff.c.id == staff_id)
        .values(signed_in_at=tx.now, failures=0, locked_until=None)
    )


def find(tx: Transaction, token: str) -> SignedIn | None:
    """Who is signed in with this cookie. None: nobody, or no longer."""
    row = tx.sql.execute(
        select(
            staff,
            staff_sessions.c.id.label("session_id"),
            staff_sessions.c.created_at.label("session_created_at"),
            staff_sessions.c.seen_at,
        )
        .join(staff_sessions, staff_sessions.c.staff_id == staff.c.id)
        .where(staff_sessions.c.key == _key(tx, token), _open(tx), staff.c.disabled_at.is_(None))
    ).first()
    if row is None:
        return None
    session = Session(row.session_id, row.session_created_at, row.seen_at)
    return SignedIn(member_of(tx, row), session)


def is_open(tx: Transaction, session_id: int) -> bool:
    """Is it so still that somebody is signed in with this session?"""
    found = (
        select(staff_sessions.c.id)
        .join(staff, staff_sessions.c.staff_id == staff.c.id)
        .where(staff_sessions.c.id == session_id, _open(tx), staff.c.disabled_at.is_(None))
    )
    return tx.sql.scalar(found) is not None


def seen(tx: Transaction, session_id: int) -> None:
    """The session was used just now."""
    this = staff_sessions.c.id == session_id
    tx.sql.execute(update(staff_sessions).where(this).values(seen_at=tx.now))


def of_member(tx: Transaction, staff_id: int) -> list[Session]:
    """Where somebody is signed in, the newest first."""
    theirs = select(staff_sessions).where(staff_sessions.c.staff_id == staff_id, _open(tx))
    rows = tx.sql.execute(theirs.order_by(staff_sessions.c.id.desc()))
    return [Session(row.id, row.created_at, row.seen_at) for row in rows]


def end(tx: Transaction, staff_id: int, session_id: int) -> None:
    """End one session of somebody's."""
    which = (staff_sessions.c.id == session_id) & (staff_sessions.c.staff_id == staff_id)
    tx.sql.execute(delete(staff_sessions).where(which))


def end_of(tx: Transaction, token: str) -> None:
    """End the session that a cookie stands for, if there is one."""
    tx.sql.execute(delete(staff_sessions).where(staff_sessions.c.key == _key(tx, token)))


def end_all(tx: Transaction, staff_id: int, but: int | None = None) -> None:
    """End all sessions of somebody; but: except this one."""
    which = staff_sessions.c.staff_id == staff_id
    if but is not None:
        which &= staff_sessions.c.id != but
    tx.sql.execute(delete(staff_sessions).where(which))


def expire(tx: Transaction) -> None:
    """Delete sessions that have ended by themselves."""
    old = (staff_sessions.c.seen_at <= tx.now - IDLE) | (
        staff_sessions.c.created_at <= tx.now - ABSOLUTE
    )
    tx.sql.execute(delete(staff_sessions).where(old))


def _open(tx: Transaction) -> ColumnElement[bool]:
    """The sessions whose time is not over."""
    return (staff_sessions.c.seen_at > tx.now - IDLE) & (
        staff_sessions.c.created_at > tx.now - ABSOLUTE
    )


def _key(tx: Transaction, token: str) -> bytes:
    return tx.seals.of_staff("session", token)
