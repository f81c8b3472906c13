"""The database behind a URL, with its schema up to date."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine import URL

from bot.store import counts, migrating, postgresql, sqlite
from bot.store.database import Database
from bot.store.transaction import all_counted, any_news
from bot.store.urls import parse_url


def open_database(url: str, fingerprint: str) -> Database:
    """Open what UDHA_DATABASE_URL names.

    fingerprint: Encryption.fingerprint. Raises StoreRefused.
    """
    parsed = parse_url(url)
    opened = _on_server if parsed.drivername == "postgresql" else _in_file
    return opened(parsed, fingerprint)


def _in_file(url: URL, fingerprint: str) -> Database:
    sqlite.prepare_file(url)
    engine = sqlite.sqlite_for_migrations(url)
    migrating.bring_up_to_date(engine, fingerprint, sqlite.why_refused)
    return sqlite.open_sqlite(url, _last)


def _on_server(url: URL, fingerprint: str) -> Database:
    engine = postgresql.postgresql_for_migrations(url)
    migrating.bring_up_to_date(engine, fingerprint, postgresql.why_refused)
    return postgresql.open_postgresql(url, _last)


def _last(tx: Connection, results: Sequence[Any]) -> bool:
    """What the operations of one commit leave to its end."""
    counts.write_down(tx, all_counted(results))
    return any_news(results)
