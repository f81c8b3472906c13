"""Texts with targets → a weight for each of their features: ridge regression.

Solved by conjugate gradients on sparse texts, so that nothing as large as texts × texts or texts ×
features is ever held.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge_base.learning.features import Array, Mask, Numbers, Vector

_MOST_STEPS = 60
_EXACT = 1e-3
"""What remains of the error, as a share of what there was at first."""


@dataclass(frozen=True)
class Texts:
    """Sparse texts × features, once row by row and once column by column."""

    count: int
    features: int
    row_starts: Numbers
    columns: Numbers
    values: Array
    column_starts: Numbers
    rows: Numbers
    """Of the values in `by_column`."""
    by_column: Array

    @classmethod
    def of(cls, vectors: Sequence[Vector], features: int) -> "Texts":
        """These texts, with ids below `features`."""
        sizes = np.array([len(vector.ids) for vector in vectors], np.int64)
        columns = np.concatenate([vector.ids for vector in vectors] or [np.empty(0, np.int64)])
        values = np.concatenate([vector.values for vector in vectors] or [np.empty(0)])
        order = np.argsort(columns, kind="stable")
        return cls(
            count=len(vectors),
            features=features,
            row_starts=_starts(sizes),
            columns=columns,
            values=values,
            column_starts=_starts(np.bincount(columns, minlength=features)),
            rows=np.repeat(np.arange(len(vectors)), sizes)[order],
            by_column=values[order],
        )

    def scores(self, weights: Array) -> Array:
        """Texts × targets, from features × targets."""
        return _sums(self.values[:, None] * weights[self.columns], self.row_starts)

    def weights(self, coefficients: Array) -> Array:
        """Features × targets, from texts × targets."""
        return _sums(self.by_column[:, None] * coefficients[self.rows], self.column_starts)


@dataclass(frozen=True)
class Weights:
    """What each feature says for each target; a score is their sum and the bias."""

    weights: Array
    """Features × targets."""
    bias: Array
    """Per target."""


def ridge(texts: Texts, targets: Array, strength: float, kept: Mask | None = None) -> Weights:
    """Fit the targets (texts × targets); of the texts only those `kept` count.

    `strength`: how strongly large weights are held down.
    """
    counts = np.ones(texts.count) if kept is None else kept.astype(np.float64)

    def centred(values: Array) -> Array:
        mean = counts @ values / counts.sum()
        result: Array = (values - mean) * counts[:, None]
        return result

    def apply(coefficients: Array) -> Array:
        return centred(texts.scores(texts.weights(coefficients))) + strength * coefficients

    weights = texts.weights(_solve(apply, centred(targets)))
    bias = counts @ (targets - texts.scores(weights)) / counts.sum()
    return Weights(weights, bias)


def _solve(apply: Callable[[Array], Array], wanted: Array) -> Array:
    """What `apply` makes `wanted` of, by conjugate gradients, for each column by itself."""
    solution = np.zeros_like(wanted)
    residual = wanted.copy()
    direction = residual.copy()
    error = (residual**2).sum(axis=0)
    enough = error * _EXACT**2 + 1e-12
    for _ in range(_MOST_STEPS):
        if (error <= enough).all():
            break
        applied = apply(direction)
        step = error / np.maximum((direction * applied).sum(axis=0), 1e-12)
        solution += step * direction
        residual -= step * applied
        before, error = error, (residual**2).sum(axis=0)
        direction = residual + error / np.maximum(before, 1e-12) * direction
    return solution


def _starts(sizes: Numbers) -> Numbers:
    starts = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=starts[1:])
    return starts


def _sums(values: Array, starts: Numbers) -> Array:
    """The sums of the rows from each start up to the next."""
    running = np.zeros((len(values) + 1, values.shape[1]))
    np.cumsum(values, axis=0, out=running[1:])
    sums: Array = running[starts[1:]] - running[starts[:-1]]
    return sums
