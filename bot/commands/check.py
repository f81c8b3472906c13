"""`udha check`: what an editor should mend."""

import time
from datetime import date, datetime
from pathlib import Path

import click

from bot.commands import deployment
from bot.needed_texts import needed_texts
from knowledge_base import checking
from knowledge_base.files.content_folder import stamp_of

LOOK_EVERY = 0.5
"""Seconds."""


@click.command()
@click.argument(
    "path", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--watch", is_flag=True, help="Check again whenever a file changes, until Ctrl+C.")
def check(path: Path | None, watch: bool) -> None:
    """Check the content folder, or the one at PATH; exit code 1 where there are errors."""
    folder = path or deployment.content_folder(deployment.settings())
    sound = _check(folder)
    while watch:
        _wait_for_a_change(folder)
        click.echo(f"\n--- {datetime.now():%H:%M:%S}")  # noqa: DTZ005 - the editor's own clock
        sound = _check(folder)
    if not sound:
        raise SystemExit(1)


def _check(folder: Path) -> bool:
    today = date.today()  # noqa: DTZ011 - the editor's own day
    report = checking.check(folder, today, needed_texts())
    for line in report.lines():
        click.echo(line)
    return not report.errors


def _wait_for_a_change(folder: Path) -> None:
    before = stamp_of(folder)
    while stamp_of(folder) == before:
        time.sleep(LOOK_EVERY)
