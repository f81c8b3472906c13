"""What kind of store is behind a URL: only looked at, never made, changed or brought up to date."""

import sqlite3
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, inspect, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from bot.store import postgresql, sqlite
from bot.store.encryption import Encryption
from bot.store.errors import StoreRefused
from bot.store.tables import meta
from bot.store.urls import parse_url

StoreState = Literal["missing", "empty", "older", "current"]
"""missing: there is no file yet. empty: there are no tables yet. older: the next start brings the
schema up to date."""


def look(url: str, secret: str) -> StoreState:
    """The state of a store. secret: what it should be encrypted with; empty: not known.

    Raises StoreRefused where Udha could not use it.
    """
    parsed = parse_url(url)
    on_server = parsed.drivername == "postgresql"
    if not on_server and not Path(parsed.database or "").exists():
        return "missing"
    engine = postgresql.postgresql_for_migrations(parsed) if on_server else _reading(parsed)
    why = postgresql.why_refused if on_server else sqlite.why_refused
    try:
        with engine.connect() as tx:
            return _state(tx, secret)
    except DBAPIError as error:
        raise StoreRefused(why(error)) from error
    finally:
        engine.dispose()


def file_of(url: str) -> Path | None:
    """The file of a store; None where it is on a server. Raises StoreRefused."""
    parsed = parse_url(url)
    return None if parsed.drivername == "postgresql" else Path(parsed.database or "")


def _reading(url: URL) -> Engine:
    """An engine that cannot change the file: our own would turn on the WAL."""
    path = quote(str(Path(url.database or "").resolve()))

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)

    return create_engine("sqlite+pysqlite://", creator=connect, poolclass=NullPool)


def _state(tx: Connection, secret: str) -> StoreState:
    current = MigrationContext.configure(tx).get_current_revision()
    if current is None:
        if inspect(tx).get_table_names():
            raise StoreRefused("UDHA_DATABASE_URL names another program's database.")
        return "empty"
    scripts = _scripts()
    if current not in {one.revision for one in scripts.walk_revisions()}:
        raise StoreRefused("The store was made by a newer Udha: run that version.")
    made_with = tx.scalar(select(meta.c.value).where(meta.c.name == "secret"))
    if secret and made_with not in (None, Encryption(secret).fingerprint):
        raise StoreRefused(
            "The store was made with another secret: set UDHA_SECRET_KEY to that one."
        )
    return "current" if current == scripts.get_current_head() else "older"


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)
