"""Examples of danger and calm ones → what each trait of a message says.

A ridge regression over all traits that two examples share, and a threshold that is set on examples
while they are left out.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from knowledge_base.learning.features import Array, Numbers, Vector
from knowledge_base.learning.kept import Arrays, Facts
from knowledge_base.learning.phrase_index import PhraseIndex
from knowledge_base.learning.ridge import Texts, Weights, ridge
from knowledge_base.model import DANGER_KINDS, DangerKind
from knowledge_base.recognising.long_texts import parts_of
from knowledge_base.recognising.traits import FEWEST, SHARES, Traits, traits
from knowledge_base.words.reading import Reader

_STRENGTH = 0.5
_FOLDS = 5
_COMMON = 0.02
"""What this share of all texts has counts half: in stories words such as "he" and "then" are many,
and they tell of no danger."""
FALSE_ALARMS = 0.08
"""How many of the calm examples may be taken for danger while they are left out. They are chosen to
be hard: of what people mostly write it is far fewer (docs/danger.md)."""

Judged = tuple[str, DangerKind | None]
"""A text and its kind; None: calm."""


@dataclass(frozen=True)
class Rarity:
    """The traits that are known, and how rare each is."""

    ids: Mapping[str, int]
    idf: Array
    unknown: float
    """The same of a trait that is not known."""

    @classmethod
    def of(cls, texts: Sequence[Traits]) -> "Rarity":
        """What at least two of the texts have is known."""
        having = Counter(trait for text in texts for group in text for trait in group)
        shared = [trait for trait, count in having.items() if count > 1]
        counts: Array = np.array([having[trait] for trait in shared], np.float64)
        idf = 1.0 + np.log((1.0 + len(texts)) / (1.0 + counts))
        idf /= 1.0 + counts / (_COMMON * len(texts))
        ids = {trait: number for number, trait in enumerate(shared)}
        return cls(ids, idf, 1.0 + math.log((1 + len(texts)) / 2))

    def vector(self, text: Traits) -> Vector:
        """The known traits of a text. Each group is at most as long as the root of its share."""
        ids: list[Numbers] = []
        values: list[Array] = []
        for share, fewest, group in zip(SHARES, FEWEST, text, strict=True):
            known = np.array([self.ids[trait] for trait in group if trait in self.ids], np.int64)
            weights = self.idf[known]
            squares = float(weights @ weights) + (len(group) - len(known)) * self.unknown**2
            ids.append(known)
            values.append(weights * math.sqrt(share / max(squares, fewest)))
        return Vector(np.concatenate(ids), np.concatenate(values))


@dataclass(frozen=True)
class Learned:
    """What messages are compared with."""

    words: tuple[str, ...]
    """Of all examples, the frequent ones first: what typing slips are repaired with."""
    rarity: Rarity
    says: Weights
    """Trait by trait: for danger at all, then for each kind."""
    threshold: float
    """From this score on a message is danger. Examples of danger lie around 1, calm ones at -1."""
    index: PhraseIndex
    """The examples of danger in their order."""


def learn(examples: Sequence[Judged], ordinary: Sequence[str], reader: Reader) -> Learned:
    """Learn from examples, some of them calm, and from ordinary texts that mean no danger."""
    judged = list(_sentence_by_sentence(examples))
    written = [*judged, *((" ".join(chain.from_iterable(parts_of(t))), None) for t in ordinary)]
    tokens = [reader.phrase(text) for text, _ in written]
    words = Counter(token.word for each in tokens for token in each)
    found = [traits(each) for each in tokens]
    rarity = Rarity.of(found)
    vectors = [rarity.vector(text) for text in found]
    kinds = [kind for _, kind in written]
    texts, targets = Texts.of(vectors, len(rarity.ids)), _targets(kinds)
    danger = [vector for vector, kind in zip(vectors, kinds, strict=True) if kind]
    return Learned(
        words=tuple(word for word, _ in words.most_common()),
        rarity=rarity,
        says=ridge(texts, targets, _STRENGTH),
        threshold=_threshold(texts, targets[:, :1], len(judged)),
        index=PhraseIndex.of(danger, len(rarity.ids)),
    )


def _sentence_by_sentence(examples: Sequence[Judged]) -> Iterator[Judged]:
    """All that a calm story says is calm; which sentence of another is danger nobody wrote down."""
    for text, kind in examples:
        parts = parts_of(text)
        for part in parts if kind is None else [list(chain.from_iterable(parts))]:
            yield " ".join(part), kind


def _targets(kinds: Sequence[DangerKind | None]) -> Array:
    """Texts × (danger, kinds): 1 for what a text is, else -1."""
    columns = [[kind is not None for kind in kinds]]
    columns += [[kind == each for kind in kinds] for each in DANGER_KINDS]
    targets: Array = np.array(columns, np.float64).T * 2 - 1
    return targets


def _threshold(texts: Texts, targets: Array, examples: int) -> float:
    """The score that only FALSE_ALARMS of the calm examples reach, each judged by other texts.

    `examples`: how many of the texts are examples; ordinary texts would make it look too easy.
    """
    scores = np.empty(texts.count)
    fold_of = np.arange(texts.count) % _FOLDS
    for fold in range(_FOLDS):
        left_out = fold_of == fold
        says = ridge(texts, targets, _STRENGTH, ~left_out)
        scores[left_out] = (texts.scores(says.weights)[:, 0] + says.bias[0])[left_out]
    calm = scores[:examples][targets[:examples, 0] < 0]
    return float(np.quantile(calm, 1 - FALSE_ALARMS))


def to_keep(learned: Learned) -> tuple[Facts, Arrays]:
    """What was learned, as it is kept on disk."""
    facts = {"words": learned.words, "traits": list(learned.rarity.ids)}
    return facts, {
        "idf": learned.rarity.idf,
        "numbers": np.array([learned.rarity.unknown, learned.threshold]),
        "weights": learned.says.weights.astype(np.float32),
        "bias": learned.says.bias,
        "starts": learned.index.starts,
        "phrases": learned.index.phrases,
        "values": learned.index.values,
        "count": np.array(learned.index.count),
    }


def as_kept(facts: Facts, arrays: Arrays) -> Learned:
    """What was kept on disk, as it was learned."""
    unknown, threshold = arrays["numbers"].tolist()
    ids = {trait: number for number, trait in enumerate(facts["traits"])}
    return Learned(
        words=tuple(facts["words"]),
        rarity=Rarity(ids, arrays["idf"], unknown),
        says=Weights(arrays["weights"].astype(np.float64), arrays["bias"]),
        threshold=threshold,
        index=PhraseIndex(
            arrays["starts"], arrays["phrases"], arrays["values"], int(arrays["count"])
        ),
    )
