"""Another secret: all that is sealed is sealed anew, and found by new hashes.

One transaction: whoever is interrupted finds the store as it was. What nobody can make again are
hashes of what is not kept. Those of updates and of sent messages are needed for some days only; the
keys that they were made with go on beside the new ones for so long (`former`). The others are let
go: who is signed in signs in again, links work no more, ties to Telegram accounts are made again.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Row,
    Table,
    Update,
    bindparam,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError

from bot.store import accounts, former, postgresql, sqlite, tables
from bot.store.database import insert
from bot.store.encoding import message_from_text
from bot.store.encryption import Cipher, Encryption
from bot.store.errors import StoreRefused, Unreadable
from bot.store.opening import open_database
from bot.store.transaction import Transaction
from bot.store.urls import parse_url

SEALED: Mapping[str, Mapping[str, str]] = {
    "inbox": {"message": "inbox"},
    "outbox": dict.fromkeys(("address", "reply", "replaces", "reason"), "outbox"),
    "people": dict.fromkeys(("address", "state"), "people"),
    "context": dict.fromkeys(("text", "buttons"), "context"),
    "tickets": dict.fromkeys(("question", "outcome", "claimed_by"), "tickets"),
    "ticket_lines": dict.fromkeys(("staff", "text", "buttons", "reason"), "tickets"),
    "ticket_events": dict.fromkeys(("staff", "detail"), "tickets"),
    "group_notices": dict.fromkeys(("staff", "detail"), "tickets"),
    "files": dict.fromkeys(("name", "body"), "tickets"),
    "referrals": dict.fromkeys(("staff", "consent", "passed"), "tickets"),
    "staff": {"name": "staff"},
    "audit": dict.fromkeys(("staff", "detail"), "staff"),
}
"""Table → column → the cipher it is sealed with. A test holds it to the tables."""
HASHED: Mapping[str, tuple[str, ...]] = {
    "inbox": ("chat", "update_key"),
    "outbox": ("chat", "sent_key"),
    "people": ("chat",),
    "staff": ("key", "telegram"),
    "audit": ("staff_key",),
    "staff_links": ("key",),
    "staff_sessions": ("key",),
}
"""Table → the columns of keyed hashes."""
AT_ONCE = 500
"""Rows that are read and written together."""
LARGE_AT_ONCE: Mapping[str, int] = {"files": 4}
"""The same for tables whose rows may have ten million bytes each."""

Moved = Callable[[int, int], None]
"""Told how many rows of how many are done."""


@dataclass(frozen=True)
class Rotated:
    """What a rotation did."""

    rows: int
    unreadable: int
    """Texts that could not be read with the old secret either: they stay as they are."""
    already: bool = False
    """The store had the new secret before: an earlier run was interrupted after its commit."""


def rotate(url: str, old: str, new: str, now: datetime, moved: Moved) -> Rotated:
    """Seal the whole store for another secret, all of it or nothing.

    url: as for Store.open; old, new: the secrets. Nobody else may use the store meanwhile. Raises
    StoreRefused: it is another secret's, cannot be opened, or is in use.
    """
    if _is_made_with(url, new):
        return Rotated(0, 0, already=True)
    before, after = Encryption(old), Encryption(new)
    open_database(url, before.fingerprint).dispose()
    engine, why = _engine(url)
    try:
        with engine.begin() as sql:
            _claim(sql)
            rotated = _Rotating(Transaction(sql, after, now), before, moved).run()
            _note_secret(sql, before, after, now)
    except DBAPIError as error:
        raise StoreRefused(why(error)) from error
    finally:
        engine.dispose()
    return rotated


class _Rotating:
    """One rotation."""

    def __init__(self, tx: Transaction, before: Encryption, moved: Moved) -> None:
        """tx: with the new secret. before: the old one's."""
        self._tx = tx
        self._sql = tx.sql
        self._before = before
        self._after = tx.seals
        self._moved = moved
        self._done = 0
        self._unreadable = 0

    def run(self) -> Rotated:
        for table in (tables.staff_links, tables.staff_sessions):
            self._sql.execute(delete(table))
        found = [tables.metadata.tables[name] for name in SEALED]
        whole = sum(self._sql.scalar(select(func.count()).select_from(one)) or 0 for one in found)
        for table in found:
            for rows in _pages(self._sql, table):
                self._sql.execute(_update_of(table), [self._anew(table, row) for row in rows])
                self._done += len(rows)
                self._moved(self._done, whole)
        return Rotated(self._done, self._unreadable)

    def _anew(self, table: Table, row: Row[Any]) -> dict[str, Any]:
        values = {
            name: self._sealed_anew(getattr(row, name), cipher)
            for name, cipher in SEALED[table.name].items()
        }
        new = {**values, **self._hashes(table, row)}
        return {"row": row.id, **{f"new_{name}": value for name, value in new.items()}}

    def _sealed_anew(self, sealed: bytes | None, cipher: str) -> bytes | None:
        if sealed is None:
            return None
        try:
            body = _cipher(self._before, cipher).open_bytes(sealed)
        except Unreadable:
            self._unreadable += 1
            return sealed
        return _cipher(self._after, cipher).seal_bytes(body)

    def _hashes(self, table: Table, row: Row[Any]) -> dict[str, Any]:
        """The new hashes of a row; the old ones where what they are of is not kept or readable."""
        try:
            match table.name:
                case "inbox":
                    return self._of_message(row)
                case "outbox" | "people":
                    return self._of_address(table.name, row)
                case "staff":
                    return {"key": self._of_name(row.name), "telegram": None}
                case "audit" if row.staff is not None:
                    return {"staff_key": self._of_name(row.staff)}
        except Unreadable:
            self._unreadable += 1
        return {name: getattr(row, name) for name in HASHED.get(table.name, ())}

    def _of_name(self, sealed: bytes) -> bytes:
        return accounts.key_of(self._tx, self._before.staff.open(sealed))

    def _of_message(self, row: Row[Any]) -> dict[str, Any]:
        if row.message is None:
            return {"chat": row.chat, "update_key": row.update_key}
        message = message_from_text(self._before.inbox.open(row.message))
        return {
            "chat": self._after.chat(message.channel, message.address),
            "update_key": self._after.update(message.channel, message.update_key),
        }

    def _of_address(self, table: str, row: Row[Any]) -> dict[str, Any]:
        kept = {"sent_key": row.sent_key} if table == "outbox" else {}
        if row.address is None:
            return {"chat": row.chat, **kept}
        address = _cipher(self._before, table).open(row.address)
        return {"chat": self._after.chat(row.channel, address), **kept}


def _cipher(encryption: Encryption, name: str) -> Cipher:
    cipher: Cipher = getattr(encryption, name)
    return cipher


def _pages(sql: Connection, table: Table) -> Iterator[list[Row[Any]]]:
    last = 0
    while True:
        after = select(table).where(table.c.id > last).order_by(table.c.id)
        rows = list(sql.execute(after.limit(LARGE_AT_ONCE.get(table.name, AT_ONCE))))
        if not rows:
            return
        yield rows
        last = rows[-1].id


def _update_of(table: Table) -> Update:
    names = [*SEALED[table.name], *HASHED.get(table.name, ())]
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    return update(table).where(table.c.id == bindparam("row")).values(values)


def _engine(url: str) -> tuple[Engine, Callable[[DBAPIError], str]]:
    parsed = parse_url(url)
    if parsed.drivername == "postgresql":
        return postgresql.postgresql_for_migrations(parsed), postgresql.why_refused
    return sqlite.sqlite_for_migrations(parsed), sqlite.why_refused


def _is_made_with(url: str, secret: str) -> bool:
    engine, why = _engine(url)
    try:
        with engine.connect() as sql:
            made_with = sql.scalar(
                select(tables.meta.c.value).where(tables.meta.c.name == "secret")
            )
    except DBAPIError as error:
        raise StoreRefused(why(error)) from error
    finally:
        engine.dispose()
    return bool(made_with == Encryption(secret).fingerprint)


def _claim(sql: Connection) -> None:
    """On a server others may be connected: they would go on writing with the old secret."""
    if sql.dialect.name != "postgresql":
        return
    others = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    if sql.scalar(others):
        raise StoreRefused("Other programs are connected to the database: stop them first.")


def _note_secret(sql: Connection, before: Encryption, after: Encryption, now: datetime) -> None:
    sql.execute(
        update(tables.meta).where(tables.meta.c.name == "secret").values(value=after.fingerprint)
    )
    row = insert(sql.dialect.name, tables.meta).values(
        name=former.NAME, value=former.written(before, after, now)
    )
    sql.execute(
        row.on_conflict_do_update(
            index_elements=[tables.meta.c.name], set_={"value": row.excluded.value}
        )
    )
