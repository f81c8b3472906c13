"""What grouped commits promise: one failing write undoes no other, and none is confirmed early."""

import asyncio
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from bot.store.database import LARGEST_GROUP, Database
from bot.store.errors import StoreAway
from bot.store.sqlite import open_sqlite, prepare_file
from bot.store.urls import parse_url

ADD = text("INSERT INTO numbers VALUES (:number)")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = parse_url(f"sqlite:///{tmp_path}/test.db?timeout=0.1")
    prepare_file(url)
    database = open_sqlite(url)
    await database.write(
        lambda tx: tx.execute(text("CREATE TABLE numbers (number INTEGER PRIMARY KEY)"))
    )
    yield database
    await database.close()


def numbers(folder: Path) -> list[int]:
    """What another process sees."""
    with closing(sqlite3.connect(folder / "test.db")) as other:
        return [number for (number,) in other.execute("SELECT number FROM numbers ORDER BY 1")]


def add(number: int, tx: Connection) -> int:
    tx.execute(ADD, {"number": number})
    if number == 13:
        raise ValueError(number)
    return number


async def test_one_failing_write_undoes_no_other(database: Database, tmp_path: Path) -> None:
    """Of twenty writes in one group the one that fails is rolled back alone, and told."""
    results = await asyncio.gather(
        *(database.write(partial(add, number)) for number in range(20)),
        return_exceptions=True,
    )
    assert isinstance(results[13], ValueError)
    assert [one for one in results if one != results[13]] == numbers(tmp_path)
    assert 13 not in numbers(tmp_path)


async def test_a_broken_constraint_is_told_as_such(database: Database, tmp_path: Path) -> None:
    """What is wrong with a statement is not mistaken for an absent database."""
    results = await asyncio.gather(
        *(database.write(partial(add, number)) for number in (1, 1, 2)),
        return_exceptions=True,
    )
    assert [type(one).__name__ for one in results] == ["int", "IntegrityError", "int"]
    with pytest.raises(Exception, match="no such table"):
        await database.write(lambda tx: tx.execute(text("SELECT * FROM missing")))


async def test_writes_are_grouped(database: Database) -> None:
    """A hundred writes that come at once take a few commits, not a hundred."""
    began = set[int]()

    def note(tx: Connection) -> None:
        began.add(id(tx.get_transaction()))

    await asyncio.gather(*(database.write(note) for _ in range(100)))
    assert len(began) < 10


async def test_confirmed_means_durable(database: Database, tmp_path: Path) -> None:
    """When a write returns, another process sees it."""
    for number in range(3):
        await database.write(partial(add, number))
        assert numbers(tmp_path)[-1] == number


async def test_a_cancelled_caller_harms_nobody(database: Database, tmp_path: Path) -> None:
    """Who stops waiting for a write leaves the others of its group alone."""
    tasks = [asyncio.create_task(database.write(partial(add, number))) for number in range(3)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert {0, 2} <= set(numbers(tmp_path))


async def test_readers_cannot_write(database: Database, tmp_path: Path) -> None:
    """A mistake in a reading operation changes nothing."""
    with pytest.raises(StoreAway, match="SQLITE_READONLY"):
        await database.read(partial(add, 1))
    assert numbers(tmp_path) == []


async def test_readers_do_not_wait(database: Database, tmp_path: Path) -> None:
    """While another process writes, reading goes on; writing is told that the store is away."""
    with closing(sqlite3.connect(tmp_path / "test.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert await database.read(lambda tx: tx.scalar(text("SELECT 1"))) == 1
        with pytest.raises(StoreAway, match="SQLITE_BUSY"):
            await database.write(partial(add, 1))
    assert await database.write(partial(add, 1)) == 1


async def test_nobody_queues_for_a_database_that_is_away(
    database: Database, tmp_path: Path
) -> None:
    """However many writes wait while another process writes, all are told after one patience."""
    patience = 0.1
    with closing(sqlite3.connect(tmp_path / "test.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        results = await asyncio.gather(
            *(database.write(partial(add, number)) for number in range(20 * LARGEST_GROUP)),
            return_exceptions=True,
        )
        took = time.monotonic() - began
    assert {str(one) for one in results} == {"SQLITE_BUSY"}
    assert took < 10 * patience
    assert await database.write(partial(add, 1)) == 1


async def test_a_full_disk(database: Database, tmp_path: Path) -> None:
    """When the disk is full everybody is told, nothing half is kept, and it goes on afterwards."""
    large = text("CREATE TABLE large AS SELECT zeroblob(100000) AS filler")
    await database.write(lambda tx: tx.execute(text("PRAGMA max_page_count=5")))
    results = await asyncio.gather(
        database.write(partial(add, 1)),
        database.write(lambda tx: tx.execute(large)),
        database.write(partial(add, 2)),
        return_exceptions=True,
    )
    assert [str(one) for one in results] == ["SQLITE_FULL"] * 3
    assert numbers(tmp_path) == []
    await database.write(lambda tx: tx.execute(text("PRAGMA max_page_count=100000")))
    assert await database.write(partial(add, 3)) == 3


async def test_a_check_on_a_full_disk(database: Database) -> None:
    """A database that can be read but not written is away; what writes nothing proves nothing."""
    large = text("CREATE TABLE large AS SELECT zeroblob(100000) AS filler")

    def proof(tx: Connection) -> None:
        tx.execute(large)

    await database.check(proof)
    await database.write(lambda tx: tx.execute(text("PRAGMA max_page_count=5")))
    with pytest.raises(StoreAway, match="SQLITE_FULL"):
        await database.write(proof)
    await database.write(lambda tx: tx.execute(text("DELETE FROM numbers")))
    with pytest.raises(StoreAway, match="SQLITE_FULL"):
        await database.check(proof)
    await database.write(lambda tx: tx.execute(text("PRAGMA max_page_count=100000")))
    for _ in range(2):
        await database.check(proof)


async def test_a_damaged_file(tmp_path: Path) -> None:
    """A file in which pages are damaged counts as away, for reading and for writing."""
    path = tmp_path / "test.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE numbers (number INTEGER PRIMARY KEY)")
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"x" * 4096)
    database = open_sqlite(parse_url(f"sqlite:///{path}"))
    for operation in (database.read, database.write):
        with pytest.raises(StoreAway, match="SQLITE_CORRUPT"):
            await operation(lambda tx: tx.execute(text("SELECT * FROM numbers")).all())
    await database.close()


SECOND_WRITER = """
import asyncio, sys
from sqlalchemy import text
from bot.store.sqlite import open_sqlite
from bot.store.urls import parse_url

async def main():
    database = open_sqlite(parse_url(f"sqlite:///{sys.argv[1]}/test.db"))
    for number in range(1000, 1050):
        await database.write(
            lambda tx: tx.execute(text("INSERT INTO numbers VALUES (:n)"), {"n": number})
        )
    await database.close()

asyncio.run(main())
"""


async def test_a_second_process_writes_beside(tmp_path: Path) -> None:
    """A command that writes beside the running server loses nothing and stops nothing."""
    url = parse_url(f"sqlite:///{tmp_path}/test.db")
    prepare_file(url)
    database = open_sqlite(url)
    await database.write(lambda tx: tx.execute(text("CREATE TABLE numbers (number INTEGER)")))
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SECOND_WRITER, str(tmp_path), stderr=subprocess.PIPE
    )
    for number in range(50):
        await database.write(partial(add, number + 20))
    _, complaints = await other.communicate()
    await database.close()
    assert complaints == b""
    assert numbers(tmp_path) == [*range(20, 70), *range(1000, 1050)]
