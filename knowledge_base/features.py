"""Tokens → weighted features in five groups, and the vocabulary that all phrases share."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from knowledge_base.ideas import is_idea
from knowledge_base.reading import Token

Group = Literal["words", "neighbours", "pairs", "grams", "idea_pairs"]
GROUPS: tuple[Group, ...] = get_args(Group)
_UNKNOWN_COUNT: frozenset[Group] = frozenset(("words", "grams", "idea_pairs"))
"""Where an unknown feature makes the known ones count less."""
_PAIR_WINDOW = 10
"""Words further apart make no pair: a long message would have too many."""
_GRAMS = (3, 4, 5)

Features = Mapping[Group, Mapping[str, float]]
"""By group: feature → how sure it is (1, or the similarity of a repaired word)."""


@dataclass(frozen=True)
class Shares:
    """How much of the similarity each group decides, in proportion to each other."""

    words: float
    neighbours: float
    pairs: float
    grams: float
    idea_pairs: float

    def of(self, group: Group) -> float:
        """The share of a group, 0 to 1."""
        total = self.words + self.neighbours + self.pairs + self.grams + self.idea_pairs
        return float(getattr(self, group)) / total


class Found(NamedTuple):
    """A feature of a text, and the positions of the tokens that it comes from."""

    group: Group
    feature: str
    weight: float
    positions: tuple[int, ...]


def find(tokens: Sequence[Token]) -> Iterator[Found]:
    """Every feature of a text, as often as it occurs."""
    for position, token in enumerate(tokens):
        at = (position,)
        yield Found("words", token.key, token.weight, at)
        for idea in token.ideas:
            yield Found("words", idea, token.weight, at)
        for gram in character_grams(token.word):
            yield Found("grams", gram, token.weight, at)
        if token.written != token.word:
            for gram in character_grams(token.written):
                yield Found("grams", gram, 1.0, at)
        yield from _pairs(tokens, position)
    yield from _idea_pairs(tokens)


def _pairs(tokens: Sequence[Token], position: int) -> Iterator[Found]:
    """The token with each of those that follow it."""
    token = tokens[position]
    for other_position in range(position + 1, min(position + 1 + _PAIR_WINDOW, len(tokens))):
        other = tokens[other_position]
        weight = token.weight * other.weight
        both = (position, other_position)
        if other_position == position + 1:
            yield Found("neighbours", f"{token.key} {other.key}", weight, both)
        yield Found("pairs", _unordered(token.key, other.key), weight, both)


def _idea_pairs(tokens: Sequence[Token]) -> Iterator[Found]:
    """Ideas that stand in one text, however far apart."""
    first: dict[str, int] = {}
    for position, token in enumerate(tokens):
        for idea in token.ideas:
            first.setdefault(idea, position)
    ideas = sorted(first)
    for number, one in enumerate(ideas):
        for other in ideas[number + 1 :]:
            yield Found("idea_pairs", one + other, 1.0, (first[one], first[other]))


def _unordered(one: str, other: str) -> str:
    return f"{one}+{other}" if one < other else f"{other}+{one}"


@lru_cache(maxsize=20_000)
def character_grams(word: str) -> tuple[str, ...]:
    """The runs of 3 to 5 letters of a word and its edges, each once."""
    edged = f"<{word}>"
    runs = (edged[at : at + size] for size in _GRAMS for at in range(len(edged) - size + 1))
    return tuple(dict.fromkeys(runs))


def extract(tokens: Sequence[Token]) -> Features:
    """The features of a text. What stands several times counts once."""
    groups: dict[Group, dict[str, float]] = {group: {} for group in GROUPS}
    for group, feature, weight, _ in find(tokens):
        features = groups[group]
        if weight > features.get(feature, 0.0):
            features[feature] = weight
    return groups


@dataclass(frozen=True)
class Vector:
    """The known features of a text. Each group is at most as long as the root of its share."""

    ids: NDArray[np.int64]
    values: NDArray[np.float64]


@dataclass(frozen=True)
class WeighedWord:
    """A word or idea of a text."""

    id: int | None
    """None: no phrase knows it."""
    weight: float
    """How rare it is."""
    is_idea: bool


class Vocabulary:
    """All features of the phrases, with how rare each is (idf). Ids of words come first."""

    def __init__(self, ids: Mapping[Group, Mapping[str, int]], idf: Sequence[float], texts: int):
        self.ids = ids
        self.idf = idf
        self._unknown_idf = 1.0 + math.log(1 + texts)

    @classmethod
    def of(cls, texts: Sequence[Features]) -> "Vocabulary":
        """The vocabulary of these phrases."""
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
        self, features: Features, shares: Shares, kept: NDArray[np.bool_] | None = None
    ) -> Vector:
        """The features as a vector. What is not `kept` (by id) counts as unknown."""
        ids: list[int] = []
        values: list[float] = []
        for group in GROUPS:
            known: list[float] = []
            squares = 0.0
            for _, number, weight in self._weighed(group, features, kept):
                if number is not None:
                    ids.append(number)
                    known.append(weight)
                if number is not None or group in _UNKNOWN_COUNT:
                    squares += weight * weight
            scale = math.sqrt(shares.of(group) / squares) if known else 0.0
            values += [weight * scale for weight in known]
        return Vector(np.array(ids, dtype=np.int64), np.array(values, dtype=np.float64))

    def words(
        self, features: Features, kept: NDArray[np.bool_] | None = None
    ) -> Iterator[WeighedWord]:
        """The words and ideas of a text. What is not `kept` (by id) counts as unknown."""
        for feature, number, weight in self._weighed("words", features, kept):
            yield WeighedWord(number, weight, is_idea(feature))

    def _weighed(
        self, group: Group, features: Features, kept: NDArray[np.bool_] | None
    ) -> Iterator[tuple[str, int | None, float]]:
        """Each feature of a group with its id, None for an unknown one, and its weight."""
        ids, idf = self.ids[group], self.idf
        for feature, weight in features[group].items():
            number = ids.get(feature)
            if number is None or (kept is not None and not kept[number]):
                yield feature, None, weight * self._unknown_idf
            else:
                yield feature, number, weight * idf[number]
