"""Transactions: all SQL runs here, in threads beside the event loop.

Writes are grouped. While one commit waits for the disk, the operations that arrive meanwhile form
the next group: one transaction, and one commit makes all of them durable. If one of them fails, all
is rolled back and the group runs again, each operation in a SAVEPOINT of its own, so that the
failing one undoes no other. A caller hears of its success only after the commit.

Operations are plain functions of a Connection. An asynchronous driver for SQLite changes threads
four times for each statement; one change for a whole group is eight times as fast (docs/store.md).
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from bot.store.blame import as_ours, may_run_again_at_once
from bot.store.errors import StoreAway
from bot.store.neighbours import Neighbours, Nobody, StillAlone

T = TypeVar("T")
Operation = Callable[[Connection], T]
"""What happens within one transaction. It may be rolled back and run again, so it touches nothing
else."""
Last = Callable[[Connection, Sequence[Any]], bool]
"""Ends a group's transaction, given the results of those of its operations that succeeded. True:
other processes should look."""

LARGEST_GROUP = 200
"""Operations in one commit: more would keep the first of them waiting too long."""
READERS = 4
TRIES = 5
"""So often a group runs that another process's transaction gets in the way of."""


def nothing_at_last(_: Connection, __: Sequence[Any]) -> bool:
    """Where operations leave nothing to be done in common."""
    return False


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

    def __init__(
        self,
        writer: Engine,
        reader: Engine,
        neighbours: Neighbours | None = None,
        last: Last = nothing_at_last,
    ) -> None:
        """neighbours: how to speak with other processes that work on it; None: there are none."""
        self.has_one_worker = neighbours is None
        self.neighbours: Neighbours = neighbours or Nobody()
        self._writer = writer
        self._reader = reader
        self._last = last
        self._writing = ThreadPoolExecutor(1, "store-writer")
        self._reading = ThreadPoolExecutor(READERS, "store-reader")
        self._waiting: deque[_Waiting] = deque()
        self._pump: asyncio.Task[None] | None = None
        self._in_doubt = False
        """A write has failed, and none has proved since that writing works again."""
        self._closed = False

    async def write(self, operation: Operation[T]) -> T:
        """Run an operation; returns its result once it is durable.

        Raises what the operation raised, or StoreAway; then nothing of it was kept. Only where the
        connection breaks within the commit itself, nobody can know.
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

    def alone(self, what: str) -> AbstractAsyncContextManager[StillAlone]:
        """Wait until no other process does `what`; see Store.alone."""
        return self.neighbours.alone(what)

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
        await asyncio.to_thread(self.dispose)

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

    def _commit(self, operations: Sequence[Operation[Any]]) -> list[Any]:
        """Run a group in one transaction. A result for each: its value, or its _Failure."""
        run = _each
        for _ in range(TRIES):
            try:
                return self._in_one_transaction(run, operations)
            except Exception as error:  # noqa: BLE001 - every caller of the group is told
                failure = _Failure(as_ours(error))
                if may_run_again_at_once(error):
                    continue
                if _is_away(failure) or run is _each_apart or len(operations) == 1:
                    break
                run = _each_apart
        return [failure] * len(operations)

    def _in_one_transaction(
        self,
        run: Callable[[Connection, Sequence[Operation[Any]]], list[Any]],
        operations: Sequence[Operation[Any]],
    ) -> list[Any]:
        with self._writer.begin() as tx:
            results = run(tx, operations)
            if self._last(tx, [one for one in results if not isinstance(one, _Failure)]):
                self.neighbours.tell(tx)
        return results

    def _read(self, operation: Operation[T]) -> T:
        try:
            with self._reader.begin() as tx:
                return operation(tx)
        except DBAPIError as error:
            raise as_ours(error) from error

    def dispose(self) -> None:
        """Let go of the database, in which nobody writes or reads; `close` waits until it is so."""
        self._writing.shutdown()
        self._reading.shutdown()
        self._reader.dispose()
        self._writer.dispose()


def _each(tx: Connection, operations: Sequence[Operation[Any]]) -> list[Any]:
    return [operation(tx) for operation in operations]


def _each_apart(tx: Connection, operations: Sequence[Operation[Any]]) -> list[Any]:
    return [_apart(tx, operation) for operation in operations]


def _apart(tx: Connection, operation: Operation[Any]) -> Any:
    """Run one operation so that its failure undoes nothing of its neighbours'."""
    savepoint = tx.begin_nested()
    try:
        value = operation(tx)
    except Exception as error:
        if isinstance(as_ours(error), StoreAway):
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


def insert(dialect: str, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """An INSERT that knows ON CONFLICT, which both engines have and SQL has not.

    dialect: the name of a Connection's dialect.
    """
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
