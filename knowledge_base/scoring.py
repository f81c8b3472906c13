"""A question's features → what the phrases say about it, entry by entry."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.evidence import Evidence, Numbers
from knowledge_base.features import Features, Shares, Vector, Vocabulary, WeighedWord
from knowledge_base.phrase_index import PhraseIndex

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


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
    """How many there are."""

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


class Scorer:
    """Scores questions with all phrases, or only with those that are kept."""

    def __init__(self, phrases: Phrases, evidence: Evidence, kept: Mask | None = None) -> None:
        """`evidence` is over the kept phrases, its entries numbered anew from 0."""
        self._phrases = phrases
        self._evidence = evidence
        self._kept = kept
        owners = phrases.owners if kept is None else phrases.owners[kept]
        entries, self._owners = np.unique(owners, return_inverse=True)
        self._starts = np.searchsorted(self._owners, np.arange(len(entries)))
        self._known = None if kept is None else phrases.index.features_of(kept)
        self._word_entries = self._entries_by_word(entries)

    def ask(self, features: Features, words: int) -> Asked:
        """What the phrases say about a question of so many words."""
        vocabulary, shares = self._phrases.vocabulary, self._phrases.shares
        vector = vocabulary.vector(features, shares, self._known)
        similarities = self._phrases.index.similarities(vector)
        if self._kept is not None:
            similarities = similarities[self._kept]
        standing = self._standing(features, similarities, words)
        return Asked(standing, vector, similarities)

    def _standing(self, features: Features, similarities: Array, words: int) -> Standing:
        scores = self._evidence.scores(similarities)
        winner = int(np.argmax(scores))

        def knows(word: int) -> bool:
            return winner in self._word_entries[word]

        asked = list(self._phrases.vocabulary.words(features, self._known))
        ideas = [word for word in asked if word.is_idea]
        return Standing(
            scores=scores,
            best_phrase=float(np.maximum.reduceat(similarities, self._starts)[winner]),
            known=_share(asked, lambda word: True),
            known_to_winner=_share(asked, knows),
            ideas_known_to_winner=_share(ideas, knows) if ideas else 0.5,
            words=words,
        )

    def closest(self, asked: Asked, entry: int) -> int:
        """The phrase of an entry that is most like a question."""
        theirs = np.flatnonzero(self._owners == entry)
        return int(theirs[np.argmax(asked.similarities[theirs])])

    def _entries_by_word(self, entries: Numbers) -> Sequence[frozenset[int]]:
        """For each word the entries that know it, numbered as scores are."""
        number = np.full(int(self._phrases.owners.max(initial=0)) + 1, -1)
        number[entries] = np.arange(len(entries))
        owners, kept = number[self._phrases.owners], self._kept
        index = self._phrases.index
        found: list[frozenset[int]] = []
        for word in range(len(self._phrases.vocabulary.ids["words"])):
            phrases = index.phrases_with(word)
            if kept is not None:
                phrases = phrases[kept[phrases]]
            found.append(frozenset(owners[phrases].tolist()))
        return found


def _share(words: Sequence[WeighedWord], knows: Callable[[int], bool]) -> float:
    """How much of the words' weight is in words that somebody knows, 0 to 1."""
    total = sum(word.weight for word in words)
    known = sum(word.weight for word in words if word.id is not None and knows(word.id))
    return known / total if total else 0.0
