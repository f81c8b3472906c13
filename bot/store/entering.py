"""What happens at the console's door: a wrong password, a right one, a password that is chosen."""

from datetime import timedelta

from sqlalchemy import update

from bot.store import accounts, audit, sessions
from bot.store.accounts import Account, Member
from bot.store.tables import staff
from bot.store.transaction import Transaction

TRIES = 5
"""So many wrong passwords in a row close an account."""
CLOSED_FOR = timedelta(minutes=15)
"""Then nobody gets in for so long, also not with the right password. It ends by itself, so that
whoever knows a name cannot keep its owner out for good; a new link ends it at once."""


def refuse(tx: Transaction, whom: Account | None) -> None:
    """Somebody was not let in; whom: whose name it was.

    Also of a name that nobody has something is written: it takes as long as any other.
    """
    if whom is None:
        audit.note(tx, "failed", "")
        return
    audit.note(tx, "failed", whom.member.name)
    if whom.member.disabled_at is not None or whom.is_closed(tx.now):
        return
    this = staff.c.id == whom.member.id
    counted = update(staff).where(this).values(failures=staff.c.failures + 1)
    failures = tx.sql.scalar(counted.returning(staff.c.failures)) or 0
    if failures >= TRIES:
        accounts.change(tx, whom.member.id, failures=0, locked_until=tx.now + CLOSED_FOR)
        audit.note(tx, "locked", whom.member.name)


def enter(tx: Transaction, checked: Account, token: str, renewed: str | None = None) -> bool:
    """Let somebody in whose password was right a moment ago; token: their cookie.

    renewed: the same password's newer hash. False: meanwhile the account was closed, or its
    password changed.
    """
    now = accounts.account_of(tx, checked.member.id)
    if now is None or now.member.disabled_at is not None or now.is_closed(tx.now):
        return False
    if now.password != checked.password:
        return False
    if renewed is not None:
        accounts.change(tx, now.member.id, password=renewed)
    _begin(tx, now.member, token)
    return True


def choose_password(tx: Transaction, link: str, hashed: str, token: str) -> Member | None:
    """Keep the password chosen by a link, which is used up, and let its owner in.

    Whoever was signed in as them before no longer is. None: the link works no more.
    """
    member = accounts.use_link(tx, "password", link)
    if member is None:
        return None
    accounts.change(tx, member.id, password=hashed)
    sessions.end_all(tx, member.id)
    audit.note(tx, "password_chosen", member.name)
    _begin(tx, member, token)
    return member


def change_password(tx: Transaction, checked: Account, hashed: str, session: int, by: str) -> bool:
    """Somebody changes their own; all their sessions but this one end. False: it was changed
    meanwhile."""
    now = accounts.account_of(tx, checked.member.id)
    if now is None or now.password != checked.password:
        return False
    accounts.change(tx, checked.member.id, password=hashed, failures=0, locked_until=None)
    sessions.end_all(tx, checked.member.id, but=session)
    audit.note(tx, "password_chosen", by)
    return True


def leave(tx: Transaction, staff_id: int, session: int, by: str) -> None:
    """Somebody signs out."""
    sessions.end(tx, staff_id, session)
    audit.note(tx, "signed_out", by)


def _begin(tx: Transaction, member: Member, token: str) -> None:
    sessions.begin(tx, member.id, token)
    audit.note(tx, "signed_in", member.name)
