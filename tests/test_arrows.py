"""Imports point one way: bot → handlers → knowledge_base."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("bot", "handlers", "knowledge_base")
MAY_IMPORT = {
    "bot": {"bot", "handlers", "knowledge_base"},
    "handlers": {"handlers", "knowledge_base"},
    "knowledge_base": {"knowledge_base"},
}
SQL = {"sqlalchemy", "alembic"}
PLATFORMS = {"telegram", "viberbot"}
WEB = {"aiohttp"}


def files(*folders: str) -> list[Path]:
    return sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))


def imported(file: Path) -> Iterator[str]:
    """The full names of the modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: say the whole name of {node.module}"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def packages(file: Path) -> set[str]:
    return {name.split(".")[0] for name in imported(file)}


@pytest.mark.parametrize("room", ROOMS)
def test_one_way(room: str) -> None:
    """A room imports nothing of the rooms that build on it."""
    for file in files(room):
        assert packages(file) & set(ROOMS) <= MAY_IMPORT[room], file


def test_only_the_store_knows_sql() -> None:
    """SQL is spoken in bot/store and nowhere else."""
    outside = [file for file in files(*ROOMS) if ROOT / "bot" / "store" not in file.parents]
    assert [file for file in outside if packages(file) & SQL] == []


def test_only_channels_know_platforms() -> None:
    """A platform's library is imported in its channel's file and nowhere else."""
    outside = [file for file in files(*ROOMS) if ROOT / "bot" / "channels" not in file.parents]
    assert [file for file in outside if packages(file) & PLATFORMS] == []


def test_handlers_and_knowledge_know_no_web() -> None:
    """What happens with a message does not depend on how it came."""
    assert [file for file in files("handlers", "knowledge_base") if packages(file) & WEB] == []


def test_only_the_app_knows_everybody() -> None:
    """Channels, store, worker and delivery do not know each other: bot/app.py joins them,
    and bot/platforms.py those of them that are platforms."""
    builders = {ROOT / "bot" / "app.py", ROOT / "bot" / "platforms.py"}
    for file in files("bot"):
        if file in builders or (ROOT / "bot" / "commands") in file.parents:
            continue
        known = {part for part in PARTS for name in imported(file) if name.startswith(part)}
        own = {part for part in PARTS if part in module(file)}
        if (ROOT / "bot" / "console") in file.parents:
            own.add("bot.store.")  # Its pages show what stands there.
        assert len(known - own) <= ALLOWED.get(file.name, 0), f"{file} knows {known}"


PARTS = ("bot.channels.web", "bot.channels.terminal", "bot.store.", "bot.worker", "bot.delivery")
"""The parts that bot/app.py joins."""
ALLOWED = {
    "worker.py": 1,
    "delivery.py": 1,
    "persisting.py": 1,
    "metrics.py": 1,
    "needed_texts.py": 1,
    "staff_group.py": 1,
    "telling.py": 1,
    "on_call.py": 1,
}
"""These know one of them, and nobody else."""


def module(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)
