"""What opening the store promises: it can be read and written, or one clear sentence says why."""

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.store.errors import StoreAway, StoreRefused
from bot.store.store import Store
from bot.store.tables import metadata
from tests.fakes.other_eyes import change, connected
from tests.fakes.store_world import SECRET, MovedClock, opened, said, url_of


async def refused(url: str, secret: str = SECRET) -> str:
    """The sentence with which the store is refused."""
    with pytest.raises(StoreRefused) as found:
        await Store.open(url, secret, MovedClock())
    return str(found.value)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (
            "nonsense",
            "UDHA_DATABASE_URL is no URL of a database: write sqlite:///path or postgresql://…",
        ),
        (
            "mysql://user:secret@host/db",
            "UDHA_DATABASE_URL must begin with sqlite:/// or postgresql://, not with mysql.",
        ),
        (
            "postgresql://user:secret@127.0.0.1:1/db",
            "PostgreSQL cannot be reached at UDHA_DATABASE_URL: check that it runs, and its host "
            "and port (OperationalError).",
        ),
        (
            "postgresql://user:sec:ret@host:pass@word/db",
            "UDHA_DATABASE_URL is no URL of a database: write sqlite:///path or postgresql://…",
        ),
        (
            "postgresql://user:secret@host",
            "UDHA_DATABASE_URL names no database: write postgresql://user:password@host/database.",
        ),
        (
            "postgresql://user@host/db?password=secret",
            "UDHA_DATABASE_URL: only these may follow the database: host, port, sslmode, "
            "sslrootcert, sslcert, sslkey, channel_binding, target_session_attrs.",
        ),
        (
            "sqlite:///udha.db?mode=ro",
            "UDHA_DATABASE_URL: only ?timeout=seconds may follow the file.",
        ),
        (
            "sqlite:///udha.db?timeout=long",
            "UDHA_DATABASE_URL: only ?timeout=seconds may follow the file.",
        ),
        (
            "sqlite://",
            "UDHA_DATABASE_URL names no file: write sqlite:///path/to/udha.db.",
        ),
        (
            "sqlite:///:memory:",
            "UDHA_DATABASE_URL names no file: write sqlite:///path/to/udha.db.",
        ),
        (
            "sqlite://var/udha.db",
            "UDHA_DATABASE_URL names no file: write sqlite:///path/to/udha.db.",
        ),
    ],
)
async def test_wrong_urls(url: str, sentence: str) -> None:
    """What cannot be used is refused in one sentence that shows no password."""
    assert await refused(url) == sentence


async def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """Where no file can be made, the sentence names the file and why."""
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "udha.db"
    assert await refused(f"sqlite:///{path}") == (
        f"UDHA_DATABASE_URL: {tmp_path / 'file'} is no folder."
    )
    path = Path("/proc/udha.db")
    assert (await refused(f"sqlite:///{path}")).startswith(
        f"UDHA_DATABASE_URL: {path} cannot be written ("
    )


async def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    """A folder is no database."""
    assert await refused(f"sqlite:///{tmp_path}") == f"UDHA_DATABASE_URL: {tmp_path} is no file."


async def test_a_device_in_place_of_a_file(tmp_path: Path) -> None:
    """What is no file is left as it is: root could take /dev/null away from everybody."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    path.chmod(0o666)
    assert await refused(f"sqlite:///{path}") == f"UDHA_DATABASE_URL: {path} is no file."
    assert stat.S_IMODE(path.stat().st_mode) == 0o666


async def test_a_file_of_another_kind(tmp_path: Path) -> None:
    """A file that is no database is left as it is."""
    path = tmp_path / "udha.db"
    path.write_text("my diary\n" * 200, "utf-8")
    assert await refused(f"sqlite:///{path}") == (
        "UDHA_DATABASE_URL names a file that is not a database of Udha's."
    )
    assert path.read_text("utf-8") == "my diary\n" * 200


@pytest.mark.parametrize("table", ["customers", "people"])
async def test_another_programs_database(tmp_path: Path, table: str) -> None:
    """A database in which another program keeps its tables is left as it is."""
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute(f"CREATE TABLE {table} (name)")
    assert await refused(f"sqlite:///{path}") == (
        "UDHA_DATABASE_URL names another program's database."
    )
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [(table,)]


@pytest.mark.usefixtures("engine")
async def test_another_secret(tmp_path: Path) -> None:
    """A store is never opened with a secret that cannot read it."""
    await (await opened(tmp_path, MovedClock())).close()
    assert await refused(url_of(tmp_path), "another secret, also long enough for one") == (
        "The store was made with another secret: set UDHA_SECRET_KEY to that one, "
        "or UDHA_DATABASE_URL to another store."
    )


@pytest.mark.usefixtures("engine")
async def test_a_newer_schema(tmp_path: Path) -> None:
    """A store that a newer version has changed is left alone."""
    await (await opened(tmp_path, MovedClock())).close()
    change(tmp_path, "UPDATE alembic_version SET version_num = '9999_far_pre'")
    assert await refused(url_of(tmp_path)) == (
        "The store was made by a newer Udha (its schema is 9999_far_pre): "
        "run that version, or bring back a backup."
    )


async def test_a_busy_store(tmp_path: Path) -> None:
    """A store that another process never lets go of is refused after a while, not waited for."""
    await (await opened(tmp_path, MovedClock())).close()
    with closing(sqlite3.connect(tmp_path / "udha.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert await refused(f"{url_of(tmp_path)}?timeout=0.1") == (
            "The store cannot be opened: another process keeps it busy, or the disk refuses "
            "(SQLITE_BUSY)."
        )


async def test_only_this_user_can_read_the_files(tmp_path: Path) -> None:
    """The database and its WAL belong to the user who runs Udha, also where they did not."""
    (tmp_path / "udha.db").touch(mode=0o644)
    store = await opened(tmp_path, MovedClock())
    await store.keep(said("1"))
    modes = {file.name: oct(file.stat().st_mode & 0o777) for file in tmp_path.iterdir()}
    await store.close()
    assert modes == dict.fromkeys(("udha.db", "udha.db-wal", "udha.db-shm"), "0o600")


async def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    """The first start needs no preparation."""
    store = await Store.open(f"sqlite:///{tmp_path}/a/b/udha.db", SECRET, MovedClock())
    await store.close()
    assert (tmp_path / "a" / "b").stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("engine")
async def test_migrations_make_the_tables(tmp_path: Path) -> None:
    """All migrations together make exactly the tables that the code works with."""
    await (await opened(tmp_path, MovedClock())).close()
    with connected(tmp_path) as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_migrations_say_when_they_run() -> None:
    """Each is named 0001_what_pre or _post: before the new code runs, or after the old is gone."""
    folder = Path(__file__).parents[1] / "bot/store/migrations/versions"
    names = sorted(file.stem for file in folder.glob("[0-9]*.py"))
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    assert all(name.endswith(("_pre", "_post")) for name in names)


@pytest.mark.usefixtures("engine")
async def test_what_was_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    """Closing and opening loses nothing."""
    store = await opened(tmp_path, MovedClock())
    await store.keep(said("1"))
    await store.close()
    store = await opened(tmp_path, MovedClock())
    found = await store.lease()
    await store.close()
    assert found is not None
    assert found.message == said("1")


@pytest.mark.usefixtures("engine")
async def test_a_closed_store_says_so(tmp_path: Path) -> None:
    """After closing nothing hangs: whoever still asks is told that the store is away."""
    store = await opened(tmp_path, MovedClock())
    await store.close()
    with pytest.raises(StoreAway):
        await store.keep(said("1"))
    with pytest.raises(StoreAway):
        await store.tickets()
