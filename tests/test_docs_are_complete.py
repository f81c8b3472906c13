"""The handbook names everything that can be set, called and read."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

from bot.cli import udha
from bot.metrics import Metrics
from bot.settings import GROUPS, variables

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def operations() -> str:
    return (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_every_variable(operations: str) -> None:
    """Every environment variable that Udha reads has its row."""
    assert [name for name in variables() if f"\n| `{name}` |" not in operations] == []


def test_no_other_variable(operations: str) -> None:
    """No row names a variable that Udha does not read."""
    rows = re.findall(r"^\| `([A-Z]+_[A-Z_]+)` \|", operations, re.MULTILINE)
    assert set(rows) == set(variables())


def test_every_setting(operations: str) -> None:
    """Every setting of config.yaml has its row, its line in config.yaml, and its sentence."""
    config = (ROOT / "config.yaml").read_text(encoding="utf-8")
    for group, declared in GROUPS.items():
        for setting in fields(declared):
            assert f"\n| `{group}.{setting.name}` |" in operations
            assert f"\n  {setting.name}:" in config
            assert setting.metadata["says"].endswith(".")


def commands(group: click.Group, said: str) -> Iterator[tuple[str, click.Command]]:
    """Each command with what is typed to call it."""
    with click.Context(group) as context:
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            if isinstance(command, click.Group):
                yield from commands(command, f"{said} {name}")
            elif command is not None:
                yield f"{said} {name}", command


def test_every_command(operations: str) -> None:
    """Every command has its row with all its options, and says what it does when asked."""
    for said, command in commands(udha, "udha"):
        (row,) = re.findall(rf"^\| `{said}(?: [^`]*)?` \|.*$", operations, re.MULTILINE)
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.opts[0] in row, f"{said}: {parameter.opts[0]}"
                assert parameter.help, f"{said}: {parameter.opts[0]}"
        assert command.help, said


def test_every_figure(operations: str) -> None:
    """Every figure at /metrics that is ours has its row."""
    ours = [one.name for one in Metrics().registry.collect() if one.name.startswith("udha_")]
    assert ours
    rows = "".join(line for line in operations.splitlines() if line.startswith("|"))
    assert [name for name in ours if not re.search(rf"`{name}(_total)?`", rows)] == []


def test_every_dependency() -> None:
    """Every declared dependency has its reason, and nothing else is listed."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[\[>=<~ ]", one)[0].lower() for one in declared}
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| ([a-z][a-z0-9-]+) \|", text, re.MULTILINE)) - {"package"}
    assert rows == names
