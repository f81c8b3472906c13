"""An answer is read on a phone: short, and with its source never more than an app can carry."""

from collections.abc import Iterator

from knowledge_base.checks.edition import Edition
from knowledge_base.checks.passages import Passage, passages
from knowledge_base.model import Content
from knowledge_base.problems import Problem

GOAL = 700
"""Characters of an answer that is still read to the end."""
LIMIT = 4096
"""Characters of a message that every app takes: Telegram's limit; Viber's is 7,000."""
_AROUND_SOURCE = 200
"""Room for the words around the source, its date, and who checked it."""


def check(edition: Edition) -> Iterator[Problem]:
    for passage in passages(edition.content):
        limit = LIMIT - _beside(edition.content, passage)
        length = len(passage.words)
        if length > limit:
            what = f"it has {length} characters; no app takes more than {limit} here."
            yield passage.problem(what, "Shorten it, or make two of it.")
        elif length > GOAL and passage.part == "answer":
            what = f"it has {length} characters; the goal is {GOAL}."
            advice = "Shorten it: one idea a line, and the first line answers."
            yield passage.problem(what, advice, severity="warning")


def _beside(content: Content, passage: Passage) -> int:
    """How many characters the program adds to a passage."""
    entry = content.entries.get(passage.owner)
    if entry is None or passage.part != "answer":
        return 0
    shown = entry.sources[:1]
    return _AROUND_SOURCE + sum(len(source.title) + len(source.url) for source in shown)
