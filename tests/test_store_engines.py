"""Every table and statement can be said to both engines."""

from types import ModuleType

import pytest
from sqlalchemy import Dialect, Executable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.sql.elements import ClauseElement

from bot.store import context, inbox, outbox, people, tickets
from bot.store.tables import metadata

SQLITE: Dialect = sqlite.dialect()
POSTGRESQL: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
STATEMENTS = [
    (module, name, value)
    for module in (context, inbox, outbox, people, tickets)
    for name, value in vars(module).items()
    if isinstance(value, Executable) and isinstance(value, ClauseElement)
]


@pytest.mark.parametrize(
    ("module", "name", "statement"),
    STATEMENTS,
    ids=[f"{one.__name__}.{name}" for one, name, _ in STATEMENTS],
)
def test_statements(module: ModuleType, name: str, statement: ClauseElement) -> None:
    """Each statement can be said to both engines."""
    assert str(statement.compile(dialect=SQLITE))
    assert str(statement.compile(dialect=POSTGRESQL))


def test_leases_skip_what_others_hold() -> None:
    """On PostgreSQL two workers never wait for each other's messages."""
    for statement in (inbox._GIVE_OUT, outbox._GIVE_OUT):
        said = str(statement.compile(dialect=POSTGRESQL))
        assert "FOR UPDATE SKIP LOCKED" in said
        assert "FOR UPDATE" not in str(statement.compile(dialect=SQLITE))


@pytest.mark.parametrize("name", list(metadata.tables))
def test_tables(name: str) -> None:
    """Each table and its partial indexes can be made on PostgreSQL."""
    table = metadata.tables[name]
    assert str(CreateTable(table).compile(dialect=POSTGRESQL))
    for index in table.indexes:
        said = str(CreateIndex(index).compile(dialect=POSTGRESQL))
        partial = index.dialect_options["sqlite"]["where"] is not None
        assert ("WHERE" in said) is partial
