"""A test's database as another program sees it: past the store, with plain SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, inspect, make_url, text
from sqlalchemy.pool import NullPool

from tests.fakes.store_world import url_of


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    """What a query finds."""
    with connected(folder) as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def change(folder: Path, statement: str, **values: object) -> None:
    """Run a statement that changes something."""
    with connected(folder) as connection:
        connection.execute(text(statement), values)


def everything(folder: Path) -> dict[str, bytes]:
    """All values of each table, one after the other."""
    with connected(folder) as connection:
        return {
            table: b"\0".join(
                value if isinstance(value, bytes) else str(value).encode()
                for row in connection.execute(text(f'SELECT * FROM "{table}"'))  # noqa: S608
                for value in row
            )
            for table in inspect(connection).get_table_names()
        }


@contextmanager
def connected(folder: Path) -> Iterator[Connection]:
    """A transaction on the test's database."""
    url = make_url(url_of(folder))
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        yield connection
    engine.dispose()
