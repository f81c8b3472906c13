"""The page about the store tells of everything that is kept."""

import re
from pathlib import Path

from bot.store.tables import metadata

PAGE = (Path(__file__).parents[1] / "docs" / "store.md").read_text("utf-8")


def test_every_column_is_told_of() -> None:
    """No column is kept that the page does not name under its table."""
    parts = re.split(r"^\*\*(\w+)\*\*:", PAGE.partition("## Deleting")[0], flags=re.MULTILINE)
    told = dict(zip(parts[1::2], parts[2::2], strict=True))
    assert set(told) == set(metadata.tables)
    for name, table in metadata.tables.items():
        named = set(re.findall(r"`(\w+)`", told[name]))
        columns = {column.name for column in table.columns}
        assert columns <= named, name
