"""Other processes at work on the same database: how they are told, heard, and kept apart."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, LiteralString, Protocol

import psycopg
import structlog
from sqlalchemy import Connection

from bot.store.errors import StoreAway

StillAlone = Callable[[], Awaitable[None]]
"""Returns while the claim holds. Raises StoreAway once it is lost."""
Sleep = Callable[[float], Awaitable[None]]

CHANNEL = "udha"
AGAIN_AFTER = 1.0
"""Seconds between two tries to get what another process has, or a server that is away."""
ANSWERS_WITHIN = 5.0
"""Seconds, after which a server that says nothing is away."""

log = structlog.get_logger()


class Neighbours(Protocol):
    """The other processes, as a database sees them."""

    def tell(self, tx: Connection) -> None:
        """Let the others look as soon as this transaction is committed."""
        ...

    async def hear(self, heard: Callable[[], None]) -> None:
        """Call `heard` whenever another process has told something; until cancelled."""
        ...

    def alone(self, what: str) -> AbstractAsyncContextManager[StillAlone]:
        """Wait until no other process does `what`, then give a check; see Store.alone."""
        ...


class Nobody:
    """On a file one process works at a time: who works at all is alone with everything."""

    def tell(self, tx: Connection) -> None:
        """Commands beside the server are not waited for: it looks each second."""

    async def hear(self, heard: Callable[[], None]) -> None:
        """Nothing is ever told."""

    @asynccontextmanager
    async def alone(self, what: str) -> AsyncIterator[StillAlone]:
        """At once, and for ever."""
        yield _nothing_to_check


class OnOneServer:
    """Processes on one PostgreSQL. Claims and wake-ups have connections of their own."""

    def __init__(self, connection_info: str, sleep: Sleep = asyncio.sleep) -> None:
        """connection_info: as libpq reads it, password included. sleep: passes the pauses."""
        self._connection_info = connection_info
        self._sleep = sleep
        self._own_backend = 0

    def connected(self, connection: Any, _: Any) -> None:
        """Listens to an engine's "connect": what is told through it is told by ourselves."""
        self._own_backend = connection.info.backend_pid

    def tell(self, tx: Connection) -> None:
        tx.exec_driver_sql(f"NOTIFY {CHANNEL}")

    async def hear(self, heard: Callable[[], None]) -> None:
        while True:
            try:
                await self._hear(heard)
            except (psycopg.Error, OSError) as error:
                # Nothing is lost by it: everybody looks each second.
                log.warning("not_listening", reason=type(error).__name__)
            await self._sleep(AGAIN_AFTER)

    @asynccontextmanager
    async def alone(self, what: str) -> AsyncIterator[StillAlone]:
        connection = await self._claimed(number_of(f"alone: {what}"))
        try:
            yield lambda: _check(connection)
        finally:
            # The server ends the claim with the connection, however that ends.
            await connection.close()

    async def _hear(self, heard: Callable[[], None]) -> None:
        async with await self._connect() as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            # What was told while nobody listened.
            heard()
            async for told in connection.notifies():
                if told.pid != self._own_backend:
                    heard()

    async def _claimed(self, number: int) -> psycopg.AsyncConnection[Any]:
        """A connection that holds the lock of this number."""
        while True:
            try:
                return await self._claimed_at_this_server(number)
            except (psycopg.Error, OSError) as error:
                log.warning("cannot_claim", reason=type(error).__name__)
            await self._sleep(AGAIN_AFTER)

    async def _claimed_at_this_server(self, number: int) -> psycopg.AsyncConnection[Any]:
        connection = await self._connect()
        try:
            while not await _locked(connection, number):
                await self._sleep(AGAIN_AFTER)
        except BaseException:
            await connection.close()
            raise
        return connection

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        return await psycopg.AsyncConnection.connect(self._connection_info, autocommit=True)


def number_of(what: str) -> int:
    """The number by which PostgreSQL knows a lock: 64 bits with a sign."""
    return int.from_bytes(hashlib.sha256(f"udha {what}".encode()).digest()[:8], signed=True)


async def _locked(connection: psycopg.AsyncConnection[Any], number: int) -> bool:
    answer = await _answer(connection, "SELECT pg_try_advisory_lock(%s::bigint)", (number,))
    return bool(answer)


async def _check(connection: psycopg.AsyncConnection[Any]) -> None:
    """Return while the connection lives: the claim lives exactly as long."""
    try:
        await _answer(connection, "SELECT 1")
    except psycopg.Error as error:
        raise StoreAway(type(error).__name__) from error


async def _answer(
    connection: psycopg.AsyncConnection[Any], query: LiteralString, values: tuple[int, ...] = ()
) -> Any:
    """The first value that a query gives. Raises psycopg.Error, also for a silent server."""
    try:
        async with asyncio.timeout(ANSWERS_WITHIN):
            row = await (await connection.execute(query, values)).fetchone()
    except TimeoutError as error:
        await connection.close()
        raise psycopg.OperationalError from error
    return row and row[0]


async def _nothing_to_check() -> None:
    """A claim that nobody can dispute."""
