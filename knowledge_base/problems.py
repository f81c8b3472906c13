"""What is wrong in the content, said so that an editor can mend it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from knowledge_base.model import Place

Severity = Literal["error", "warning", "notice"]
"""An error keeps the content from being used; a warning should be mended; a notice is a list to
work through (unsigned entries, unverified contacts)."""


@dataclass(frozen=True)
class Problem:
    """One problem: where it is, what it is, and what to write instead."""

    place: Place
    where: str
    """The entry and key, such as "overstay, related"."""
    what: str
    """A sentence: 'no entry is called "entry-bans".'"""
    advice: str
    """What to do, as a sentence: 'Write "entry-ban" (faq/irregular.yaml:12) or …'"""
    severity: Severity = "error"

    def __str__(self) -> str:
        return f"{self.place}: {self.where}: {self.what} {self.advice}"


class ContentProblems(Exception):
    """The content cannot be used: holds every error that was found, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
