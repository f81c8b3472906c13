"""A dictionary that knows every word but a few."""

import re
from collections.abc import Mapping, Sequence


class KnowsAllBut:
    """Small letters or capitals make no difference; joined words need all their parts."""

    def __init__(self, unknown: Mapping[str, Sequence[str]]) -> None:
        self._unknown = unknown
        """Word in small letters → what it suggests."""
        self.asked: list[str] = []
        """Words for which somebody wanted suggestions."""

    def knows(self, word: str) -> bool:
        return self._unknown.keys().isdisjoint({word.lower(), *re.split("['-]", word.lower())})

    def suggest(self, word: str) -> Sequence[str]:
        self.asked.append(word)
        return self._unknown.get(word.lower(), ())
