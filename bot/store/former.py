"""After a change of the secret: the keys of hashes that cannot be made again, for some days.

A platform may bring an update again, or a receipt, from before the change. Without the former keys
it would not be recognised: answered twice, or never seen as delivered.
"""

import base64
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from bot.store.encryption import Encryption, Former
from bot.store.errors import Unreadable
from bot.store.tables import meta
from bot.store.transaction import Transaction

NAME = "former"
"""Under which `meta` holds them: until when, and sealed for the secret of now."""
LASTS = timedelta(days=8)
"""Longer than any row of inbox or outbox."""


def written(before: Encryption, after: Encryption, now: datetime) -> str:
    """What is noted when a secret is changed."""
    keys = before.hash_keys
    sealed = base64.b64encode(after.tickets.seal_bytes(keys.updates + keys.sent)).decode()
    return f"{(now + LASTS).isoformat()} {sealed}"


def remember(tx: Transaction) -> None:
    """Let the encryption know the former keys, if there are any that still count."""
    value = tx.sql.scalar(select(meta.c.value).where(meta.c.name == NAME))
    if value is None or _until(value) <= tx.now:
        return
    try:
        keys = tx.seals.tickets.open_bytes(base64.b64decode(value.split(" ")[1]))
    except (ValueError, IndexError) as error:
        raise Unreadable from error
    tx.seals.former = Former(keys[:32], keys[32:])


def expire(tx: Transaction) -> None:
    """Delete them once they are of no use."""
    value = tx.sql.scalar(select(meta.c.value).where(meta.c.name == NAME))
    if value is not None and _until(value) <= tx.now:
        tx.sql.execute(delete(meta).where(meta.c.name == NAME))
        tx.seals.former = None


def _until(value: str) -> datetime:
    return datetime.fromisoformat(value.split(" ")[0])
