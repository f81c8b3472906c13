"""A message → one vector, in which its sentences speak by themselves too.

Whoever tells a story asks in one sentence of it, or in two. So each sentence adds a vector of its
own to that of the whole message: a long one more than a short one, one that asks far more. Since
all evidence is a sum over a vector's features, a story still has exact evidence for every word.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from knowledge_base.learning.features import Mask, Shares, Vector, Vocabulary, Weighed, vector
from knowledge_base.words.reading import Token

_OF_SENTENCES = 1 / 3
"""The share of the vector that the sentences make up by themselves."""
_ASKING = 4.0
"""A sentence that asks counts as one so many times its length."""


class Sentence(NamedTuple):
    """One sentence of a message."""

    tokens: Sequence[Token]
    weighed: Weighed
    asks: bool = False
    """It ends with a question mark."""


@dataclass(frozen=True)
class Told:
    """A message with its features weighed."""

    whole: Weighed
    words: int
    """How many different ones there are."""
    sentences: tuple[tuple[Weighed, float], ...] = ()
    """Each with its share of them all; none where the message is a single one."""

    @classmethod
    def of(cls, sentences: Sequence[Sentence], vocabulary: Vocabulary) -> "Told":
        """A message of at least one sentence."""
        tokens = [token for sentence in sentences for token in sentence.tokens]
        words = len({token.key for token in tokens})
        if len(sentences) == 1:
            return cls(sentences[0].weighed, words)
        sizes = [len(one.tokens) * (_ASKING if one.asks else 1.0) for one in sentences]
        shares = [size / sum(sizes) for size in sizes]
        each = zip([one.weighed for one in sentences], shares, strict=True)
        return cls(vocabulary.weigh(tokens), words, tuple(each))

    def vector(self, shares: Shares, known: Mask | None = None) -> Vector:
        """The known features; of the vocabulary, only those in `known` (by id) are."""
        whole = vector(self.whole, shares, known)
        if not self.sentences:
            return whole
        each = [(vector(text, shares, known), share) for text, share in self.sentences]
        ids = np.concatenate([whole.ids, *(one.ids for one, _ in each)])
        parts = [_OF_SENTENCES * share * one.values for one, share in each]
        values = np.concatenate([(1 - _OF_SENTENCES) * whole.values, *parts])
        features, places = np.unique(ids, return_inverse=True)
        return Vector(features, np.bincount(places, values).astype(np.float64))
