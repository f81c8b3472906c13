"""Ways of asking → all that matching learns from them: features, evidence, scale, thresholds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from knowledge_base.learning.answers import Answers
from knowledge_base.learning.calibration import (
    Calibration,
    Example,
    Goals,
    Thresholds,
    calibrate,
    set_thresholds,
)
from knowledge_base.learning.evidence import Evidence, Floats, Weighing, weigh
from knowledge_base.learning.features import Mask, Shares, Vector, Vocabulary, vector
from knowledge_base.learning.phrase_index import PhraseIndex
from knowledge_base.learning.scoring import Phrases, Scorer
from knowledge_base.learning.stories import Stories
from knowledge_base.learning.told import Sentence, Told
from knowledge_base.words.reading import Token

Tokens = Sequence[Token]
_FOLDS = 8
_FOLDS_OF_MANY = 3
_MANY = 1500
"""Phrases. From here on three folds tell the same and cost less."""
_PHRASES_A_STORY = 5
"""Every so many phrases one is asked within a story, too."""


@dataclass(frozen=True)
class Recipe:
    """What matching is set to."""

    shares: Shares
    weighing: Weighing = field(default_factory=Weighing)
    goals: Goals = field(default_factory=Goals)
    most_phrases: int = 4500
    """Learning compares every phrase with every other: above this, each entry keeps its share."""


PLAIN = Recipe(Shares(words=1.5, neighbours=1, pairs=2, grams=3, idea_pairs=1))
"""For many similar phrases an entry."""
VARIED = Recipe(Shares(words=4, neighbours=0, pairs=1, grams=3, idea_pairs=2))
"""For phrases unlike each other, as the content's are; chosen by cross-validation on them."""


@dataclass(frozen=True)
class Learned:
    """What questions are matched with."""

    phrases: Phrases
    evidence: Evidence
    calibration: Calibration
    thresholds: Thresholds


@dataclass(frozen=True)
class Lessons:
    """What there is to learn from."""

    texts: Sequence[Tokens]
    """Ways of asking, sorted by entry."""
    owners: Sequence[int]
    """The entry of each, from 0 without a gap."""
    answers: Sequence[Tokens] = ()
    """Of each entry; none at all, or all."""
    background: Sequence[Sequence[Tokens]] = ()
    """What people tell beside their question, by language."""


def learn(lessons: Lessons, recipe: Recipe) -> Learned:
    """Learn from at least one way of asking."""
    vocabulary = Vocabulary.of(lessons.texts)
    texts = [Sentence(tokens, vocabulary.weigh(tokens)) for tokens in lessons.texts]
    vectors = [vector(text.weighed, recipe.shares) for text in texts]
    index = PhraseIndex.of(vectors, len(vocabulary))
    owners, answers = np.array(lessons.owners, np.int64), Answers.of(lessons.answers, vocabulary)
    phrases = Phrases(owners, vocabulary, index, recipe.shares, answers)
    kernel = _kernel(index, vectors)
    stories = Stories(
        [
            [Sentence(tokens, vocabulary.weigh(tokens)) for tokens in sentences]
            for sentences in lessons.background
        ]
    )
    examples = list(_Asking(phrases, kernel, texts, stories, recipe).held_out())
    calibration = calibrate(examples)
    return Learned(
        phrases=phrases,
        evidence=weigh(kernel, owners, int(owners.max()) + 1, recipe.weighing),
        calibration=calibration,
        thresholds=set_thresholds(examples, calibration, recipe.goals),
    )


def _kernel(index: PhraseIndex, phrases: Sequence[Vector]) -> Floats:
    """The similarity of every phrase to every other."""
    kernel = np.empty((len(phrases), len(phrases)), np.float32)
    for row, phrase in zip(kernel, phrases, strict=True):
        row[:] = index.similarities(phrase)
    return kernel


@dataclass(frozen=True)
class _Asking:
    """Asks the phrases themselves, each while it is left out."""

    phrases: Phrases
    kernel: Floats
    texts: Sequence[Sentence]
    stories: Stories
    recipe: Recipe

    def held_out(self) -> Iterator[Example]:
        """Each phrase without its fold, then without all phrases of its entry."""
        owners = self.phrases.owners
        folds = _FOLDS_OF_MANY if len(owners) > _MANY else _FOLDS
        within = np.arange(len(owners)) - np.searchsorted(owners, owners)
        for fold in range(folds):
            yield from self._asked(within % folds == fold, outside=False)
        for fold in range(folds):
            yield from self._asked(owners % folds == fold, outside=True)

    def _asked(self, left_out: Mask, *, outside: bool) -> Iterator[Example]:
        kept = ~left_out
        if not kept.any() or not left_out.any():
            return
        entries, owners = np.unique(self.phrases.owners[kept], return_inverse=True)
        kernel = self.kernel[np.ix_(kept, kept)]
        evidence = weigh(kernel, owners, len(entries), self.recipe.weighing)
        scorer = Scorer(self.phrases, evidence, kept)
        number = {int(entry): n for n, entry in enumerate(entries)}
        vocabulary = self.phrases.vocabulary
        for phrase in np.flatnonzero(left_out).tolist():
            entry = number.get(int(self.phrases.owners[phrase]))
            told = Told.of([self.texts[phrase]], vocabulary)
            yield Example(scorer.ask(told).standing, outside, entry)
            story = self._story(phrase, left_out)
            if story:
                told = Told.of(story, vocabulary)
                yield Example(scorer.ask(told).standing, outside, entry, story=True)

    def _story(self, phrase: int, left_out: Mask) -> list[Sentence]:
        """One that asks the phrase, if it is its turn."""
        if phrase % _PHRASES_A_STORY:
            return []
        owners = self.phrases.owners
        siblings = np.flatnonzero(left_out & (owners == owners[phrase])).tolist()
        others = [self.texts[sibling] for sibling in siblings if sibling != phrase]
        return self.stories.around(self.texts[phrase], others)
