"""Is there room on the disk, where the data is and where the program writes beside it?"""

import shutil
from collections.abc import Sequence
from pathlib import Path

from bot.commands.examining.finding import Finding
from bot.settings import Settings
from bot.store.errors import StoreRefused
from bot.store.looking import file_of

NAME = "disk"
MEGABYTE = 1_000_000
LITTLE, ALMOST_NOTHING = 1000, 200
"""Megabytes."""


async def disk(settings: Settings) -> Sequence[Finding]:
    """A line for each disk."""
    return [_room(folder) for folder in _folders(settings)]


def _folders(settings: Settings) -> Sequence[Path]:
    """One folder of each disk that is written to."""
    folders = [_there(settings.var)]
    try:
        file = file_of(settings.database_url)
    except StoreRefused:
        file = None
    if file is not None:
        folders.append(_there(file.resolve().parent))
    return list({folder.stat().st_dev: folder for folder in folders}.values())


def _there(folder: Path) -> Path:
    """The folder, or the nearest above it that there is."""
    return next(one for one in (folder, *folder.parents) if one.exists())


def _room(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free // MEGABYTE
    said = f"{free:,} MB free at {folder}."
    if free < ALMOST_NOTHING:
        return Finding("wrong", NAME, f"{said} Make room: without it nothing more is kept.")
    return Finding("note" if free < LITTLE else "ok", NAME, said)
