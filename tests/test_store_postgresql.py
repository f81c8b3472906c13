"""What PostgreSQL's engine promises: refusals in one sentence, a dead server known within seconds,
and writing that goes on by itself once it is back."""

import asyncio
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from structlog.testing import capture_logs

from bot.store.database import Database
from bot.store.errors import LeaseLost, StoreAway, StoreRefused
from bot.store.postgresql import ImpatientConnection, Patience, open_postgresql
from bot.store.store import Store
from bot.store.urls import parse_url
from tests.fakes.postgres_server import (
    PostgresServer,
    postgres_server,
    start_again,
    waiting_for_a_lock,
)
from tests.fakes.store_world import SECRET, MovedClock, effects, leased, opened, said

PASSWORD = "a-password-that-nobody-may-see"
ADD = text("INSERT INTO numbers VALUES (:number)")
IMPATIENT = Patience(statement=0.5, grace=0.5, idle=0.5)


def add(number: int, tx: Connection) -> int:
    tx.execute(ADD, {"number": number})
    return number


def all_numbers(tx: Connection) -> list[int]:
    return list(tx.scalars(text("SELECT number FROM numbers ORDER BY 1")))


@pytest.fixture
def name(postgres: PostgresServer) -> Iterator[str]:
    """An empty database."""
    name = postgres.new_database()
    yield name
    postgres.drop(name)


@pytest.fixture
async def database(postgres: PostgresServer, name: str) -> AsyncIterator[Database]:
    async with opened_database(postgres, name) as database:
        yield database


@asynccontextmanager
async def opened_database(
    server: PostgresServer, name: str, patience: Patience = IMPATIENT
) -> AsyncIterator[Database]:
    database = open_postgresql(parse_url(server.url(name)), patience=patience)
    await database.write(
        lambda tx: tx.execute(text("CREATE TABLE IF NOT EXISTS numbers (number INT PRIMARY KEY)"))
    )
    yield database
    await database.close()


async def refused(url: str, secret: str = SECRET) -> str:
    """The sentence with which the store is refused; nothing that is shown holds the password."""
    with capture_logs() as logs, pytest.raises(StoreRefused) as found:
        await Store.open(url, secret, MovedClock())
    shown = "".join(traceback.format_exception(found.value))
    assert PASSWORD not in f"{shown} {logs} {found.value!r}"
    return str(found.value)


async def test_a_wrong_password(postgres: PostgresServer, name: str) -> None:
    """A password that is not the right one is said to be so, and never shown."""
    rules = postgres.folder / "data" / "pg_hba.conf"
    before = rules.read_text("utf-8")
    with postgres.connect() as connection:
        connection.execute("CREATE ROLE somebody LOGIN PASSWORD 'another'")
        rules.write_text(f"local all somebody scram-sha-256\n{before}", "utf-8")
        connection.execute("SELECT pg_reload_conf()")
        try:
            assert await refused(postgres.url(name, "somebody", PASSWORD)) == (
                "PostgreSQL refuses the user or the password in UDHA_DATABASE_URL."
            )
        finally:
            rules.write_text(before, "utf-8")
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("DROP ROLE somebody")


async def test_no_such_user(postgres: PostgresServer, name: str) -> None:
    """A user whom the server does not know."""
    assert await refused(postgres.url(name, "nobody_here", PASSWORD)) == (
        "PostgreSQL refuses the user or the password in UDHA_DATABASE_URL."
    )


async def test_no_such_database(postgres: PostgresServer) -> None:
    """A database that nobody has made."""
    assert await refused(postgres.url("missing", password=PASSWORD)) == (
        "PostgreSQL has no database of the name in UDHA_DATABASE_URL: CREATE DATABASE it."
    )


@pytest.mark.parametrize(
    "address", ["localhost:1", "no-such-host.invalid", "localhost:1,localhost:2", "/udha?host=/tmp"]
)
async def test_no_server(address: str) -> None:
    """A server that is not there."""
    path = address if address.startswith("/") else f"{address}/udha"
    assert (await refused(f"postgresql://udha:{PASSWORD}@{path}")).startswith(
        ("PostgreSQL cannot be reached at UDHA_DATABASE_URL: check", "UDHA_DATABASE_URL is no URL")
    )


async def test_a_user_who_may_make_no_tables(postgres: PostgresServer, name: str) -> None:
    """Since version 15 only a database's owner may make tables in it."""
    with postgres.connect() as connection:
        connection.execute("CREATE ROLE guest LOGIN")
        try:
            assert await refused(postgres.url(name, "guest", PASSWORD)) == (
                "The user in UDHA_DATABASE_URL may not make tables: make it the owner of the "
                "database."
            )
        finally:
            connection.execute("DROP ROLE guest")


async def test_a_database_without_every_letter(postgres: PostgresServer) -> None:
    """A database that is not in UTF-8."""
    postgres.run("CREATE DATABASE {} ENCODING 'LATIN1' TEMPLATE template0", "latin")
    assert (await refused(postgres.url("latin"))).startswith(
        "The database of UDHA_DATABASE_URL is not in UTF-8"
    )
    postgres.drop("latin")


async def test_several_start_at_once(postgres: PostgresServer, name: str) -> None:
    """Three processes that start on an empty database at the same moment all find their tables."""
    starting = [Store.open(postgres.url(name), SECRET, MovedClock()) for _ in range(3)]
    stores = await asyncio.gather(*starting)
    for number, store in enumerate(stores):
        await store.keep(said(str(number)))
    assert (await stores[0].figures()).inbox_waiting == 3
    await asyncio.gather(*(store.close() for store in stores))


async def test_a_migration_beside(postgres: PostgresServer, name: str) -> None:
    """A newer process that adds columns does not disturb the older one beside it."""
    store = await Store.open(postgres.url(name), SECRET, MovedClock())
    for number in range(12):  # By now the server has all statements prepared.
        await store.keep(said(str(number), f"p{number}"))
        await store.finish(await leased(store), effects("a"))
    with postgres.connect(name) as newer:
        for table in ("inbox", "outbox", "people", "context", "tickets"):
            newer.execute(f"ALTER TABLE {table} ADD COLUMN newer TEXT DEFAULT 'x'")
    await store.keep(said("later"))
    await store.finish(await leased(store), effects("b"))
    assert len(await store.due("web", 50)) == 13
    await store.close()


@pytest.mark.usefixtures("postgres")  # Skipped where no server can be started.
async def test_a_server_that_starts_again() -> None:
    """While the server is down everything is told so at once; when it is back all goes on."""

    def proof(tx: Connection) -> None:
        add(2, tx)

    with postgres_server() as server:
        async with opened_database(server, "postgres") as database:
            await database.write(partial(add, 1))
            server.stop()
            with pytest.raises(StoreAway):
                await database.read(all_numbers)
            with pytest.raises(StoreAway):
                await database.write(all_numbers)
            with pytest.raises(StoreAway):
                await database.check(proof)
            server.process = start_again(server.folder).process
            await database.check(proof)
            assert await database.read(all_numbers) == [1, 2]
            assert await database.write(partial(add, 3)) == 3


async def test_connections_that_are_ended(postgres: PostgresServer, database: Database) -> None:
    """An administrator who ends our connections between two operations is not even noticed."""
    await database.write(partial(add, 1))
    await database.read(all_numbers)
    end_connections(postgres)
    assert await database.write(partial(add, 2)) == 2
    assert await database.read(all_numbers) == [1, 2]


def end_connections(server: PostgresServer) -> None:
    """End all but our own."""
    with server.connect() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND application_name = 'udha'"
        )


async def test_a_connection_that_ends_within(postgres: PostgresServer, database: Database) -> None:
    """If the connection ends in the middle of a group, nothing of it is kept, and all are told."""

    def end(tx: Connection) -> None:
        end_connections(postgres)
        tx.execute(ADD, {"number": 2})

    results = await asyncio.gather(
        database.write(partial(add, 1)),
        database.write(end),
        database.write(partial(add, 3)),
        return_exceptions=True,
    )
    assert [str(one) for one in results] == ["AdminShutdown"] * 3
    assert await database.read(all_numbers) == []


async def test_a_server_that_says_nothing(database: Database) -> None:
    """A server that hangs counts as away though its connection stands; then a new one is made."""
    stopped: list[int] = []

    def stop(tx: Connection) -> None:
        stopped.extend(tx.scalars(text("SELECT pg_backend_pid()")))
        os.kill(stopped[0], signal.SIGSTOP)
        tx.execute(ADD, {"number": 1})

    began = time.monotonic()
    with pytest.raises(StoreAway, match="ConnectionTimeout"):
        await database.write(stop)
    assert time.monotonic() - began < 5
    assert await database.write(partial(add, 2)) == 2
    os.kill(stopped[0], signal.SIGCONT)


async def test_a_lock_that_is_held_for_too_long(
    postgres: PostgresServer, name: str, database: Database
) -> None:
    """A write that waits for another's lock in vain is told that the store is away."""
    with postgres.connect(name) as other, other.transaction():
        other.execute("LOCK TABLE numbers")
        with pytest.raises(StoreAway, match="QueryCanceled"):
            await database.write(partial(add, 1))
    assert await database.write(partial(add, 1)) == 1


async def test_readers_cannot_write(database: Database) -> None:
    """A mistake in a reading operation changes nothing."""
    with pytest.raises(StoreAway, match="ReadOnlySqlTransaction"):
        await database.read(partial(add, 1))


async def test_what_is_read_is_one_state(database: Database) -> None:
    """Between two queries of one reading operation nothing changes."""
    await database.write(partial(add, 1))
    loop = asyncio.get_running_loop()

    def twice(tx: Connection) -> list[list[int]]:
        first = all_numbers(tx)
        asyncio.run_coroutine_threadsafe(database.write(partial(add, 2)), loop).result()
        return [first, all_numbers(tx)]

    assert await database.read(twice) == [[1], [1]]


async def test_one_failing_write_undoes_no_other(database: Database) -> None:
    """Of twenty writes in one group the one that fails is rolled back alone, and told."""

    def fail(number: int, tx: Connection) -> int:
        if number == 13:
            tx.execute(ADD, {"number": 1})
        return add(number, tx)

    results = await asyncio.gather(
        *(database.write(partial(fail, number)) for number in range(20)), return_exceptions=True
    )
    assert [type(one).__name__ for one in results if not isinstance(one, int)] == ["IntegrityError"]
    assert await database.read(all_numbers) == [one for one in range(20) if one != 13]
    with pytest.raises(Exception, match="missing"):
        await database.write(lambda tx: tx.execute(text("SELECT * FROM missing")))


async def test_a_deadlock(postgres: PostgresServer, name: str) -> None:
    """Of two processes that wait for each other the one that has to give way just runs again."""
    async with opened_database(postgres, name, Patience()) as database:
        await database.write(partial(add, 1))
        await database.write(partial(add, 2))
        with postgres.connect(name) as other, other.transaction():
            other.execute("UPDATE numbers SET number = 20 WHERE number = 2")

            def both(tx: Connection) -> None:
                tx.execute(text("UPDATE numbers SET number = 10 WHERE number = 1"))
                tx.execute(text("DELETE FROM numbers WHERE number IN (2, 20)"))

            writing = asyncio.create_task(database.write(both))
            await waiting_for_a_lock(postgres, name)
            await asyncio.to_thread(other.execute, "DELETE FROM numbers WHERE number = 1")
        await writing
        assert await database.read(all_numbers) == []


@pytest.mark.usefixtures("on_postgresql")
async def test_a_commit_of_unknown_fate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the answer to a commit is lost, trying again keeps a message once and finishes it once."""
    store = await opened(tmp_path, MovedClock())
    commit = ImpatientConnection.commit

    def lose_the_answer(self: ImpatientConnection) -> None:
        commit(self)
        monkeypatch.setattr(ImpatientConnection, "commit", commit)
        self.pgconn.finish()
        commit(self)

    monkeypatch.setattr(ImpatientConnection, "commit", lose_the_answer)
    with pytest.raises(StoreAway):
        await store.keep(said("1"))
    assert await store.keep(said("1")) is False
    found = await leased(store)
    monkeypatch.setattr(ImpatientConnection, "commit", lose_the_answer)
    with pytest.raises(StoreAway):
        await store.finish(found, effects("a"))
    with pytest.raises(LeaseLost):
        await store.finish(found, effects("a"))
    assert [due.outgoing.reply.text for due in await store.due("web", 5)] == ["a"]
    await store.close()


async def test_the_command_line(tmp_path: Path) -> None:
    """`udha` refuses in one sentence on standard error, with exit code 2 and no password."""
    url = f"postgresql://udha:{PASSWORD}@localhost:1/udha"
    for environ, sentence in (
        ({"UDHA_SECRET_KEY": SECRET}, "PostgreSQL cannot be reached at UDHA_DATABASE_URL"),
        ({}, "UDHA_SECRET_KEY is not set. With PostgreSQL it must be"),
    ):
        done = subprocess.run(
            [str(Path(sys.executable).with_name("udha")), "tickets", "list"],
            env={"PATH": os.environ["PATH"], "UDHA_DATABASE_URL": url, **environ},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (2, "")
        assert sentence in done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert PASSWORD not in done.stderr
