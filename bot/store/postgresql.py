"""The store on a server: PostgreSQL's engines, and the time-outs that make a dead server known."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

import psycopg
from psycopg import errors
from psycopg.abc import PQGen
from psycopg.conninfo import make_conninfo
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from bot.store.blame import name_of
from bot.store.database import READERS, Database, Last, nothing_at_last
from bot.store.neighbours import OnOneServer, number_of

T = TypeVar("T")


@dataclass(frozen=True)
class Patience:
    """How long a server is waited for, in seconds. A dead one has to be known as such before those
    who wait for us, such as a platform at its webhook, have gone."""

    connecting: int = 5
    statement: float = 5
    """Waiting for others' locks included; then the server itself ends it."""
    grace: float = 3
    """After that the server has so long to say so. One that says nothing is dead."""
    idle: float = 10
    """We may be silent within a transaction for so long; then the server frees what we hold."""

    @property
    def silence(self) -> float:
        """Without any answer."""
        return self.statement + self.grace


MIGRATING = Patience(statement=60)
"""While tables are changed, or another process changes them."""
_NETWORK: dict[str, int] = {
    # A machine that vanished without a word is noticed within about ten seconds, from both sides.
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}


class ImpatientConnection(psycopg.Connection[Any]):
    """A connection that a silent server does not hold for ever: it is given up instead."""

    silence: float = Patience().silence
    """Seconds that the server may say nothing."""

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        """As psycopg's, which waits for as long as it takes. Raises ConnectionTimeout."""
        try:
            return super().wait(gen, interval, timeout or self.silence)
        except psycopg.OperationalError as error:
            if self.pgconn.transaction_status != TransactionStatus.ACTIVE:
                raise
            # Its answer is still to come, and would be taken for the next one's.
            self.pgconn.finish()
            raise errors.ConnectionTimeout("no answer") from error


def open_postgresql(
    url: URL, last: Last = nothing_at_last, patience: Patience | None = None
) -> Database:
    """The two engines of a server: one connection that writes, a few that can only read."""
    patience = patience or Patience()
    neighbours = OnOneServer(connection_info(url, patience))
    writer = _engine(url, patience, pool_size=1, max_overflow=0, pool_pre_ping=True)
    event.listen(writer, "connect", neighbours.connected)
    reader = _engine(
        url,
        patience,
        {"default_transaction_read_only": "on"},
        pool_size=READERS,
        max_overflow=0,
        pool_pre_ping=True,
        # What one operation reads is one state, as on a file.
        isolation_level="REPEATABLE READ",
    )
    return Database(writer, reader, neighbours, last)


def postgresql_for_migrations(url: URL) -> Engine:
    """An engine for changing tables: one process at a time, the others wait for it."""
    engine = _engine(url, MIGRATING, poolclass=NullPool)
    event.listen(engine, "begin", _one_at_a_time)
    return engine


def connection_info(
    url: URL, patience: Patience, settings: Mapping[str, str] = MappingProxyType({})
) -> str:
    """What libpq needs to know, password included. settings: the server's, for this session."""
    session = {
        "timezone": "UTC",
        "statement_timeout": f"{1000 * patience.statement:.0f}ms",
        "idle_in_transaction_session_timeout": f"{1000 * patience.idle:.0f}ms",
        **{f"tcp_{name}": str(number) for name, number in _NETWORK.items()},
        **settings,
    }
    given: dict[str, Any] = {
        "host": url.host,
        "port": url.port,
        "user": url.username,
        "password": url.password,
        "dbname": url.database,
        "application_name": "udha",
        **{name: _joined(value) for name, value in url.query.items()},
        "connect_timeout": patience.connecting,
        "tcp_user_timeout": round(1000 * patience.silence),
        **_NETWORK,
        "options": " ".join(f"-c {name}={value}" for name, value in session.items()),
    }
    return make_conninfo(**{name: value for name, value in given.items() if value is not None})


def why_refused(error: DBAPIError) -> str:
    """Why a server cannot be used, in one sentence that shows no part of the URL.

    A server that lets nobody in says why in words only.
    """
    words = str(error.orig)
    if re.search('database ".*" does not exist', words):
        return "PostgreSQL has no database of the name in UDHA_DATABASE_URL: CREATE DATABASE it."
    if re.search('authentication failed|no password supplied|role ".*" does not exist', words):
        return "PostgreSQL refuses the user or the password in UDHA_DATABASE_URL."
    if "pg_hba.conf" in words:
        return "PostgreSQL lets nobody in from this machine (pg_hba.conf): UDHA_DATABASE_URL."
    if isinstance(error.orig, errors.InsufficientPrivilege):
        return (
            "The user in UDHA_DATABASE_URL may not make tables: make it the owner of the database."
        )
    if isinstance(error.orig, errors.ReadOnlySqlTransaction):
        return "The PostgreSQL of UDHA_DATABASE_URL can only be read: it is a standby."
    if isinstance(error.orig, (errors.QueryCanceled, errors.LockNotAvailable)):
        return "The store cannot be opened: another process keeps it busy."
    if error.orig is not None and getattr(error.orig, "sqlstate", None) is None:
        return (
            "PostgreSQL cannot be reached at UDHA_DATABASE_URL: check that it runs, and its host "
            f"and port ({name_of(error)})."
        )
    return f"The store cannot be opened: PostgreSQL refuses ({name_of(error)})."


def _engine(
    url: URL,
    patience: Patience,
    settings: Mapping[str, str] = MappingProxyType({}),
    **options: Any,
) -> Engine:
    info = connection_info(url, patience, settings)

    def connect() -> ImpatientConnection:
        connection = ImpatientConnection.connect(info)
        connection.silence = patience.silence
        return connection

    return create_engine(
        # Without an address: an engine that is shown in an error holds no password.
        "postgresql+psycopg://",
        creator=connect,
        hide_parameters=True,
        use_native_hstore=False,
        **options,
    )


def _one_at_a_time(connection: Connection) -> None:
    connection.execute(select(func.pg_advisory_xact_lock(number_of("migrations"))))


def _joined(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else ",".join(value)
