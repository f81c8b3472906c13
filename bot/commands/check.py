"""`udha check`: what an editor should mend."""

from datetime import date
from pathlib import Path

import click

from bot.commands import deployment
from bot.needed_texts import needed_texts
from knowledge_base import checking


@click.command()
@click.argument(
    "path", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
def check(path: Path | None) -> None:
    """Check the content folder, or the one at PATH; exit code 1 where there are errors."""
    folder = path or deployment.content_folder(deployment.settings())
    today = date.today()  # noqa: DTZ011 - the editor's own day
    report = checking.check(folder, today, needed_texts())
    for line in report.lines():
        click.echo(line)
    if report.errors:
        raise SystemExit(1)
