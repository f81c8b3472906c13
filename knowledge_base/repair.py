"""Words that nobody knows → words that the content knows."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge_base.language_data import Words

_SHORTEST = 4
_CLOSE = 0.75
_CLOSE_ENOUGH = 0.9
"""Above it a typing slip is sure; below it two words written as one are looked for first."""
_SHORTEST_JOINED = 6
_LONGER_PART = 4
_REMEMBERED = 20_000


@dataclass(frozen=True)
class Repaired:
    """What an unknown word probably is."""

    words: Words
    similarity: float
    """1 for the word itself."""


class Repairer:
    """Repairs typing slips and lost spaces. Known, short and numeric words stay as they are."""

    def __init__(self, words: Iterable[str], spellings: Mapping[str, Words]) -> None:
        """`words`: all words of the content, repeated as they occur: the frequent win ties."""
        counts = Counter(words)
        self._known = counts
        self._clitics = {k[:-1]: v for k, v in spellings.items() if k.endswith("'")}
        self._by_length: dict[int, list[str]] = {}
        for word, _ in counts.most_common():
            if len(word) >= _SHORTEST and word.isalpha():
                self._by_length.setdefault(len(word), []).append(word)
        self.repair = lru_cache(maxsize=_REMEMBERED)(self._repair)

    def _repair(self, word: str) -> Repaired | None:
        """What a word that is not known probably is; None where nothing is close."""
        if word in self._known or len(word) < _SHORTEST or not word.isalpha():
            return None
        slip = self._slip(word)
        if slip is None or slip.similarity < _CLOSE_ENOUGH:
            return self._two_words(word) or slip
        return slip

    def _slip(self, word: str) -> Repaired | None:
        """The closest known word, by insertions, deletions, changes and swapped neighbours."""
        span = len(word) // 3
        best: Repaired | None = None
        for length in sorted(
            range(len(word) - span, len(word) + span + 1), key=lambda n: abs(n - len(word))
        ):
            found = process.extractOne(
                word,
                self._by_length.get(length, ()),
                scorer=OSA.normalized_similarity,
                score_cutoff=best.similarity + 1e-9 if best else _CLOSE,
            )
            if found is not None:
                best = Repaired((found[0],), found[1])
        return best

    def _two_words(self, word: str) -> Repaired | None:
        """Two known words written as one ("ngashqiperia", "nbelgjike")."""
        if len(word) < _SHORTEST_JOINED:
            return None
        for cut in sorted(range(1, len(word)), key=lambda n: abs(n - len(word) / 2)):
            left, right = word[:cut], word[cut:]
            if max(len(left), len(right)) < _LONGER_PART or right not in self._known:
                continue
            if len(left) > 1 and len(right) > 1 and left in self._known:
                return Repaired((left, right), 1.0)
            if left in self._clitics:
                return Repaired((*self._clitics[left], right), 1.0)
        return None
