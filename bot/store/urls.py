"""Which database is meant: a URL is read, or refused in one sentence that shows no password."""

import re

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.store.errors import StoreRefused

PATIENCE = "5"
"""Seconds that a write to a file waits for another process to finish its own."""
MAY_FOLLOW = (
    "host",
    "port",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "channel_binding",
    "target_session_attrs",
)
"""What may stand behind the question mark of a PostgreSQL URL; what else there is, we set."""
_SECONDS = re.compile(r"\d{1,4}(\.\d{1,3})?", re.ASCII)


def parse_url(url: str) -> URL:
    """The URL of a database that Udha can use. Raises StoreRefused."""
    found = _parsed(url)
    if found.drivername == "postgresql":
        return _of_a_server(found)
    if found.drivername != "sqlite":
        raise StoreRefused(
            f"UDHA_DATABASE_URL must begin with sqlite:/// or postgresql://, "
            f"not with {found.drivername}."
        )
    return _of_a_file(found)


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        # Not "from": a port that is no number may be half of a password, and the error names it.
        raise StoreRefused(
            "UDHA_DATABASE_URL is no URL of a database: write sqlite:///path or postgresql://…"
        ) from None


def _of_a_server(url: URL) -> URL:
    if not url.database:
        raise StoreRefused(
            "UDHA_DATABASE_URL names no database: write postgresql://user:password@host/database."
        )
    if set(url.query) - set(MAY_FOLLOW):
        raise StoreRefused(
            f"UDHA_DATABASE_URL: only these may follow the database: {', '.join(MAY_FOLLOW)}."
        )
    return url


def _of_a_file(url: URL) -> URL:
    if not url.database or url.database == ":memory:" or url.host:
        raise StoreRefused("UDHA_DATABASE_URL names no file: write sqlite:///path/to/udha.db.")
    patience = url.query.get("timeout", PATIENCE)
    if set(url.query) - {"timeout"} or not _SECONDS.fullmatch(str(patience)):
        raise StoreRefused("UDHA_DATABASE_URL: only ?timeout=seconds may follow the file.")
    return url.update_query_dict({"timeout": patience})
