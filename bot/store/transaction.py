"""What every operation of the store works with."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.store.encryption import Encryption


@dataclass(frozen=True)
class Transaction:
    """One transaction: all that is done with it happens, or none."""

    sql: Connection
    seals: Encryption
    now: datetime
    """One moment for all of it, in UTC."""
