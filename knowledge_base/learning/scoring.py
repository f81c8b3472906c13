"""A question's features → what the phrases say about it, entry by entry."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge_base.learning.answers import Answers
from knowledge_base.learning.evidence import Evidence
from knowledge_base.learning.features import (
    Array,
    Mask,
    Numbers,
    Shares,
    Vector,
    Vocabulary,
    Weighed,
)
from knowledge_base.learning.phrase_index import PhraseIndex
from knowledge_base.learning.told import Told


@dataclass(frozen=True)
class Standing:
    """How the entries stand for one question, before calibration."""

    scores: Array
    """Per entry."""
    best_phrase: float
    """Similarity to the closest phrase of the winner, 0 to 1."""
    known: float
    """The share of the words' weight that any phrase knows, 0 to 1."""
    known_to_winner: float
    ideas_known_to_winner: float
    """The same of ideas alone; one half where the question carries none."""
    words: int
    """How many different ones there are."""
    answers_ahead: float = 0.0
    """0 where no other entry's answer says more of the question; below 0, the more do."""

    @property
    def winner(self) -> int:
        """The entry with the highest score."""
        return int(np.argmax(self.scores))


@dataclass(frozen=True)
class Asked:
    """How the entries stand, and what it comes from."""

    standing: Standing
    vector: Vector
    similarities: Array
    """To every phrase that is kept, 0 to 1."""


@dataclass(frozen=True)
class Phrases:
    """All ways of asking, sorted by entry, and their features."""

    owners: Numbers
    """The entry of each phrase, 0, 0, …, 1, 1, …"""
    vocabulary: Vocabulary
    index: PhraseIndex
    shares: Shares
    answers: Answers


class Scorer:
    """Scores questions with all phrases, or only with those that are kept."""

    def __init__(self, phrases: Phrases, evidence: Evidence, kept: Mask | None = None) -> None:
        """`evidence` is over the kept phrases, its entries numbered anew from 0."""
        self._phrases = phrases
        self._evidence = evidence
        self._kept = kept
        owners = phrases.owners if kept is None else phrases.owners[kept]
        self._entries, self._owners = np.unique(owners, return_inverse=True)
        entries = len(self._entries)
        self._starts = np.searchsorted(self._owners, np.arange(entries))
        self._known = None if kept is None else phrases.index.features_of(kept)
        self._knows = self._words_by_entry(entries)

    def ask(self, told: Told) -> Asked:
        """What the phrases say about a question."""
        asked = told.vector(self._phrases.shares, self._known)
        similarities = self._phrases.index.similarities(asked)
        if self._kept is not None:
            similarities = similarities[self._kept]
        return Asked(self._standing(told.whole, similarities, told.words), asked, similarities)

    def closest(self, asked: Asked, entry: int) -> int:
        """The phrase of an entry that is most like a question."""
        theirs = np.flatnonzero(self._owners == entry)
        return int(theirs[np.argmax(asked.similarities[theirs])])

    def knowing(self, words: Sequence[str]) -> Mask:
        """Which entries know any of these words or ideas."""
        ids = self._phrases.vocabulary.ids["words"]
        rows = self._knows[[ids[word] for word in words if word in ids]]
        known: Mask = np.logical_or.reduce(rows, axis=0)
        return known

    def _standing(self, question: Weighed, similarities: Array, words: int) -> Standing:
        scores = self._evidence.scores(similarities)
        winner = int(np.argmax(scores))
        asked = question.ids[question.ids < len(self._knows)]
        weights = question.weights[: len(asked)]
        theirs = weights * self._knows[asked, winner]
        ideas = self._phrases.vocabulary.is_idea[asked]
        everything = weights.sum() + question.unknown_words
        known = weights.sum() if self._known is None else weights[self._known[asked]].sum()
        all_ideas = weights[ideas].sum() + question.unknown_ideas
        return Standing(
            scores=scores,
            best_phrase=float(np.maximum.reduceat(similarities, self._starts)[winner]),
            known=float(known / everything) if everything else 0.0,
            known_to_winner=float(theirs.sum() / everything) if everything else 0.0,
            ideas_known_to_winner=float(theirs[ideas].sum() / all_ideas) if all_ideas else 0.5,
            words=words,
            answers_ahead=self._phrases.answers.ahead_of(winner, question, self._entries),
        )

    def _words_by_entry(self, entries: int) -> Mask:
        """Words × entries: which entry knows which word."""
        words, index = len(self._phrases.vocabulary.is_idea), self._phrases.index
        entry_of_phrase = np.full(index.count, -1)
        entry_of_phrase[slice(None) if self._kept is None else self._kept] = self._owners
        word_of = np.repeat(np.arange(words), np.diff(index.starts[: words + 1]))
        entry_of = entry_of_phrase[index.phrases[: len(word_of)]]
        knows = np.zeros((words, entries), bool)
        knows[word_of[entry_of >= 0], entry_of[entry_of >= 0]] = True
        return knows
