"""Engines and transactions: all SQL runs here, in threads beside the event loop.

Writes are grouped. While one commit waits for the disk, the operations that arrive meanwhile form
the next group: each runs in its own SAVEPOINT within one transaction, so that a failing one is
rolled back alone, and one commit makes all of them durable. A caller hears of its success only
after that commit.

Operations are plain functions of a Connection. An asynchronous driver for SQLite changes threads
four times for each statement; one change for a whole group is eight times as fast (docs/store.md).
"""

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DBAPIError,
    InterfaceError,
    OperationalError,
)
from sqlalchemy.pool import NullPool

from bot.store.errors import StoreAway, StoreRefused

T = TypeVar("T")
Operation = Callable[[Connection], T]
"""What happens within one transaction. It may be rolled back, so it touches nothing else."""

LARGEST_GROUP = 200
"""Operations in one commit: more would keep the first of them waiting too long."""
READERS = 4
PATIENCE = "5"
"""Seconds that a write waits for another process to finish its own."""
_SECONDS = re.compile(r"\d{1,4}(\.\d{1,3})?", re.ASCII)


@dataclass(frozen=True)
class _Waiting:
    """An operation on its way into a group."""

    operation: Operation[Any]
    done: asyncio.Future[Any]


@dataclass(frozen=True)
class _Failure:
    """What an operation raised; kept until the rest of its group is committed."""

    error: Exception


class Database:
    """One database: a single writer, and readers beside it that it never blocks."""

    def __init__(self, writer: Engine, reader: Engine, *, has_one_worker: bool) -> None:
        """has_one_worker: no two processes handle messages on it at the same time."""
        self.has_one_worker = has_one_worker
        self._writer = writer
        self._reader = reader
        self._writing = ThreadPoolExecutor(1, "store-writer")
        self._reading = ThreadPoolExecutor(READERS, "store-reader")
        self._waiting: deque[_Waiting] = deque()
        self._pump: asyncio.Task[None] | None = None
        self._in_doubt = False
        """A write has failed, and none has proved since that writing works again."""
        self._closed = False

    async def write(self, operation: Operation[T]) -> T:
        """Run an operation; returns its result once it is durable.

        Raises what the operation raised, or StoreAway; then nothing of it was kept.
        """
        if self._closed:
            raise StoreAway("Closed")
        waiting = _Waiting(operation, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._write_all_that_waits())
        result: T = await waiting.done
        return result

    async def read(self, operation: Operation[T]) -> T:
        """Run an operation that changes nothing, on one state of the database."""
        if self._closed:
            raise StoreAway("Closed")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._reading, self._read, operation)

    @asynccontextmanager
    async def alone(self, what: str) -> AsyncIterator[Callable[[], Awaitable[None]]]:
        """Wait until no other process does `what`; see Store.alone."""
        # On a file one process works at a time: who works at all is alone with everything.
        yield self._nothing_to_check

    async def _nothing_to_check(self) -> None:
        return

    async def check(self, proof: Operation[None]) -> None:
        """Return if the database answers; after a write that failed, only if it takes `proof`.

        On a full disk reading goes on, and so does every write that changes nothing. Raises
        StoreAway.
        """
        if self._in_doubt:
            await self.write(proof)
            self._in_doubt = False
        else:
            await self.read(lambda tx: tx.exec_driver_sql("SELECT 1").first())

    async def close(self) -> None:
        """Finish what waits, then let go of the database."""
        self._closed = True
        if self._pump is not None:
            await self._pump
        await asyncio.to_thread(self._shut)

    async def _write_all_that_waits(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            size = min(len(self._waiting), LARGEST_GROUP)
            group = [self._waiting.popleft() for _ in range(size)]
            operations = [waiting.operation for waiting in group]
            results = await loop.run_in_executor(self._writing, self._commit, operations)
            if _is_away(results[0]):
                self._in_doubt = True
                # Each further group would wait as long, in vain; whoever wants to tries again.
                group += self._waiting
                results += [results[0]] * len(self._waiting)
                self._waiting.clear()
            for waiting, result in zip(group, results, strict=True):
                _tell(waiting.done, result)

    def _commit(self, operations: list[Operation[Any]]) -> list[Any]:
        """Run a group in one transaction. A result for each: its value, or its _Failure."""
        try:
            with self._writer.begin() as tx:
                if len(operations) == 1:
                    return [operations[0](tx)]
                return [_apart(tx, operation) for operation in operations]
        except Exception as error:  # noqa: BLE001 - every caller of the group is told
            return [_Failure(_as_ours(error))] * len(operations)

    def _read(self, operation: Operation[T]) -> T:
        try:
            with self._reader.begin() as tx:
                return operation(tx)
        except DBAPIError as error:
            raise _as_ours(error) from error

    def _shut(self) -> None:
        self._writing.shutdown()
        self._reading.shutdown()
        self._reader.dispose()
        self._writer.dispose()


def _apart(tx: Connection, operation: Operation[Any]) -> Any:
    """Run one operation so that its failure undoes nothing of its neighbours'."""
    savepoint = tx.begin_nested()
    try:
        value = operation(tx)
    except Exception as error:
        if isinstance(_as_ours(error), StoreAway):
            # The database itself fails: with it fails the whole group.
            raise
        savepoint.rollback()
        return _Failure(error)
    savepoint.commit()
    return value


def _tell(done: asyncio.Future[Any], result: Any) -> None:
    if done.done():
        return  # Whoever asked has been cancelled meanwhile.
    if isinstance(result, _Failure):
        done.set_exception(result.error)
    else:
        done.set_result(result)


def _is_away(result: Any) -> bool:
    """Did a group fail because the database did? If one of it did so, all of it."""
    return isinstance(result, _Failure) and isinstance(result.error, StoreAway)


def _as_ours(error: Exception) -> Exception:
    """StoreAway, if the database is to blame and not the statement."""
    # A file that is damaged is reported as a DatabaseError itself; its other subclasses are about
    # what a statement says.
    if (
        not isinstance(error, (OperationalError, InterfaceError))
        and type(error) is not DatabaseError
    ):
        return error
    name = name_of(error)
    return error if name == "SQLITE_ERROR" else StoreAway(name)


def name_of(error: DBAPIError) -> str:
    """What happened in the database, such as SQLITE_BUSY."""
    return str(getattr(error.orig, "sqlite_errorname", type(error.orig).__name__))


def insert(dialect: str, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """An INSERT that knows ON CONFLICT, which both engines have and SQL has not.

    dialect: the name of a Connection's dialect.
    """
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def parse_url(url: str) -> URL:
    """The URL of a database that Udha can use. Raises StoreRefused."""
    try:
        found = make_url(url)
    except ArgumentError as error:
        raise StoreRefused(
            "UDHA_DATABASE_URL is no URL of a database: write sqlite:///path or postgresql://…"
        ) from error
    if found.drivername == "postgresql":
        raise StoreRefused(
            "UDHA_DATABASE_URL: PostgreSQL comes with the next version; write sqlite:///path."
        )
    if found.drivername != "sqlite":
        raise StoreRefused(
            f"UDHA_DATABASE_URL must begin with sqlite:/// or postgresql://, "
            f"not with {found.drivername}."
        )
    if not found.database or found.database == ":memory:" or found.host:
        raise StoreRefused("UDHA_DATABASE_URL names no file: write sqlite:///path/to/udha.db.")
    patience = found.query.get("timeout", PATIENCE)
    if set(found.query) - {"timeout"} or not _SECONDS.fullmatch(str(patience)):
        raise StoreRefused("UDHA_DATABASE_URL: only ?timeout=seconds may follow the file.")
    return found.update_query_dict({"timeout": patience})


def prepare_file(url: URL) -> Path:
    """Make the database's folder and file where they are missing, for this user only.

    SQLite gives its WAL the same rights. Raises StoreRefused.
    """
    file = Path(url.database or "")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        if file.stat().st_mode & 0o077:
            file.chmod(0o600)
        if not file.is_file():
            raise StoreRefused(f"UDHA_DATABASE_URL: {file} is no file.")
        with file.open("r+b"):
            pass
    except FileExistsError as error:
        raise StoreRefused(f"UDHA_DATABASE_URL: {file.parent} is no folder.") from error
    except OSError as error:
        raise StoreRefused(
            f"UDHA_DATABASE_URL: {file} cannot be written ({error.strerror})."
        ) from error
    return file


def open_sqlite(url: URL) -> Database:
    """The two engines of a file: one connection that writes, a few that can only read."""
    writer = _sqlite_engine(url, pool_size=1, max_overflow=0)
    _on_begin(writer, "BEGIN IMMEDIATE")
    reader = _sqlite_engine(url, ("query_only=ON",), pool_size=READERS, max_overflow=0)
    _on_begin(reader, "BEGIN")
    return Database(writer, reader, has_one_worker=True)


def open_for_migrations(url: URL) -> Engine:
    """An engine for changing tables.

    Foreign keys are off: altering a table in SQLite means dropping it, which would delete the rows
    that refer to it.
    """
    engine = _sqlite_engine(url, ("foreign_keys=OFF",), poolclass=NullPool)
    _on_begin(engine, "BEGIN IMMEDIATE")
    return engine


def _sqlite_engine(url: URL, pragmas: tuple[str, ...] = (), **options: Any) -> Engine:
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"),
        # Sealed or not: what is kept has no place in an error's message.
        hide_parameters=True,
        **options,
    )

    def set_up(connection: Any, _: Any) -> None:
        # Python's own transactions begin late and leave DDL out; ours begin when we say so.
        connection.isolation_level = None
        for pragma in (*SQLITE_PRAGMAS, *pragmas):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", set_up)
    return engine


SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    # NORMAL would lose what was confirmed when the power fails.
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
)


def _on_begin(engine: Engine, statement: str) -> None:
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    event.listen(engine, "begin", begin)
