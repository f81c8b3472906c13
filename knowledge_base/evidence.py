"""Similarity to every phrase → a score per entry: regularised discriminant analysis.

Entries are compared by their mean phrase, after the directions in which the phrases of one entry
differ among themselves have been turned down. In closed form on the phrase-by-phrase similarities,
so there is nothing to train step by step, and every score is a sum over the question's words.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Settings:
    """How evidence is weighed; measured in docs/matching.md."""

    ridge: float = 0.3
    """How little is believed of the differences within entries."""
    bias: float = 0.25
    """How much an entry pays for unlike phrases, which lie near everything. Full payment is 1."""
    best_phrase: float = 0.1
    """How much the single most similar phrase adds."""


@dataclass(frozen=True)
class Evidence:
    """What each phrase's similarity says for each entry."""

    weights: Floats
    """Entries × phrases."""
    bias: Floats
    """Per entry."""
    best_phrase: float

    def scores(self, similarities: NDArray[np.float64], best: NDArray[np.float64]) -> Floats:
        """Per entry, from the similarity to every phrase and to the best phrase of every entry."""
        linear = self.weights @ similarities.astype(np.float32)
        scores: Floats = linear + self.bias + (self.best_phrase * best).astype(np.float32)
        return scores


def weigh(kernel: Floats, owners: NDArray[np.int64], entries: int, settings: Settings) -> Evidence:
    """Evidence from the phrase-by-phrase similarities; `owners`: the entry of each phrase."""
    means = class_means(owners, entries)
    centred = kernel - (means @ kernel)[owners]
    within = centred - (centred @ means.T)[:, owners]
    within[np.diag_indices_from(within)] += settings.ridge
    spread = np.linalg.solve(within, centred @ means.T)
    weights = means - spread.T + (spread.T @ means.T)[:, owners]
    bias = -0.5 * settings.bias * np.einsum("ep,pq,eq->e", weights, kernel, means, optimize=True)
    return Evidence(weights, bias.astype(np.float32), settings.best_phrase)


def class_means(owners: NDArray[np.int64], entries: int) -> Floats:
    """Entries × phrases: the matrix that averages over the phrases of each entry."""
    means = np.zeros((entries, len(owners)), np.float32)
    means[owners, np.arange(len(owners))] = 1.0
    sizes = np.maximum(means.sum(axis=1, keepdims=True), 1.0)
    averages: Floats = means / sizes
    return averages


def best_of_each(
    similarities: NDArray[np.float64], firsts: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The best phrase's similarity per entry; phrases are sorted by entry, `firsts` their starts."""
    best: NDArray[np.float64] = np.maximum.reduceat(similarities, firsts, axis=-1)
    return best
