"""What people read in Albanian has its ë and ç. Ways of asking are exempt: people type without."""

import re
from collections.abc import Iterator

from knowledge_base.checks.edition import Edition
from knowledge_base.checks.passages import passages
from knowledge_base.problems import Problem
from knowledge_base.words.folding import fold

_WORD = re.compile(r"[^\W\d_]+")
_PIECE = re.compile(r"\S+")
_IN_ADDRESS = re.compile(r"\w\.\w|@|/")


def check(edition: Edition) -> Iterator[Problem]:
    for passage in passages(edition.content):
        if passage.language == "sq":
            for found in _WORD.finditer(_PIECE.sub(_without_address, passage.words)):
                right = edition.diacritics.get(fold(found[0]))
                if right is not None and found[0].lower() != right:
                    what = f'"{found[0]}" has lost its ë or ç.'
                    right = right.capitalize() if found[0][0].isupper() else right
                    yield passage.problem(what, f'Write "{right}".', at=found.start())


def _without_address(piece: re.Match[str]) -> str:
    # A part of a link or an e-mail address is no Albanian; its place is kept.
    return " " * len(piece[0]) if _IN_ADDRESS.search(piece[0]) else piece[0]
