"""A question → the entries that fit, best first, each with a confidence."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from types import MappingProxyType

import numpy as np

from knowledge_base.learning.calibration import Thresholds
from knowledge_base.learning.features import Array, Vocabulary
from knowledge_base.learning.index_cache import fingerprint, kept_or_learned
from knowledge_base.learning.learned import PLAIN, VARIED, Learned, Lessons, Recipe, learn
from knowledge_base.learning.scoring import Asked, Scorer
from knowledge_base.learning.told import Sentence, Told
from knowledge_base.model import Language
from knowledge_base.words.language_data import LanguageData
from knowledge_base.words.normalising import marked_sentences
from knowledge_base.words.reading import Reader, Token

_BEGINNING, _END = 1_500, 500
"""Characters of a long message that are matched: people ask first or last."""
_MOST_SENTENCES = 30
"""Of more, the shortest are joined to those before them."""
_NO_ANSWERS: Mapping[str, str] = MappingProxyType({})
_NOTHING_LEARNED = Thresholds(answer=1.0, suggest=1.0)

Pair = tuple[str, str]
"""A text and its label."""


@dataclass(frozen=True)
class Heard:
    """What a message was matched as."""

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
        answers: Mapping[str, str] = _NO_ANSWERS,
    ) -> "Matcher":
        """Learn from texts with labels, or read from the folder `cache` what was learned before.

        `answers`: for all labels or none, what is answered, in every language. Blocks for up to
        seconds: keep it off the event loop.
        """
        pairs = _fair_share(_by_label(pairs), recipe.most_phrases)
        reader = Reader(data)
        texts = [reader.phrase(text) for text, _ in pairs]
        words = Counter(token.word for tokens in texts for token in tokens)
        labels = {label: number for number, label in enumerate(dict.fromkeys(x for _, x in pairs))}
        said = [answers[label] for label in labels] if answers else []

        def learn_now() -> Learned:
            lessons = Lessons(
                texts,
                [labels[label] for _, label in pairs],
                [reader.phrase(answer) for answer in said],
                [list(map(reader.phrase, told)) for told in data.background],
            )
            return learn(lessons, recipe)

        key = fingerprint(pairs, data, (recipe, said, data.background))
        learned = kept_or_learned(cache, key, learn_now) if pairs else None
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

    def rank(self, heard: Heard | None) -> list[tuple[str, float]]:
        """The labels by their confidence."""
        if heard is None:
            return [(label, 0.0) for label in self.labels]
        order = np.argsort(-heard.confidences, kind="stable")
        return [(self.labels[number], float(heard.confidences[number])) for number in order]

    def known_to(self, text: str) -> list[frozenset[str]]:
        """For each word of a text, the labels whose texts have it or an idea that it carries."""
        if self.scorer is None:
            return []
        tokens = self._reader.question(text, self._known_words)
        masks = (self.scorer.knowing((token.key, *token.ideas)) for token in tokens)
        return [frozenset(self.labels[number] for number in np.flatnonzero(m)) for m in masks]

    def hear(self, text: str) -> Heard | None:
        """What a message of any length says; None: it has no words."""
        if self.scorer is None or self.learned is None:
            return None
        vocabulary = self.learned.phrases.vocabulary
        sentences = list(self._sentences(text, vocabulary))
        if not sentences:
            return None
        asked = self.scorer.ask(Told.of(sentences, vocabulary))
        confidences = self.learned.calibration.confidences(asked.standing)
        tokens = tuple(token for sentence in sentences for token in sentence.tokens)
        return Heard(tokens, asked, confidences)

    def _sentences(self, text: str, vocabulary: Vocabulary) -> Iterator[Sentence]:
        """Those with words; what is said twice counts once."""
        found: dict[str, bool] = {}
        for written, asks in marked_sentences(excerpt(text)):
            found[written] = asks or found.get(written, False)
        for written, asks in found.items():
            tokens = self._reader.question(written, self._known_words)
            if tokens:
                yield Sentence(tokens, vocabulary.weigh(tokens), asks)


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
