"""Who of staff may sign in to the console: names, roles, passwords, and links that work once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import Row, delete, select, update
from sqlalchemy.sql.elements import ColumnElement

from bot.store.database import insert
from bot.store.errors import NameTaken
from bot.store.tables import staff, staff_links
from bot.store.transaction import Transaction
from knowledge_base.model import Language

Role = Literal["staff", "editor", "admin"]
"""staff answers cases; editor sees the content's misses as well; admin manages accounts too."""
ROLES: tuple[Role, ...] = get_args(Role)
LinkPurpose = Literal["password", "telegram"]


@dataclass(frozen=True)
class Member:
    """One of staff."""

    id: int
    name: str
    role: Role
    language: Language
    has_password: bool
    in_group: bool
    """A Telegram account is tied to it."""
    created_at: datetime
    signed_in_at: datetime | None
    disabled_at: datetime | None


@dataclass(frozen=True)
class Account:
    """What signing in needs to know."""

    member: Member
    password: str | None
    """The hash; None: none was chosen yet."""
    failures: int
    """Wrong passwords in a row."""
    locked_until: datetime | None

    def is_closed(self, now: datetime) -> bool:
        """Were there so many that no password is looked at now?"""
        return self.locked_until is not None and now < self.locked_until


def add(tx: Transaction, name: str, role: Role, language: Language) -> int:
    """Returns the number of a new account. Raises NameTaken."""
    name = " ".join(name.split())
    row = {
        "key": key_of(tx, name),
        "name": tx.seals.staff.seal(name),
        "role": role,
        "language": language,
        "created_at": tx.now,
    }
    new = insert(tx.sql.dialect.name, staff).values(row).on_conflict_do_nothing()
    number: int | None = tx.sql.scalar(new.returning(staff.c.id))
    if number is None:
        raise NameTaken(name)
    return number


def members(tx: Transaction) -> list[Member]:
    """All, by name."""
    rows = tx.sql.execute(select(staff))
    return sorted((member_of(tx, row) for row in rows), key=lambda one: one.name.casefold())


def member(tx: Transaction, number: int) -> Member | None:
    """One of staff by number."""
    row = tx.sql.execute(select(staff).where(staff.c.id == number)).first()
    return None if row is None else member_of(tx, row)


def account(tx: Transaction, name: str) -> Account | None:
    """Whom a name is for, however it is spelled in capitals and spaces."""
    return _account(tx, staff.c.key == key_of(tx, name))


def account_of(tx: Transaction, number: int) -> Account | None:
    """As `account`, by number."""
    return _account(tx, staff.c.id == number)


def change(tx: Transaction, number: int, **values: object) -> None:
    """Set columns of an account: role, language, password, failures, locked_until, …"""
    tx.sql.execute(update(staff).where(staff.c.id == number).values(values))


def offer_link(
    tx: Transaction, number: int, purpose: LinkPurpose, token: str, lasts: timedelta
) -> None:
    """What `token` opens, once; what was offered for this before opens nothing any more."""
    same = (staff_links.c.staff_id == number) & (staff_links.c.purpose == purpose)
    tx.sql.execute(delete(staff_links).where(same))
    row = {
        "staff_id": number,
        "key": tx.seals.of_staff(purpose, token),
        "purpose": purpose,
        "expires_at": tx.now + lasts,
    }
    tx.sql.execute(insert(tx.sql.dialect.name, staff_links).values(row))


def drop_links(tx: Transaction, number: int) -> None:
    """What was offered to a member opens nothing any more."""
    tx.sql.execute(delete(staff_links).where(staff_links.c.staff_id == number))


def find_link(tx: Transaction, purpose: LinkPurpose, token: str) -> Member | None:
    """Whom a link is for, without using it. None: it was used, has expired, or never was."""
    row = tx.sql.execute(
        select(staff)
        .join(staff_links, staff_links.c.staff_id == staff.c.id)
        .where(
            staff_links.c.key == tx.seals.of_staff(purpose, token),
            staff_links.c.expires_at > tx.now,
            staff.c.disabled_at.is_(None),
        )
    ).first()
    return None if row is None else member_of(tx, row)


def use_link(tx: Transaction, purpose: LinkPurpose, token: str) -> Member | None:
    """As `find_link`, and it works no more."""
    found = find_link(tx, purpose, token)
    key = tx.seals.of_staff(purpose, token)
    gone = tx.sql.execute(delete(staff_links).where(staff_links.c.key == key)).rowcount
    return found if gone else None


def expire(tx: Transaction) -> None:
    """Delete links whose time is over."""
    tx.sql.execute(delete(staff_links).where(staff_links.c.expires_at <= tx.now))


def member_of(tx: Transaction, row: Row[tuple[Any, ...]]) -> Member:
    """The member that a row of `staff` is about."""
    return Member(
        id=row.id,
        name=tx.seals.staff.open_or("?", row.name),
        role=row.role,
        language=row.language,
        has_password=row.password is not None,
        in_group=row.telegram is not None,
        created_at=row.created_at,
        signed_in_at=row.signed_in_at,
        disabled_at=row.disabled_at,
    )


def _account(tx: Transaction, which: ColumnElement[bool]) -> Account | None:
    row = tx.sql.execute(select(staff).where(which)).first()
    if row is None:
        return None
    return Account(member_of(tx, row), row.password, row.failures, row.locked_until)


def key_of(tx: Transaction, name: str) -> bytes:
    """By which a name is found, however it is spelled in capitals and spaces."""
    return tx.seals.of_staff("name", " ".join(name.split()).casefold())
