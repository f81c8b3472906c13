"""A case as a line of the queue says it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.pseudonyms import name_of_case
from bot.store.queue import QueueRow
from bot.store.response_times import KNOWN_OUTCOMES
from knowledge_base.model import Content, Language

LONGEST = 120
"""Characters of a question in the queue."""
NEAR = timedelta(hours=48)
"""Up to here an age is told in hours."""


@dataclass(frozen=True)
class Line:
    """What stands in one line."""

    row: QueueRow
    name: str
    """The pseudonym."""
    question: str
    """The first line of it, cut; empty: there is none."""
    topic: str
    """As it is called; empty: none."""
    age: tuple[str, int]
    """Such as ("hours", 3): the text console_age_hours."""
    silent_days: int
    """Days in which nothing happened in an open case; 0: it is not long."""

    outcome: str
    """What came of it: the text staff_outcome_…; empty: nothing yet, or words of somebody's own."""


def lines_of(
    rows: Sequence[QueueRow], content: Content, language: Language, now: datetime, stale: timedelta
) -> list[Line]:
    """The lines, in the language of whoever reads them.

    stale: an open case in which nothing happened for so long is called out.
    """
    return [_line(row, content, language, now, stale) for row in rows]


def age_of(since: datetime, now: datetime) -> tuple[str, int]:
    """How long ago: a unit and how many of it."""
    passed = max(now - since, timedelta(0))
    minutes = int(passed.total_seconds()) // 60
    if minutes < 1:
        return "now", 0
    if minutes < 60:
        return "minutes", minutes
    if passed < NEAR:
        return "hours", minutes // 60
    return "days", passed.days


def first_line(text: str) -> str:
    """What stands in the first line that has words, cut at a word."""
    line = next((line for line in text.splitlines() if line.strip()), "").strip()
    if len(line) <= LONGEST:
        return line
    cut = line[: LONGEST - 1]
    return f"{cut.rpartition(' ')[0] or cut}…"


def _line(
    row: QueueRow, content: Content, language: Language, now: datetime, stale: timedelta
) -> Line:
    topic = content.topics.get(row.topic)
    silent = now - row.changed_at
    return Line(
        row=row,
        name=name_of_case(row.id, row.person, content, language),
        question=first_line(row.question),
        topic=topic.label[language] if topic is not None else row.topic,
        age=age_of(row.closed_at or row.since, now),
        silent_days=silent.days if row.closed_at is None and silent >= stale else 0,
        outcome=row.outcome if row.outcome in KNOWN_OUTCOMES else "",
    )
