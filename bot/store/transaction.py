"""What every operation of the store works with, and what those of one commit do in common."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

from bot.store.encryption import Encryption

T = TypeVar("T")


@dataclass(frozen=True)
class Transaction:
    """One transaction: all that is done with it happens, or none."""

    sql: Connection
    seals: Encryption
    now: datetime
    """One moment for all of it, in UTC."""
    counted: Counter[tuple[date, str, str]] = field(default_factory=Counter)
    """How many of which (day, what, detail) it adds to the counts: they are written last."""


@dataclass(frozen=True)
class Done(Generic[T]):
    """What an operation leaves to the end of its commit, beside its result."""

    result: T
    counted: Counter[tuple[date, str, str]]
    news: bool
    """Should other processes look?"""


def done(tx: Transaction, operation: Callable[[Transaction], T], *, news: bool) -> Done[T]:
    """Run an operation."""
    return Done(operation(tx), tx.counted, news)


def all_counted(results: Sequence[Any]) -> Counter[tuple[date, str, str]]:
    """What the operations of one commit have counted together."""
    return sum((one.counted for one in results if isinstance(one, Done)), Counter())


def any_news(results: Sequence[Any]) -> bool:
    """Has one of them changed what other processes wait for?"""
    return any(isinstance(one, Done) and one.news for one in results)
