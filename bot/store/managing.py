"""What is done to the accounts of others, by an admin or at the machine itself; each step noted."""

from datetime import timedelta

from sqlalchemy import select

from bot.store import accounts, audit, sessions, ties
from bot.store.accounts import Member, Role
from bot.store.errors import LastAdmin, NoSuchMember
from bot.store.tables import staff
from bot.store.transaction import Transaction
from knowledge_base.model import Language

LINK_LASTS = timedelta(hours=24)
"""For so long a link to choose a password works."""
LONGEST_NAME = 60


def is_name(name: str) -> bool:
    """Can somebody be called that?"""
    return 0 < len(name) <= LONGEST_NAME and name.isprintable() and not name.isspace()


def add(tx: Transaction, name: str, role: Role, language: Language, *, link: str, by: str) -> int:
    """Make an account, and a link by which its owner chooses a password; returns its number.
    Raises NameTaken."""
    number = accounts.add(tx, name, role, language)
    audit.note(tx, "account_added", by, detail=name)
    accounts.offer_link(tx, number, "password", link, LINK_LASTS)
    return number


def offer_link(tx: Transaction, number: int, link: str, by: str) -> None:
    """A new link for who has none or forgot the password, which works until another is chosen.

    The account is open again if wrong passwords had closed it. Raises NoSuchMember.
    """
    member = _member(tx, number)
    accounts.offer_link(tx, number, "password", link, LINK_LASTS)
    accounts.change(tx, number, failures=0, locked_until=None)
    audit.note(tx, "link_made", by, detail=member.name)


def set_role(tx: Transaction, number: int, role: Role, by: str) -> None:
    """Raises NoSuchMember, LastAdmin."""
    member = _member(tx, number)
    if member.role == role:
        return
    _not_the_last(tx, member)
    accounts.change(tx, number, role=role)
    audit.note(tx, "role_changed", by, detail=f"{member.name}: {member.role} → {role}")


def disable(tx: Transaction, number: int, by: str) -> None:
    """Nobody is this member any more, here or in the group, from now on. Raises NoSuchMember,
    LastAdmin."""
    member = _member(tx, number)
    if member.disabled_at is not None:
        return
    _not_the_last(tx, member)
    accounts.change(tx, number, disabled_at=tx.now)
    accounts.drop_links(tx, number)
    ties.untie(tx, number)
    sessions.end_all(tx, number)
    audit.note(tx, "disabled", by, detail=member.name)


def enable(tx: Transaction, number: int, by: str) -> None:
    """The account works again, with the password that it had. Raises NoSuchMember."""
    member = _member(tx, number)
    if member.disabled_at is None:
        return
    accounts.change(tx, number, disabled_at=None, failures=0, locked_until=None)
    audit.note(tx, "enabled", by, detail=member.name)


def end_sessions(tx: Transaction, number: int, by: str) -> None:
    """Sign a member out everywhere. Raises NoSuchMember."""
    member = _member(tx, number)
    sessions.end_all(tx, number)
    audit.note(tx, "sessions_ended", by, detail=member.name)


def _member(tx: Transaction, number: int) -> Member:
    member = accounts.member(tx, number)
    if member is None:
        raise NoSuchMember
    return member


def _not_the_last(tx: Transaction, member: Member) -> None:
    """Somebody must be left who can sign in and look after the accounts."""
    able = (staff.c.role == "admin") & staff.c.disabled_at.is_(None) & staff.c.password.is_not(None)
    # Locked: two admins who disable each other at the same moment would leave nobody.
    found = tx.sql.scalars(select(staff.c.id).where(able).order_by(staff.c.id).with_for_update())
    if list(found) == [member.id]:
        raise LastAdmin
