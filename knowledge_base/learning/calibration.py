"""Scores → confidence: at 0.8, four of five are right, whichever the question.

A logistic regression over nine signals, fitted on the phrases themselves: each is asked once while
a part of the phrases with it is left out (right or wrong), and once while its whole entry is left
out, as a stand-in for questions to which no entry fits. Some are asked within a story as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge_base.learning.features import Array
from knowledge_base.learning.scoring import Standing

SIGNALS = (
    "lead over the second entry",
    "share of the evidence",
    "best way of asking",
    "words known at all",
    "words known to the entry",
    "ideas known to the entry",
    "few entries in question",
    "number of words",
    "answers that say more",
)
_L2 = 1.0
_NEWTON_STEPS = 25
_OUTSIDE_WEIGHT = 0.3
_TEMPERATURES = tuple(np.geomspace(0.001, 1.0, 16))
_FURTHEST = 3.0
"""Standard deviations. What lies further out counts as if it lay there."""
_FEW = 8
"""With fewer right or wrong examples nothing can be fitted."""


@dataclass(frozen=True)
class Example:
    """A question whose right entry is known."""

    standing: Standing
    outside: bool
    """Its entry was left out: no answer is right."""
    entry: int | None
    """Which score is the right entry's, if any."""
    story: bool = False
    """It was asked within a story."""

    @property
    def right(self) -> bool:
        """Does the right entry win?"""
        return not self.outside and self.standing.winner == self.entry


@dataclass(frozen=True)
class Calibration:
    """The fitted scale."""

    temperature: float
    means: tuple[float, ...]
    scales: tuple[float, ...]
    coefficients: tuple[float, ...]
    intercept: float

    def shares(self, scores: Array) -> Array:
        """Each entry's share of the evidence (softmax)."""
        lifted = np.exp((scores - scores.max()) / self.temperature)
        shares: Array = lifted / lifted.sum()
        return shares

    def confidence(self, standing: Standing) -> float:
        """That the entry with the highest score is right."""
        if standing.known <= 0:
            return 0.0
        signals = (self.signals(standing) - self.means) / self.scales
        # Nothing is known beyond what the phrases showed: a long message is not surer and surer.
        signals = np.clip(signals, -_FURTHEST, _FURTHEST)
        return float(_logistic(signals @ np.array(self.coefficients) + self.intercept))

    def confidences(self, standing: Standing) -> Array:
        """For each entry that it is right: the winner's, and less as the evidence is less."""
        shares = self.shares(standing.scores)
        confidences: Array = self.confidence(standing) * shares / shares.max()
        return confidences

    def signals(self, standing: Standing) -> Array:
        """In the order of SIGNALS; the higher, the likelier it is right."""
        return _signals(standing, self.shares(standing.scores))


UNFITTED = Calibration(
    temperature=0.03,
    means=(0.0, 1.0, 0.4, 0.8, 0.6, 0.6, 0.5, 2.0, 0.0),
    scales=(1.0, 3.0, 0.15, 0.2, 0.2, 0.3, 0.3, 0.5, 1.0),
    coefficients=(0.0, 0.2, 1.0, 0.3, 0.8, 0.3, 0.0, 0.0, 0.0),
    intercept=0.0,
)
"""For content that is too small to be calibrated on itself: the words decide, since a lead means
little among few entries."""


def _signals(standing: Standing, shares: Array) -> Array:
    ordered = np.sort(standing.scores)
    lead = ordered[-1] - ordered[-2] if len(ordered) > 1 else ordered[-1]
    top = float(np.clip(shares.max(), 1e-6, 1 - 1e-6))
    doubt = -float(np.sum(shares * np.log(shares + 1e-12))) / np.log(max(len(shares), 2))
    return np.array(
        [
            lead,
            np.log(top / (1 - top)),
            standing.best_phrase,
            standing.known,
            standing.known_to_winner,
            standing.ideas_known_to_winner,
            1.0 - doubt,
            np.log1p(standing.words),
            standing.answers_ahead,
        ]
    )


def calibrate(examples: Sequence[Example]) -> Calibration:
    """Fit the scale; UNFITTED where there are too few right or wrong examples."""
    right = np.array([example.right for example in examples], dtype=float)
    if not _FEW <= right.sum() <= len(right) - _FEW:
        return UNFITTED
    temperature = _temperature(examples)
    plain = Calibration(temperature, (), (), (), 0.0)
    signals = np.array([plain.signals(example.standing) for example in examples])
    means, scales = signals.mean(axis=0), signals.std(axis=0) + 1e-9
    weights = np.array([_OUTSIDE_WEIGHT if e.outside else 1.0 for e in examples])
    coefficients, intercept = _fit((signals - means) / scales, right, weights)
    return Calibration(
        temperature,
        tuple(means.tolist()),
        tuple(scales.tolist()),
        tuple(coefficients.tolist()),
        intercept,
    )


def _temperature(examples: Sequence[Example]) -> float:
    """The softmax temperature under which the right entries are likeliest."""
    inside = [
        (e.standing.scores, e.entry) for e in examples if not e.outside and e.entry is not None
    ]

    def surprise(temperature: float) -> float:
        plain = Calibration(temperature, (), (), (), 0.0)
        return -sum(float(np.log(plain.shares(scores)[e] + 1e-12)) for scores, e in inside)

    return float(min(_TEMPERATURES, key=surprise))


def _fit(signals: Array, right: Array, weights: Array) -> tuple[Array, float]:
    """Logistic regression without negative coefficients: refitted without those that were."""
    kept = np.ones(signals.shape[1], dtype=bool)
    while True:
        fitted, intercept = _newton(signals[:, kept], right, weights)
        if (fitted >= 0).all():
            coefficients = np.zeros(signals.shape[1])
            coefficients[kept] = fitted
            return coefficients, intercept
        kept[np.flatnonzero(kept)[fitted < 0]] = False


def _newton(signals: Array, right: Array, weights: Array) -> tuple[Array, float]:
    design = np.column_stack([signals, np.ones(len(signals))])
    penalty = np.diag([*[_L2] * signals.shape[1], 1e-6])
    beta = np.zeros(design.shape[1])
    for _ in range(_NEWTON_STEPS):
        guess = _logistic(design @ beta)
        slope = design.T @ (weights * (right - guess)) - penalty @ beta
        curve = (design * (weights * guess * (1 - guess))[:, None]).T @ design + penalty
        step = np.linalg.solve(curve, slope)
        beta += step
        if np.abs(step).max() < 1e-8:
            break
    return beta[:-1], float(beta[-1])


def _logistic(value: Array) -> Array:
    result: Array = 1.0 / (1.0 + np.exp(-np.clip(value, -40, 40)))
    return result


@dataclass(frozen=True)
class Goals:
    """What the caller asks of the thresholds."""

    precision: float = 0.9
    """How many of 100 answers must be right."""
    outside: float = 0.25
    """Questions without a fitting entry, per question with one."""
    suggest_percentile: float = 6.0
    """Below the confidence that all but these percent of the answerable reach: no suggestion."""


@dataclass(frozen=True)
class Thresholds:
    """The confidences from which Udha answers and suggests."""

    answer: float
    suggest: float


def set_thresholds(
    examples: Sequence[Example], calibration: Calibration, goals: Goals
) -> Thresholds:
    """The lowest answer threshold that keeps the precision goal on held-out phrases.

    Stories do not count here: how hard they are is made up.
    """
    if calibration is UNFITTED:
        return Thresholds(answer=goals.precision, suggest=0.2)
    examples = [example for example in examples if not example.story]
    confidence = np.array([calibration.confidence(example.standing) for example in examples])
    right = np.array([example.right for example in examples])
    outside = np.array([example.outside for example in examples])
    per_outside = goals.outside * (~outside).sum() / max(outside.sum(), 1)
    weights = np.where(outside, per_outside, 1.0)
    inside = confidence[~outside]
    suggest = float(np.percentile(inside, goals.suggest_percentile)) if len(inside) else 0.0
    answer = _lowest_precise(confidence, right, weights, goals.precision)
    return Thresholds(answer, min(suggest, answer))


def _lowest_precise(confidence: Array, right: Array, weights: Array, goal: float) -> float:
    order = np.argsort(-confidence)
    precision = np.cumsum((weights * right)[order]) / np.cumsum(weights[order])
    reached = np.flatnonzero(precision >= goal)
    return float(confidence[order[reached[-1]]]) if len(reached) else 1.0
