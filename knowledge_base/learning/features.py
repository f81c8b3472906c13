"""Tokens → weighted features in five groups, and the vocabulary that all phrases share."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, count
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from knowledge_base.words.ideas import is_idea
from knowledge_base.words.reading import Token

Group = Literal["words", "neighbours", "pairs", "grams", "idea_pairs"]
GROUPS: tuple[Group, ...] = get_args(Group)
Array = NDArray[np.float64]
Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]
_UNKNOWN_COUNT = np.array([group not in ("neighbours", "pairs") for group in GROUPS])
"""Where an unknown feature makes the known ones count less."""
_PAIR_WINDOW = 10
"""Words further apart make no pair: a long message would have too many."""
_IDEA_WINDOW = 40
"""The same for ideas, which need not stand near each other: but in one part of a story."""
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

    @cached_property
    def array(self) -> Array:
        """In the order of GROUPS, together 1."""
        shares = np.array([getattr(self, group) for group in GROUPS], np.float64)
        total: Array = shares / shares.sum()
        return total


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
    """Ideas that stand in one text, by where each stands first."""
    first: dict[str, int] = {}
    for position, token in enumerate(tokens):
        for idea in token.ideas:
            first.setdefault(idea, position)
    ideas = sorted(first)
    for number, one in enumerate(ideas):
        for other in ideas[number + 1 :]:
            if abs(first[one] - first[other]) <= _IDEA_WINDOW:
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
    """The features of a text, in the order of GROUPS. What stands several times counts once."""
    groups: dict[Group, dict[str, float]] = {group: {} for group in GROUPS}
    for group, feature, weight, _ in find(tokens):
        features = groups[group]
        if weight > features.get(feature, 0.0):
            features[feature] = weight
    return groups


@dataclass(frozen=True)
class Weighed:
    """A text's features that a vocabulary has, and how much the others weigh."""

    ids: Numbers
    """Group after group: the words come first."""
    weights: Array
    """How sure each is, times how rare it is (idf)."""
    groups: Numbers
    """The place in GROUPS of each."""
    unknown: Array
    """By group the summed squares of the unknown features' weights, where they count."""
    unknown_words: float
    """The summed weights of the unknown words and ideas."""
    unknown_ideas: float


@dataclass(frozen=True)
class Vector:
    """The known features of a text. Each group is at most as long as the root of its share."""

    ids: Numbers
    values: Array


def vector(text: Weighed, shares: Shares, kept: Mask | None = None) -> Vector:
    """The known features of a text; of the vocabulary, only those `kept` (by id) are known.

    Unknown words, letter runs and pairs of ideas make the known ones count less; other unknown
    pairs do not.
    """
    known = np.ones(len(text.ids), bool) if kept is None else kept[text.ids]
    squares = text.weights**2 * (known | _UNKNOWN_COUNT[text.groups])
    lengths = np.bincount(text.groups, squares, minlength=len(GROUPS)) + text.unknown
    scales = np.sqrt(shares.array / np.maximum(lengths, 1e-12))
    return Vector(text.ids[known], (text.weights * scales[text.groups])[known])


class Vocabulary:
    """All features of the phrases, with how rare each is (idf). Ids of words come first."""

    def __init__(self, ids: Mapping[Group, Mapping[str, int]], idf: Sequence[float], texts: int):
        self.ids = ids
        self.idf = idf
        self.is_idea = np.array([is_idea(word) for word in ids["words"]], dtype=bool)
        self._unknown_idf = 1.0 + math.log(1 + texts)

    @classmethod
    def of(cls, texts: Sequence[Sequence[Token]]) -> "Vocabulary":
        """The vocabulary of these phrases."""
        having: dict[Group, Counter[str]] = {group: Counter() for group in GROUPS}
        for tokens in texts:
            for group, features in extract(tokens).items():
                having[group].update(features.keys())
        numbers = count()
        ids = {group: {feature: next(numbers) for feature in having[group]} for group in GROUPS}
        counts = chain.from_iterable(having[group].values() for group in GROUPS)
        idf = [1.0 + math.log((1 + len(texts)) / (1 + each)) for each in counts]
        return cls(ids, idf, len(texts))

    def __len__(self) -> int:
        return len(self.idf)

    def weigh(self, tokens: Sequence[Token]) -> Weighed:
        """The features of a text, weighed."""
        known: list[tuple[int, float, int]] = []
        unknown = np.zeros(len(GROUPS))
        unknown_words: list[tuple[str, float]] = []
        for place, (group, features) in enumerate(extract(tokens).items()):
            ids = self.ids[group]
            for feature, sure in features.items():
                number = ids.get(feature)
                if number is not None:
                    known.append((number, sure * self.idf[number], place))
                    continue
                weight = sure * self._unknown_idf
                unknown[place] += weight * weight
                if group == "words":
                    unknown_words.append((feature, weight))
        numbers, weights, groups = zip(*known, strict=True) if known else ((), (), ())
        return Weighed(
            ids=np.array(numbers, np.int64),
            weights=np.array(weights, np.float64),
            groups=np.array(groups, np.int64),
            unknown=unknown * _UNKNOWN_COUNT,
            unknown_words=sum(weight for _, weight in unknown_words),
            unknown_ideas=sum(weight for word, weight in unknown_words if is_idea(word)),
        )
