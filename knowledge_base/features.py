"""Tokens → weighted features in four groups, and the vocabulary that all phrases share."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from knowledge_base.reading import Token

Group = Literal["words", "neighbours", "pairs", "grams"]
GROUPS: tuple[Group, ...] = get_args(Group)

Features = Mapping[Group, Mapping[str, float]]
"""By group: feature → how sure it is (1, or the similarity of a repaired word)."""

_PAIR_WINDOW = 10
"""Words further apart make no pair: a long message would have too many."""
_GRAMS = (3, 4, 5)


@dataclass(frozen=True)
class Shares:
    """How much of the similarity each group decides."""

    words: float
    neighbours: float
    pairs: float
    grams: float

    def of(self, group: Group) -> float:
        """The share of a group; all four together are 1."""
        total = self.words + self.neighbours + self.pairs + self.grams
        return float(getattr(self, group)) / total


def extract(tokens: Sequence[Token]) -> Features:
    """The features of a text. What stands several times counts once."""
    words: dict[str, float] = {}
    neighbours: dict[str, float] = {}
    pairs: dict[str, float] = {}
    grams: dict[str, float] = {}
    for position, token in enumerate(tokens):
        for key in (token.key, *token.ideas):
            _keep(words, key, token.weight)
        for distance, other in enumerate(tokens[position + 1 : position + _PAIR_WINDOW + 1]):
            weight = token.weight * other.weight
            if not distance:
                _keep(neighbours, f"{token.key} {other.key}", weight)
            _keep(pairs, pair_key(token.key, other.key), weight)
        for gram in character_grams(token.word):
            _keep(grams, gram, token.weight)
        if token.written != token.word:
            for gram in character_grams(token.written):
                _keep(grams, gram, 1.0)
    return {"words": words, "neighbours": neighbours, "pairs": pairs, "grams": grams}


def pair_key(one: str, other: str) -> str:
    """Two words of a text, in whichever order."""
    return f"{one}+{other}" if one < other else f"{other}+{one}"


@lru_cache(maxsize=20_000)
def character_grams(word: str) -> tuple[str, ...]:
    """The runs of 3 to 5 letters of a word and its edges."""
    edged = f"<{word}>"
    return tuple(
        {
            edged[start : start + size]: None
            for size in _GRAMS
            for start in range(len(edged) - size + 1)
        }
    )


def _keep(found: dict[str, float], feature: str, weight: float) -> None:
    if weight > found.get(feature, 0.0):
        found[feature] = weight


@dataclass(frozen=True)
class Vector:
    """The known features of a text, each group as long as the root of its share, at most."""

    ids: NDArray[np.int64]
    values: NDArray[np.float64]


class Vocabulary:
    """All features of the phrases, with how rare each is (idf)."""

    def __init__(self, ids: Mapping[Group, Mapping[str, int]], idf: Sequence[float], texts: int):
        self.ids = ids
        self.idf = idf
        self.unknown_idf = 1.0 + math.log(1 + texts)

    @classmethod
    def of(cls, texts: Sequence[Features]) -> "Vocabulary":
        """The vocabulary of these phrases. Ids of a group follow each other, words first."""
        ids: dict[Group, dict[str, int]] = {}
        idf: list[float] = []
        for group in GROUPS:
            counts = Counter(feature for text in texts for feature in text[group])
            ids[group] = {feature: len(idf) + n for n, feature in enumerate(counts)}
            idf += [1.0 + math.log((1 + len(texts)) / (1 + n)) for n in counts.values()]
        return cls(ids, idf, len(texts))

    def __len__(self) -> int:
        return len(self.idf)

    def vector(
        self, features: Features, shares: Shares, known: NDArray[np.bool_] | None = None
    ) -> Vector:
        """Unknown words and letter runs make the known ones count less; unknown pairs do not.

        `known`: per id; those that are False count as unknown (for held-out phrases).
        """
        ids: list[int] = []
        values: list[float] = []
        for group in GROUPS:
            found, unknown = self._weighted(group, features[group], known)
            squares = sum(value * value for _, value in found)
            if group in ("words", "grams"):
                squares += sum(value * value for value in unknown)
            scale = math.sqrt(shares.of(group) / squares) if found else 0.0
            ids += [feature for feature, _ in found]
            values += [value * scale for _, value in found]
        return Vector(np.array(ids, dtype=np.int64), np.array(values))

    def words(
        self, features: Features, known: NDArray[np.bool_] | None = None
    ) -> tuple[list[tuple[int, float]], float]:
        """The known words with their weights, and the summed weight of the unknown ones."""
        found, unknown = self._weighted("words", features["words"], known)
        return found, sum(unknown)

    def _weighted(
        self, group: Group, features: Mapping[str, float], known: NDArray[np.bool_] | None
    ) -> tuple[list[tuple[int, float]], list[float]]:
        ids, idf = self.ids[group], self.idf
        found: list[tuple[int, float]] = []
        unknown: list[float] = []
        for feature, weight in features.items():
            number = ids.get(feature)
            if number is None or (known is not None and not known[number]):
                unknown.append(weight * self.unknown_idf)
            else:
                found.append((number, weight * idf[number]))
        return found, unknown
