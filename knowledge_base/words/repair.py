"""Words that nobody knows → words that the content knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge_base.words.language_data import Words

_SHORTEST = 4
"""Letters. Shorter words have too many neighbours; "jo", "po", "nuk" and "pa" are never touched."""
_CLOSE = 0.75
_SURE = 0.9
"""Below it, two words written as one are looked for before a slip is believed."""
_SHORTEST_JOINED = 6
_LONGER_PART = 4
_REMEMBERED = 20_000


@dataclass(frozen=True)
class Repaired:
    """What an unknown word probably is."""

    words: Words
    similarity: float
    """0.75 to 1."""


class Repairer:
    """Repairs slips of the thumb and lost spaces, and remembers what words were repaired to."""

    def __init__(self, words: Sequence[str], spellings: Mapping[str, Words]) -> None:
        """`words`: all words of the content, the frequent ones first: they win ties."""
        # What remembers knows no repairer, so that one that is done with is gone at once.
        repairing = _Repairing(words, spellings)
        self.repair = lru_cache(maxsize=_REMEMBERED)(repairing.repair)


class _Repairing:
    def __init__(self, words: Sequence[str], spellings: Mapping[str, Words]) -> None:
        self._known = frozenset(words)
        self._clitics = {form[:-1]: means for form, means in spellings.items() if form[-1] == "'"}
        targets = [word for word in words if len(word) >= _SHORTEST and word.isalpha()]
        self._of_length = lru_cache(maxsize=None)(partial(_near_length, targets))

    def repair(self, word: str) -> Repaired | None:
        """What a word probably is; None: it is known, short or a number, or nothing is close."""
        if word in self._known or len(word) < _SHORTEST or not word.isalpha():
            return None
        slip = self._slip(word)
        if slip is not None and slip.similarity >= _SURE:
            return slip
        return self._two_words(word) or slip

    def _slip(self, word: str) -> Repaired | None:
        """The closest known word, by letters left out, added, changed or swapped."""
        found = process.extractOne(
            word,
            self._of_length(len(word)),
            scorer=OSA.normalized_similarity,
            score_cutoff=_CLOSE,
        )
        return Repaired((found[0],), found[1]) if found else None

    def _two_words(self, word: str) -> Repaired | None:
        """Two known words written as one ("ngashqiperia", "nbelgjike")."""
        if len(word) < _SHORTEST_JOINED:
            return None
        for cut in sorted(range(1, len(word) - 1), key=lambda place: abs(place - len(word) / 2)):
            left, right = word[:cut], word[cut:]
            if right not in self._known or max(len(left), len(right)) < _LONGER_PART:
                continue
            if len(left) > 1 and left in self._known:
                return Repaired((left, right), 1.0)
            if left in self._clitics:
                return Repaired((*self._clitics[left], right), 1.0)
        return None


def _near_length(words: Sequence[str], length: int) -> list[str]:
    """The words that can be close to one of this length at all."""
    shortest, longest = length * _CLOSE, length / _CLOSE
    return [word for word in words if shortest <= len(word) <= longest]
