"""A label fits on a button, a question on a suggestion."""

from collections.abc import Iterator

from knowledge_base.checks.edition import Edition
from knowledge_base.checks.passages import passages
from knowledge_base.problems import Problem

LONGEST = {"label": 30, "question": 90}
"""In characters."""


def check(edition: Edition) -> Iterator[Problem]:
    for passage in passages(edition.content):
        longest = LONGEST.get(passage.part)
        length = len(passage.words)
        if longest is not None and length > longest:
            what = f"it has {length} characters; a {passage.part} has {longest} at most."
            yield passage.problem(what, "Shorten it.")
        elif longest is not None and "\n" in passage.words:
            what = f"a {passage.part} has one line only."
            yield passage.problem(what, "Write it in one line.")
