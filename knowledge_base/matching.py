"""A question → the entries that fit, best first, each with a confidence."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np

from knowledge_base.learning.calibration import Thresholds
from knowledge_base.learning.features import Array
from knowledge_base.learning.index_cache import fingerprint, kept_or_learned
from knowledge_base.learning.learned import PLAIN, VARIED, Learned, Recipe, learn
from knowledge_base.learning.scoring import Asked, Scorer
from knowledge_base.model import Language
from knowledge_base.words.language_data import LanguageData
from knowledge_base.words.normalising import sentences
from knowledge_base.words.reading import Reader, Token

_BEGINNING, _END = 1_500, 500
"""Characters of a long message that are matched: people ask first or last."""
_MOST_SENTENCES = 30
"""Of more, the longest are matched by themselves; all are in the message as a whole."""
_NOTHING_LEARNED = Thresholds(answer=1.0, suggest=1.0)

Pair = tuple[str, str]
"""A text and its label."""


@dataclass(frozen=True)
class Heard:
    """What one piece of a message, all of it or a sentence, was matched as."""

    tokens: tuple[Token, ...]
    asked: Asked
    confidences: Array
    """Per label, in the matcher's order."""


class Matcher:
    """Finds what a text asks for. Knows no YAML: any texts with any labels will do."""

    def __init__(
        self, pairs: Sequence[Pair], reader: Reader, words: Sequence[str], learned: Learned | None
    ) -> None:
        """`pairs`: sorted by label; `words`: theirs, frequent ones first. See `build`."""
        self.pairs = pairs
        self.labels = tuple(dict.fromkeys(label for _, label in pairs))
        self.learned = learned
        self.scorer = Scorer(learned.phrases, learned.evidence) if learned else None
        self._reader = reader
        self._known_words = reader.known_words(words)

    @classmethod
    def from_pairs(cls, pairs: Sequence[Pair], language: Language | None = None) -> "Matcher":
        """Match against texts with labels, with nothing known about how people write.

        `language` is for callers that know it; so far both are matched alike.
        """
        return cls.build(pairs, LanguageData(), PLAIN)

    @classmethod
    def build(
        cls,
        pairs: Sequence[Pair],
        data: LanguageData,
        recipe: Recipe = VARIED,
        cache: Path | None = None,
    ) -> "Matcher":
        """Learn from texts with labels, or read from the folder `cache` what was learned before.

        Blocks for up to seconds: keep it off the event loop.
        """
        pairs = _fair_share(_by_label(pairs), recipe.most_phrases)
        reader = Reader(data)
        texts = [reader.phrase(text) for text, _ in pairs]
        words = Counter(token.word for tokens in texts for token in tokens)
        labels = {label: number for number, label in enumerate(dict.fromkeys(x for _, x in pairs))}
        owners = [labels[label] for _, label in pairs]
        key = fingerprint(pairs, data, recipe)
        learned = (
            kept_or_learned(cache, key, lambda: learn(texts, owners, recipe)) if pairs else None
        )
        return cls(pairs, reader, [word for word, _ in words.most_common()], learned)

    @property
    def thresholds(self) -> Thresholds:
        """The confidences from which to answer and to suggest."""
        return self.learned.thresholds if self.learned else _NOTHING_LEARNED

    @property
    def answer_threshold(self) -> float:
        """From this confidence on the best label may be answered with."""
        return self.thresholds.answer

    @property
    def suggest_threshold(self) -> float:
        """From this confidence on the best labels are worth suggesting."""
        return self.thresholds.suggest

    def match(self, text: str) -> list[tuple[str, float]]:
        """All labels, best first, each with the confidence that it is what the text asks for."""
        return self.rank(self.hear(text))

    def rank(self, heard: Sequence[Heard]) -> list[tuple[str, float]]:
        """The labels by the best confidence that any piece of a message gives them."""
        if not heard:
            return [(label, 0.0) for label in self.labels]
        best = np.max([piece.confidences for piece in heard], axis=0)
        order = np.argsort(-best, kind="stable")
        return [(self.labels[number], float(best[number])) for number in order]

    def known_to(self, text: str) -> list[frozenset[str]]:
        """For each word of a text, the labels whose texts have it or an idea that it carries."""
        if self.scorer is None:
            return []
        tokens = self._reader.question(text, self._known_words)
        masks = (self.scorer.knowing((token.key, *token.ideas)) for token in tokens)
        return [frozenset(self.labels[number] for number in np.flatnonzero(m)) for m in masks]

    def hear(self, text: str) -> list[Heard]:
        """The message as a whole, and sentence by sentence if it has several."""
        pieces = sentences(excerpt(text))
        longest = sorted(pieces, key=len, reverse=True)[:_MOST_SENTENCES]
        return list(self._heard([" ".join(pieces), *longest]))

    def _heard(self, pieces: Sequence[str]) -> Iterator[Heard]:
        if self.scorer is None or self.learned is None:
            return
        for piece in dict.fromkeys(pieces):
            tokens = self._reader.question(piece, self._known_words)
            if tokens:
                weighed = self.learned.phrases.vocabulary.weigh(tokens)
                asked = self.scorer.ask(weighed, len({token.key for token in tokens}))
                confidences = self.learned.calibration.confidences(asked.standing)
                yield Heard(tokens, asked, confidences)


def excerpt(text: str) -> str:
    """A message of any length, shortened to its beginning and its end, at spaces."""
    text = text.strip()
    if len(text) <= _BEGINNING + _END:
        return text
    beginning, end = text[:_BEGINNING], text[-_END:]
    return f"{beginning.rsplit(None, 1)[0]}\n{end.split(None, 1)[-1]}"


def _by_label(pairs: Sequence[Pair]) -> list[Pair]:
    """Without repetitions and empty texts, those of a label together."""
    order = {label: number for number, label in enumerate(dict.fromkeys(x for _, x in pairs))}
    written = (pair for pair in dict.fromkeys(pairs) if pair[0].strip())
    return sorted(written, key=lambda pair: order[pair[1]])


def _fair_share(pairs: Sequence[Pair], most: int) -> list[Pair]:
    """About `most` of the pairs: a label with many gives up some, evenly over its texts."""
    if len(pairs) <= most:
        return list(pairs)
    sizes = Counter(label for _, label in pairs)
    shares = range(1, most + 1)
    over = bisect_right(shares, most, key=lambda each: sum(min(n, each) for n in sizes.values()))
    share = max(over, 1)
    kept: list[Pair] = []
    for _, group in groupby(pairs, key=lambda pair: pair[1]):
        own = list(group)
        count = min(len(own), share)
        kept += [own[place * len(own) // count] for place in range(count)]
    return kept
