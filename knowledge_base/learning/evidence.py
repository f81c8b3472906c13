"""Similarity to every phrase → a score per entry: regularised discriminant analysis.

Entries are compared by their mean phrase, after the directions in which the phrases of one entry
differ among themselves have been turned down. It is in closed form on the phrase-by-phrase
similarities: nothing is trained step by step, and every score is a sum over the question's words.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from knowledge_base.learning.features import Array, Numbers
from knowledge_base.learning.solving import solve_symmetric

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Weighing:
    """How evidence is weighed; what each is worth stands in docs/matching.md."""

    ridge: float = 0.3
    """How little the differences within entries are believed."""
    bias: float = 0.5
    """How much of the full price an entry pays for lying near everything, 0 to 1."""


@dataclass(frozen=True)
class Evidence:
    """What the similarity to each phrase says for each entry."""

    weights: Floats
    """Entries × phrases."""
    bias: Floats
    """Per entry."""

    def scores(self, similarities: Array) -> Array:
        """Per entry, from the similarity to every phrase."""
        # Not "@": that wakes a thread on every core, and waits for them where cores are busy.
        scores: Floats = np.einsum("ep,p->e", self.weights, similarities.astype(np.float32))
        return (scores + self.bias).astype(np.float64)


def weigh(kernel: Floats, owners: Numbers, entries: int, weighing: Weighing) -> Evidence:
    """The evidence in phrase-by-phrase similarities.

    `kernel`: phrases × phrases, used up by it, since a copy would be large; `owners`: the entry of
    each phrase, 0 to `entries` - 1, rising.
    """
    means = _class_means(owners, entries)
    towards = kernel @ means.T
    _centre(kernel, towards, means, owners)
    kernel[np.diag_indices_from(kernel)] += np.float32(weighing.ridge)
    apart = solve_symmetric(kernel, towards - (means @ towards)[owners]).T
    weights = means - apart + (apart @ means.T)[:, owners]
    bias = -0.5 * weighing.bias * np.einsum("ep,pe->e", weights, towards)
    return Evidence(weights.astype(np.float32), bias.astype(np.float32))


def _centre(kernel: Floats, towards: Floats, means: Floats, owners: Numbers) -> None:
    """Keep only the similarities of what sets phrases apart from the mean of their entry."""
    edges = np.searchsorted(owners, np.arange(len(means) + 1))
    for entry, (start, end) in enumerate(pairwise(edges)):
        kernel[:, start:end] -= towards[:, entry : entry + 1]
    centres = means @ kernel
    for entry, (start, end) in enumerate(pairwise(edges)):
        kernel[start:end] -= centres[entry]


def _class_means(owners: Numbers, entries: int) -> Floats:
    """Entries × phrases: averages over the phrases of each entry."""
    means = np.zeros((entries, len(owners)), np.float32)
    means[owners, np.arange(len(owners))] = 1.0
    averages: Floats = means / np.maximum(means.sum(axis=1, keepdims=True), 1.0)
    return averages
