"""`udha keys`: another secret for what is kept."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.progress import Progress

from bot.clock import system_clock
from bot.commands import deployment
from bot.commands.printing import console
from bot.refused import Refused
from bot.secret_key import kept_secret, put_in_place, write_aside
from bot.settings import Settings
from bot.sole_worker import sole_worker
from bot.store.errors import StoreRefused
from bot.store.looking import look
from bot.store.rotating import Moved, Rotated, rotate


@click.group()
def keys() -> None:
    """The secret that all encryption is derived from."""


@keys.command("rotate")
@click.option("--dry-run", is_flag=True, help="Only look whether it could be done.")
def rotate_(dry_run: bool) -> None:
    """Seal all that is kept for a new secret: when somebody leaves who could read the old one.

    Stop Udha and make a backup first. The new secret is UDHA_NEW_SECRET_KEY; where the old one
    stands in var/secret-key, a new one is made and takes its place. All is changed or nothing: run
    it again if it was interrupted.
    """
    settings = deployment.settings()
    old, file = _old(settings)
    with _nobody_else(settings):
        if _state(settings, old, file) == "missing":
            raise Refused("There is no store yet: nothing has to be sealed anew.")
        if dry_run:
            click.echo("It can be done: the store belongs to this secret, and nobody works on it.")
            return
        new = settings.environment.new_secret_key or _made(file)
        if new == old:
            raise Refused("UDHA_NEW_SECRET_KEY is the secret that is in use: set another one.")
        rotated = _rotate(settings, old, new)
        if file is not None:
            put_in_place(new, file)
    _say(rotated, file)


def _old(settings: Settings) -> tuple[str, Path | None]:
    """The secret in use, and the file that it stands in; None: it is set in the environment."""
    if settings.environment.secret_key:
        return settings.environment.secret_key, None
    file = settings.var / "secret-key"
    return kept_secret(file), file


@contextmanager
def _nobody_else(settings: Settings) -> Iterator[None]:
    with sole_worker(settings.database_url) as alone:
        if not alone:
            raise Refused("Udha is running on this database: stop it first.")
        yield


def _state(settings: Settings, old: str, file: Path | None) -> str:
    """What there is to rotate. Raises Refused for a store of another secret than old or new."""
    waiting = settings.environment.new_secret_key
    if file is not None and not waiting and _aside(file).exists():
        waiting = kept_secret(_aside(file))
    try:
        return look(settings.database_url, old)
    except StoreRefused as refused:
        if not waiting:
            raise Refused(str(refused)) from refused
    # An earlier run may have been interrupted after it was done.
    try:
        return look(settings.database_url, waiting)
    except StoreRefused as refused:
        raise Refused(str(refused)) from refused


def _made(file: Path | None) -> str:
    """A new secret, on the disk before anything is sealed with it."""
    if file is None:
        raise Refused(
            "UDHA_NEW_SECRET_KEY is not set: the secret to change to, any text of 32 characters "
            "or more. Keep it where UDHA_SECRET_KEY is kept."
        )
    return write_aside(_aside(file), lambda: secrets.token_urlsafe(32))


def _aside(file: Path) -> Path:
    return file.with_name(f"{file.name}.new")


def _rotate(settings: Settings, old: str, new: str) -> Rotated:
    with Progress(console=console(), transient=True) as progress:
        bar = progress.add_task("Sealing anew", total=None)

        def moved(done: int, whole: int) -> None:
            progress.update(bar, completed=done, total=whole)

        return _refused_plainly(settings, old, new, moved)


def _refused_plainly(settings: Settings, old: str, new: str, moved: Moved) -> Rotated:
    try:
        return rotate(settings.database_url, old, new, system_clock(), moved)
    except StoreRefused as refused:
        raise Refused(f"{refused} Nothing was changed.") from refused


def _say(rotated: Rotated, file: Path | None) -> None:
    if rotated.already:
        click.echo("The store had been sealed for the new secret before.")
    else:
        click.echo(f"{rotated.rows} rows are sealed for the new secret.")
    if rotated.unreadable:
        click.echo(f"{rotated.unreadable} texts could not be read before either.", err=True)
    if file is None:
        click.echo("Now set UDHA_SECRET_KEY to the new secret wherever Udha runs, then start it.")
    else:
        click.echo(
            f"The new secret stands in {file}: keep a copy of it somewhere else. The old one is in "
            f"{file}.old: backups from before can only be read with it. Delete it with them."
        )
    click.echo("All of staff sign in again, and tie their Telegram accounts again.")
