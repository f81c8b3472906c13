"""`udha check`: what an editor should mend."""

import os
import time
from datetime import date, datetime
from pathlib import Path

import click

from bot.commands import deployment
from bot.needed_texts import needed_texts
from knowledge_base import checking, dictionaries
from knowledge_base.dictionaries import Found
from knowledge_base.files.content_folder import stamp_of

LOOK_EVERY = 0.5
"""Seconds."""

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("path", required=False, type=FOLDER)
@click.option("--watch", is_flag=True, help="Check again whenever a file changes, until Ctrl+C.")
@click.option("--spelling", is_flag=True, help="Look up every word that people read, too.")
@click.option(
    "--dictionaries",
    "dictionary_folders",
    type=FOLDER,
    multiple=True,
    help="Where sq_AL and en_GB are looked for, instead of where the system keeps them.",
)
def check(
    path: Path | None, watch: bool, spelling: bool, dictionary_folders: tuple[Path, ...]
) -> None:
    """Check the content folder, or the one at PATH; exit code 1 where there are errors.

    With --spelling, a dictionary that is not there is said; where CI is "true", that is an error.
    """
    folder = path or deployment.content_folder(deployment.settings())
    found = Found({}, ())
    if spelling:
        found = dictionaries.find(dictionary_folders or dictionaries.FOLDERS)
    sound = _check(folder, found)
    while watch:
        _wait_for_a_change(folder)
        click.echo(f"\n--- {datetime.now():%H:%M:%S}")  # noqa: DTZ005 - the editor's own clock
        sound = _check(folder, found)
    if not sound:
        raise SystemExit(1)


def _check(folder: Path, found: Found) -> bool:
    today = date.today()  # noqa: DTZ011 - the editor's own day
    report = checking.check(folder, today, needed_texts(), found.dictionaries)
    # Last, so that nobody overlooks it below the list.
    for line in (*report.lines(), *found.missing):
        click.echo(line)
    unchecked = found.missing and os.environ.get("CI") == "true"
    return not (report.errors or unchecked)


def _wait_for_a_change(folder: Path) -> None:
    before = stamp_of(folder)
    while stamp_of(folder) == before:
        time.sleep(LOOK_EVERY)
