"""What is wrong in the content, said so that an editor can mend it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
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
    """The entry and key, such as "overstay, related". Empty: the file as a whole."""
    what: str
    """A sentence: 'no entry is called "entry-bans".'"""
    advice: str
    """What to do, as a sentence: 'Write "entry-ban" (faq/irregular.yaml:12) or …'"""
    severity: Severity = "error"

    def __str__(self) -> str:
        where = f"{self.where}: " if self.where else ""
        return f"{self.place}: {where}{self.what} {self.advice}"


class ContentProblems(Exception):
    """The content cannot be used: holds every error that was found, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def closest(name: str, names: Iterable[str], at_least: float = 0.6) -> str | None:
    """The name that was probably meant; None where none is as alike (0 to 1) as `at_least`."""
    return next(iter(get_close_matches(name, list(names), n=1, cutoff=at_least)), None)
