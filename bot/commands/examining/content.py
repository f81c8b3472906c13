"""Can the content be used?"""

import asyncio
from collections.abc import Sequence
from datetime import date

from bot.commands.deployment import content_folder
from bot.commands.examining.finding import Finding
from bot.needed_texts import needed_texts
from bot.refused import Refused
from bot.settings import Settings
from knowledge_base.checking import check

NAME = "content"


async def content(settings: Settings, today: date) -> Sequence[Finding]:
    """A line for the content."""
    try:
        folder = content_folder(settings)
    except Refused as refused:
        return [Finding("wrong", NAME, str(refused))]
    report = await asyncio.to_thread(check, folder, today, needed_texts())
    if report.errors or report.content is None:
        number = len(report.errors)
        said = f"{number} error{'s' if number != 1 else ''} in {folder}. `udha check` says where."
        return [Finding("wrong", NAME, said)]
    entries = len(report.content.entries)
    said = f"{entries} entries, version {report.content.version}."
    if report.warnings:
        return [Finding("note", NAME, f"{said} {len(report.warnings)} warnings: `udha check`.")]
    return [Finding("ok", NAME, said)]
