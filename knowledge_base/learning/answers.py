"""What the answers say: does the winner's speak of what was asked, more than the others' do?

The answers are no ways of asking and add nothing to the score. They were written by another hand
than the ways of asking, so where both point at one entry it is more likely right.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.learning.features import Array, Numbers, Vocabulary, Weighed
from knowledge_base.words.reading import Token


@dataclass(frozen=True)
class Answers:
    """The answers of all entries, as far as ways of asking know their words."""

    words: NDArray[np.float32]
    """Words and ideas × entries: how rare one is among the answers, 0 where an answer has it not.
    Without entries: there are no answers."""

    @classmethod
    def of(cls, answers: Sequence[Sequence[Token]], vocabulary: Vocabulary) -> "Answers":
        """Of the answers in the order of their entries."""
        ids = vocabulary.ids["words"]
        words = np.zeros((len(ids), len(answers)), np.float32)
        for entry, tokens in enumerate(answers):
            features = {feature for token in tokens for feature in (token.key, *token.ideas)}
            words[[ids[feature] for feature in features if feature in ids], entry] = 1.0
        having = words.sum(axis=1, keepdims=True)
        return cls(words * np.log((len(answers) + 1) / (having + 0.5)).astype(np.float32))

    def ahead_of(self, winner: int, question: Weighed, entries: Numbers) -> float:
        """How many of the `entries` have an answer that says more of the question than the
        winner's (by its place among them): minus the logarithm of one more. 0: none has.
        """
        if not self.words.shape[1]:
            return 0.0
        asked = question.ids < len(self.words)
        rows = self.words[np.ix_(question.ids[asked], entries)]
        said: Array = question.weights[asked] @ rows
        return -math.log1p(int(np.sum(said > said[winner])))
