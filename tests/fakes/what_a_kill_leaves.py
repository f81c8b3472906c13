"""A database between the kill of a process and the start of the next one."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Protocol

from tests.fakes.postgres_server import PostgresServer

ON_THEIR_WAY = "SELECT count(*) FROM outbox WHERE leased_at IS NOT NULL AND done_at IS NULL"
A_MINUTE_PASSES = (
    "UPDATE inbox SET leased_at = leased_at - interval '61 s' WHERE done_at IS NULL",
    "UPDATE outbox SET leased_at = leased_at - interval '61 s' WHERE done_at IS NULL",
)


class WhatAKillLeaves(Protocol):
    """Read and moved while nobody works on it."""

    def replies_on_their_way(self) -> int:
        """So many may have been sent, and nobody has noted it."""
        ...

    def free(self) -> None:
        """Let the time pass after which what a dead process had in hand is free."""
        ...


class OnFile:
    """Whoever comes next frees all at once."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def replies_on_their_way(self) -> int:
        with closing(sqlite3.connect(self._file)) as connection:
            return int(connection.execute(ON_THEIR_WAY).fetchone()[0])

    def free(self) -> None:
        """Nothing has to be waited for."""


class OnServer:
    """Where others may live, leases run out by themselves, in a minute."""

    def __init__(self, server: PostgresServer, database: str) -> None:
        self._server = server
        self._database = database

    def replies_on_their_way(self) -> int:
        with self._server.connect(self._database) as connection:
            found = connection.execute(ON_THEIR_WAY).fetchone()
        assert found is not None
        return int(found[0])

    def free(self) -> None:
        with self._server.connect(self._database) as connection:
            for statement in A_MINUTE_PASSES:
                connection.execute(statement)
