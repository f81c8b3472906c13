"""The content folder → content that may be used, or why it may not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knowledge_base import checking
from knowledge_base.checks.edition import NeededTexts
from knowledge_base.knowledge import learned_from
from knowledge_base.model import Content
from knowledge_base.problems import Problem


@dataclass(frozen=True)
class Checked:
    """What the folder holds, or why it cannot be used."""

    content: Content | None
    """None where there are errors."""
    errors: Sequence[Problem] = ()
    learned_from: str = ""
    """What understanding of it would be learned from."""


def checked(folder: Path, today: date, needed_texts: NeededTexts | None) -> Checked:
    """Read the folder and hold it against every rule. Takes a second: to be done elsewhere."""
    report = checking.check(folder, today, needed_texts)
    if report.content is None or report.errors:
        return Checked(None, report.errors)
    return Checked(report.content, (), learned_from(folder, report.content))
