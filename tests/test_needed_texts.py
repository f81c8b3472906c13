"""The list of texts that the program says is whole."""

import ast
from collections.abc import Iterator
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from bot.needed_texts import needed_texts
from knowledge_base.checking import check

ROOT = Path(__file__).parents[1]


def said() -> Iterator[tuple[str, str]]:
    """Every key that a handler names when it says something, with where."""
    for file in sorted((ROOT / "handlers").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                first = node.args[0] if node.args else None
                if node.func.attr in ("say", "reply") and isinstance(first, ast.Constant):
                    yield str(first.value), f"{file.name}:{node.lineno}"


def test_every_key_that_is_said() -> None:
    """A key that a handler says is in the list."""
    found = list(said())
    assert len(found) > 30
    for key, place in found:
        assert any(fnmatchcase(key, name) for name in needed_texts()), f"{place}: {key}"


def test_the_content_fits_it() -> None:
    """The content has every text of the list and none that is never said."""
    report = check(ROOT / "knowledge_base" / "content", date(2026, 12, 1), needed_texts())
    assert [str(problem) for problem in (*report.errors, *report.warnings)] == []
