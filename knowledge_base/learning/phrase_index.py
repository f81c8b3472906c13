"""A question's features → its similarity to every phrase, by one inverted index."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.learning.features import Vector


@dataclass(frozen=True)
class PhraseIndex:
    """For each feature the phrases that have it, one after the other."""

    starts: NDArray[np.int64]
    """Feature f has the postings starts[f] … starts[f + 1]."""
    phrases: NDArray[np.int32]
    values: NDArray[np.float32]
    count: int
    """How many phrases there are."""

    @classmethod
    def of(cls, vectors: Sequence[Vector], features: int) -> "PhraseIndex":
        """The index of these phrases, for a vocabulary of so many features."""
        ids = np.concatenate([vector.ids for vector in vectors] or [np.empty(0, np.int64)])
        sizes = [len(vector.ids) for vector in vectors]
        owners = np.repeat(np.arange(len(vectors), dtype=np.int32), sizes)
        values = np.concatenate([vector.values for vector in vectors] or [np.empty(0)])
        order = np.argsort(ids, kind="stable")
        starts = np.zeros(features + 1, np.int64)
        np.cumsum(np.bincount(ids, minlength=features), out=starts[1:])
        return cls(starts, owners[order], values[order].astype(np.float32), len(vectors))

    def similarities(self, question: Vector) -> NDArray[np.float64]:
        """To every phrase, 0 to 1."""
        starts = self.starts[question.ids]
        sizes = self.starts[question.ids + 1] - starts
        ends = np.cumsum(sizes)
        total = int(ends[-1]) if len(ends) else 0
        postings = np.arange(total) + np.repeat(starts - ends + sizes, sizes)
        weights = self.values[postings] * np.repeat(question.values, sizes)
        similarities = np.bincount(self.phrases[postings], weights, minlength=self.count)
        return similarities.astype(np.float64, copy=False)

    def phrases_with(self, feature: int) -> NDArray[np.int32]:
        """The phrases that have a feature."""
        return self.phrases[self.starts[feature] : self.starts[feature + 1]]

    def features_of(self, kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which features any of the kept phrases has."""
        counts = np.zeros(len(self.phrases) + 1, np.int64)
        np.cumsum(kept[self.phrases], out=counts[1:])
        has_any: NDArray[np.bool_] = counts[self.starts[1:]] > counts[self.starts[:-1]]
        return has_any
