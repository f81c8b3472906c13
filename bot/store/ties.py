"""Who of the Telegram group is who of staff: tied by a code that works once."""

import secrets
from datetime import timedelta

from sqlalchemy import select, update

from bot.store import accounts, audit
from bot.store.accounts import Member
from bot.store.tables import staff
from bot.store.transaction import Transaction

CODE_LASTS = timedelta(minutes=10)
CODE_LENGTH = 8
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def new_code() -> str:
    """Eight letters and digits, none of which is easily taken for another."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def offer_code(tx: Transaction, staff_id: int, code: str) -> None:
    """From now on this code ties whoever writes it in the group to the account."""
    accounts.offer_link(tx, staff_id, "telegram", code, CODE_LASTS)


def tie(tx: Transaction, code: str, user: str) -> Member | None:
    """Somebody of the group wrote a code. user: their number at Telegram.

    Who was tied to another account is tied to this one instead. None: the code works no more.
    """
    member = accounts.use_link(tx, "telegram", "".join(code.split()).upper())
    if member is None:
        return None
    key = _key(tx, user)
    tx.sql.execute(update(staff).where(staff.c.telegram == key).values(telegram=None))
    accounts.change(tx, member.id, telegram=key)
    audit.note(tx, "tied", member.name)
    return member


def untie(tx: Transaction, staff_id: int) -> None:
    """Nobody of the group is this member any more."""
    accounts.change(tx, staff_id, telegram=None)


def name_of(tx: Transaction, user: str) -> str | None:
    """The name of the account that somebody of the group is tied to."""
    found = select(staff.c.name).where(
        staff.c.telegram == _key(tx, user), staff.c.disabled_at.is_(None)
    )
    sealed = tx.sql.scalar(found)
    return None if sealed is None else tx.seals.staff.open_or("?", sealed)


def _key(tx: Transaction, user: str) -> bytes:
    return tx.seals.of_staff("member of the group", user)
