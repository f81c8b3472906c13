"""What people read in Albanian has its ë and ç. Ways of asking are exempt: people type without."""

import re
from collections.abc import Iterator

from knowledge_base.checks.edition import Edition
from knowledge_base.checks.passages import passages
from knowledge_base.folding import fold
from knowledge_base.problems import Problem

_WORD = re.compile(r"[^\W\d_]+")
# A part of a link or an e-mail address is no Albanian.
_ADDRESS = re.compile(r"\S*(?:\w\.\w|@|/)\S*")


def check(edition: Edition) -> Iterator[Problem]:
    for passage in passages(edition.content):
        if passage.language == "sq":
            words = _ADDRESS.sub(lambda found: " " * len(found[0]), passage.words)
            for found in _WORD.finditer(words):
                right = edition.diacritics.get(fold(found[0]))
                if right is not None and found[0].lower() != right:
                    what = f'"{found[0]}" has lost its ë or ç.'
                    right = right.capitalize() if found[0][0].isupper() else right
                    yield passage.problem(what, f'Write "{right}".', at=found.start())
