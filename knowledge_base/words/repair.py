"""Words that nobody knows → words that the content knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
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


class _Targets(NamedTuple):
    """What words may be repaired to."""

    words: Sequence[str]
    letters: NDArray[np.uint64]
    """Of each, see `_letters`."""
    lengths: NDArray[np.int64]


class _Near(NamedTuple):
    """The words that can be close to one of a certain length at all."""

    words: Sequence[str]
    letters: NDArray[np.uint64]
    differing: NDArray[np.float64]
    """In how many letters each may differ at most."""


class _Repairing:
    def __init__(self, words: Sequence[str], spellings: Mapping[str, Words]) -> None:
        self._known = frozenset(words)
        self._clitics = {form[:-1]: means for form, means in spellings.items() if form[-1] == "'"}
        targets = [word for word in words if len(word) >= _SHORTEST and word.isalpha()]
        letters = np.array([_letters(word) for word in targets], np.uint64)
        lengths = np.array([len(word) for word in targets], np.int64)
        of_length = partial(_near_length, _Targets(targets, letters, lengths))
        self._of_length = lru_cache(maxsize=None)(of_length)

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
        near = self._of_length(len(word))
        differing = np.bitwise_count(near.letters ^ np.uint64(_letters(word)))
        alike = np.flatnonzero(differing <= near.differing).tolist()
        found = process.extractOne(
            word,
            [near.words[at] for at in alike],
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


def _near_length(targets: _Targets, length: int) -> _Near:
    shortest, longest = length * _CLOSE, length / _CLOSE
    near = np.flatnonzero((shortest <= targets.lengths) & (targets.lengths <= longest))
    slips = np.floor((1 - _CLOSE) * np.maximum(targets.lengths[near], length))
    return _Near([targets.words[at] for at in near.tolist()], targets.letters[near], 2 * slips)


def _letters(word: str) -> int:
    """Which letters a word has, once and twice, as bits: a slip changes at most two of them.

    So most words are told apart in a moment. Letters that share a bit are only told apart later.
    """
    once = twice = 0
    for letter in word:
        bit = 1 << (ord(letter) % 32)
        twice |= once & bit
        once |= bit
    return once | twice << 32
