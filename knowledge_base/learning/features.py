"""Tokens → weighted features in five groups, and the vocabulary that all phrases share."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, count, pairwise, repeat
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


_Together = Iterator[tuple[str, float, tuple[int, int]]]
"""A feature of two tokens, its weight and their positions."""
_Alone = Iterator[tuple[Sequence[str], float, int]]
"""The features of one token, their weight and its position."""


def find(tokens: Sequence[Token]) -> Iterator[Found]:
    """Every feature of a text, as often as it occurs."""
    alone: dict[Group, _Alone] = {"words": _words(tokens), "grams": _grams(tokens)}
    for group, found in alone.items():
        for features, weight, at in found:
            yield from (Found(group, feature, weight, (at,)) for feature in features)
    together: dict[Group, _Together] = {
        "neighbours": _neighbours(tokens),
        "pairs": _pairs(tokens),
        "idea_pairs": _idea_pairs(tokens),
    }
    for group, pairs in together.items():
        yield from (Found(group, *pair) for pair in pairs)


def _words(tokens: Sequence[Token]) -> _Alone:
    return (((token.key, *token.ideas), token.weight, at) for at, token in enumerate(tokens))


def _grams(tokens: Sequence[Token]) -> _Alone:
    for at, token in enumerate(tokens):
        yield character_grams(token.word), token.weight, at
        if token.written != token.word:
            yield character_grams(token.written), 1.0, at


def _neighbours(tokens: Sequence[Token]) -> _Together:
    for at, (one, other) in enumerate(pairwise(tokens)):
        yield f"{one.key} {other.key}", one.weight * other.weight, (at, at + 1)


def _pairs(tokens: Sequence[Token]) -> _Together:
    """Each token with each of those that follow it."""
    keys = [(token.key, token.weight) for token in tokens]
    for at, (one, weight) in enumerate(keys):
        for further, (other, sure) in enumerate(keys[at + 1 : at + 1 + _PAIR_WINDOW], at + 1):
            feature = f"{one}+{other}" if one < other else f"{other}+{one}"
            yield feature, weight * sure, (at, further)


def _idea_pairs(tokens: Sequence[Token]) -> _Together:
    """Ideas that stand in one text, by where each stands first."""
    first: dict[str, int] = {}
    for position, token in enumerate(tokens):
        for idea in token.ideas:
            first.setdefault(idea, position)
    ideas = sorted(first.items())
    for number, (one, at) in enumerate(ideas):
        for other, place in ideas[number + 1 :]:
            if abs(at - place) <= _IDEA_WINDOW:
                yield one + other, 1.0, (at, place)


@lru_cache(maxsize=20_000)
def character_grams(word: str) -> tuple[str, ...]:
    """The runs of 3 to 5 letters of a word and its edges, each once."""
    edged = f"<{word}>"
    runs = (edged[at : at + size] for size in _GRAMS for at in range(len(edged) - size + 1))
    return tuple(dict.fromkeys(runs))


def extract(tokens: Sequence[Token]) -> Features:
    """The features of a text, in the order of GROUPS. What stands several times counts once, as
    sure as it is at best.
    """
    return {
        "words": _surest_alone(_words(tokens)),
        "neighbours": _surest_together(_neighbours(tokens)),
        "pairs": _surest_together(_pairs(tokens)),
        "grams": _surest_alone(_grams(tokens)),
        "idea_pairs": _surest_together(_idea_pairs(tokens)),
    }


def _surest_alone(found: _Alone) -> dict[str, float]:
    surest: dict[str, float] = {}
    for features, weight, _ in found:
        if weight == 1.0:
            surest.update(dict.fromkeys(features, 1.0))
            continue
        for feature in features:
            if weight > surest.get(feature, 0.0):
                surest[feature] = weight
    return surest


def _surest_together(found: _Together) -> dict[str, float]:
    surest: dict[str, float] = {}
    for feature, weight, _ in found:
        if weight > surest.get(feature, 0.0):
            surest[feature] = weight
    return surest


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
        # The last is for what is not known.
        self._weights: Array = np.array([*idf, 1.0 + math.log(1 + texts)], np.float64)
        self.idf: Array = self._weights[:-1]
        self.is_idea = np.array([is_idea(word) for word in ids["words"]], dtype=bool)

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
        features = extract(tokens)
        ids, weights, groups = self._looked_up(features)
        known = ids >= 0
        weights *= self._weights[ids]
        strange = weights * ~known
        words = features["words"]
        ideas = [at for at, word in enumerate(words) if is_idea(word)]
        return Weighed(
            ids=ids[known],
            weights=weights[known],
            groups=groups[known],
            unknown=np.bincount(groups, strange**2, minlength=len(GROUPS)) * _UNKNOWN_COUNT,
            unknown_words=float(strange[: len(words)].sum()),
            unknown_ideas=float(strange[ideas].sum()),
        )

    def _looked_up(self, features: Features) -> tuple[Numbers, Array, Numbers]:
        """Of each feature its id, -1 where it is unknown, how sure it is, and its group."""
        ids = chain.from_iterable(
            map(self.ids[group].get, found, repeat(-1)) for group, found in features.items()
        )
        sure = chain.from_iterable(found.values() for found in features.values())
        sizes = [len(found) for found in features.values()]
        return (
            np.array(list(ids), np.int64),
            np.array(list(sure), np.float64),
            np.repeat(np.arange(len(GROUPS)), sizes),
        )
