"""The store in a file: SQLite's engines, and what a file has to be for them."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from bot.store.blame import name_of
from bot.store.database import READERS, Database, Last, nothing_at_last
from bot.store.errors import StoreRefused

PRAGMAS = (
    "journal_mode=WAL",
    # NORMAL would lose what was confirmed when the power fails.
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
)


def prepare_file(url: URL) -> Path:
    """Make the database's folder and file where they are missing, for this user only.

    SQLite gives its WAL the same rights. Raises StoreRefused.
    """
    file = Path(url.database or "")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        # First of all: root could take a device such as /dev/null away from everybody else.
        if not file.is_file():
            raise StoreRefused(f"UDHA_DATABASE_URL: {file} is no file.")
        if file.stat().st_mode & 0o077:
            file.chmod(0o600)
        with file.open("r+b"):
            pass
    except FileExistsError as error:
        raise StoreRefused(f"UDHA_DATABASE_URL: {file.parent} is no folder.") from error
    except OSError as error:
        raise StoreRefused(
            f"UDHA_DATABASE_URL: {file} cannot be written ({error.strerror})."
        ) from error
    return file


def open_sqlite(url: URL, last: Last = nothing_at_last) -> Database:
    """The two engines of a file: one connection that writes, a few that can only read."""
    writer = _engine(url, pool_size=1, max_overflow=0)
    _on_begin(writer, "BEGIN IMMEDIATE")
    reader = _engine(url, ("query_only=ON",), pool_size=READERS, max_overflow=0)
    _on_begin(reader, "BEGIN")
    return Database(writer, reader, last=last)


def sqlite_for_migrations(url: URL) -> Engine:
    """An engine for changing tables.

    Foreign keys are off: altering a table in SQLite means dropping it, which would delete the rows
    that refer to it.
    """
    engine = _engine(url, ("foreign_keys=OFF",), poolclass=NullPool)
    _on_begin(engine, "BEGIN IMMEDIATE")
    return engine


def why_refused(error: DBAPIError) -> str:
    """Why a file cannot be used, in one sentence."""
    if isinstance(error, OperationalError):
        return (
            "The store cannot be opened: another process keeps it busy, or the disk refuses "
            f"({name_of(error)})."
        )
    return "UDHA_DATABASE_URL names a file that is not a database of Udha's."


def _engine(url: URL, pragmas: tuple[str, ...] = (), **options: Any) -> Engine:
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"),
        # Sealed or not: what is kept has no place in an error's message.
        hide_parameters=True,
        **options,
    )

    def set_up(connection: Any, _: Any) -> None:
        # Python's own transactions begin late and leave DDL out; ours begin when we say so.
        connection.isolation_level = None
        for pragma in (*PRAGMAS, *pragmas):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", set_up)
    return engine


def _on_begin(engine: Engine, statement: str) -> None:
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    event.listen(engine, "begin", begin)
