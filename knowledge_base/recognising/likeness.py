"""What a message is like: the examples of danger, or the calm ones.

What a message says is the sum of what its traits say, so that every score can be explained.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import chain, repeat
from pathlib import Path
from typing import NamedTuple

import numpy as np

from knowledge_base.learning.kept import fingerprint, kept_or_learned
from knowledge_base.model import DANGER_KINDS, DangerKind
from knowledge_base.recognising import likeness_learning as learning
from knowledge_base.recognising.danger_examples import DangerExample
from knowledge_base.recognising.long_texts import (
    Part,
    Piece,
    every_piece,
    parts_of,
    pieces_around,
    strongest,
)
from knowledge_base.recognising.traits import FEWEST, SHARES, Traits, of_letters, of_words, traits
from knowledge_base.words.language_data import LanguageData
from knowledge_base.words.reading import KnownWords, Reader, Token

FILE = "danger.npz"
_TOLD = 4
"""So many traits are named in an explanation."""
_FEW = 16
"""Of a message of more parts only the loudest are judged: it has to be quick."""
_LOUDEST = 8
_REPAIRED = 3_000
"""Characters. Slips in a longer message are left to the rules: looking up each word takes time."""
_REMEMBERED = 20_000
"""Words."""


@dataclass(frozen=True)
class Judged:
    """What a message, or a piece of it, is like."""

    score: float
    """Examples of danger lie around 1, calm ones around -1."""
    tokens: Sequence[Token]


class _Said(NamedTuple):
    """What some traits say for danger, and the sum of the squares of their rarity."""

    says: float
    squares: float


class _Letters(NamedTuple):
    """The runs of letters of a part, and what they say."""

    runs: frozenset[str]
    said: _Said


class Likeness:
    """Compares messages with examples."""

    def __init__(
        self, learned: learning.Learned, danger: Sequence[DangerExample], reader: Reader
    ) -> None:
        """`danger`: the examples of danger that were learned from, in their order."""
        self.threshold = learned.threshold
        self._learned = learned
        self._examples = danger
        self._reader = reader
        self._known_words = reader.known_words(learned.words)
        idf, says = learned.rarity.idf, learned.says.weights[:, 0]
        self._squares = dict(zip(learned.rarity.ids, (idf**2).tolist(), strict=True))
        self._says = dict(zip(learned.rarity.ids, (idf * says).tolist(), strict=True))
        self._unknown = learned.rarity.unknown**2
        self._bias = float(learned.says.bias[0])
        # It knows no likeness, so that one that is done with is gone at once.
        say = partial(_say, reader, self._says, self._squares, self._unknown)
        self._word = lru_cache(maxsize=_REMEMBERED)(say)

    @classmethod
    def of(
        cls,
        examples: Sequence[DangerExample],
        calm: Iterable[str],
        data: LanguageData,
        cache: Path | None = None,
    ) -> "Likeness | None":
        """Learn from examples and ordinary calm texts, or read what was learned before.

        Blocks for up to seconds. `cache`: a folder to keep what was learned in. None: there are
        not examples of both sides.
        """
        texts = [(example.text, example.kind) for example in examples]
        ordinary = tuple(dict.fromkeys(calm))
        danger = [example for example in examples if example.kind is not None]
        if not danger or len(danger) == len(examples):
            return None
        reader = Reader(data)
        learned = kept_or_learned(
            cache and cache / FILE,
            fingerprint([(text, kind or "") for text, kind in texts], data, ordinary),
            lambda: learning.learn(texts, ordinary, reader),
            learning.to_keep,
            learning.as_kept,
        )
        return cls(learned, danger, reader)

    def judge(self, text: str, worth: float, worth_of: Callable[[Sequence[Part]], float]) -> Judged:
        """The piece of a message of any length that says most for danger.

        `worth`: how much more the message says because a rule fits it; `worth_of`: the same of
        parts of it. The score is what the piece, what stands around it and the end of the message
        say together.
        """
        parts = parts_of(text)
        known = self._known_words if len(text) <= _REPAIRED else None
        chosen = self._chosen(parts)
        written = {piece: parts[piece.start : piece.end] for piece in chosen}
        added = {
            piece: worth_of(words) if worth and len(parts) > 1 else worth
            for piece, words in written.items()
        }
        read = {piece: self._read(words, known) for piece, words in written.items()}
        places = sorted({at for piece in chosen for at in range(*piece)})
        letters = {at: self._letters(self._read([parts[at]], known)) for at in places}
        scores = {
            piece: self._score(tokens, [letters[at] for at in range(*piece)])
            for piece, tokens in read.items()
        }
        most, score = strongest(scores, added, len(parts))
        return Judged(score, read[most])

    def _read(self, parts: Sequence[Part], known: KnownWords | None) -> Sequence[Token]:
        return self._reader.read(chain.from_iterable(parts), known)

    def _chosen(self, parts: Sequence[Part]) -> list[Piece]:
        """Every piece; of many parts only those around the ones whose words by themselves say most
        for danger. What stands there several times is looked at once.
        """
        if len(parts) <= _FEW:
            return every_piece(len(parts))
        places = {tuple(part): at for at, part in enumerate(parts)}.values()
        loudest = sorted(places, key=lambda at: -self._loudness(parts[at]))[:_LOUDEST]
        return pieces_around(loudest, len(parts))

    def _loudness(self, words: Iterable[str]) -> float:
        said = list(map(self._word, words))
        squares = sum(square for _, square in said)
        return sum(says for says, _ in said) / math.sqrt(max(squares, FEWEST[0]))

    def _score(self, tokens: Sequence[Token], letters: Sequence["_Letters"]) -> float:
        """What one part says, or two neighbours, by words and the letters of each."""
        said = [*map(self._said, of_words(tokens)), self._said_together(letters)]
        score = self._bias
        for share, fewest, group in zip(SHARES, FEWEST, said, strict=True):
            score += group.says * math.sqrt(share / max(group.squares, fewest))
        return score

    def _letters(self, tokens: Sequence[Token]) -> "_Letters":
        runs = of_letters(tokens)
        return _Letters(runs, self._said(runs))

    def _said(self, found: Iterable[str]) -> "_Said":
        found = list(found)
        return _Said(
            says=sum(map(self._says.get, found, repeat(0.0))),
            squares=sum(map(self._squares.get, found, repeat(self._unknown))),
        )

    def _said_together(self, letters: Sequence["_Letters"]) -> "_Said":
        """What stands in both counts once. Looking at each part once is what makes it quick."""
        first, *second = letters
        if not second:
            return first.said
        one, other, both = first.said, second[0].said, self._said(first.runs & second[0].runs)
        return _Said(one.says + other.says - both.says, one.squares + other.squares - both.squares)

    def kind(self, judged: Judged) -> DangerKind:
        """The kind of danger that a piece is most like."""
        vector = self._learned.rarity.vector(traits(judged.tokens))
        says = self._learned.says
        scores = vector.values @ says.weights[vector.ids, 1:] + says.bias[1:]
        return DANGER_KINDS[int(np.argmax(scores))]

    def because(self, judged: Judged) -> str:
        """For an editor: the closest example of danger, and the words that spoke for danger."""
        found = traits(judged.tokens)
        vector = self._learned.rarity.vector(found)
        closest = self._examples[int(np.argmax(self._learned.index.similarities(vector)))]
        said = vector.values * self._learned.says.weights[vector.ids, 0]
        loudest = vector.ids[np.argsort(-said, kind="stable")[:_TOLD]]
        written = self._written(judged.tokens, found, loudest.tolist())
        words = ", ".join(f'"{words}"' for words in written)
        return f'like "{closest.text}" ({closest.place}) by {words}'

    def _written(self, tokens: Sequence[Token], found: Traits, ids: Sequence[int]) -> Iterator[str]:
        """Traits as the person wrote them."""
        number = self._learned.rarity.ids
        places = {number[t]: at for group in found for t, at in group.items() if t in number}
        shown = (" … ".join(tokens[at].written for at in sorted(places[i])) for i in ids)
        return iter(dict.fromkeys(shown))


def _say(
    reader: Reader,
    says: Mapping[str, float],
    squares: Mapping[str, float],
    unknown: float,
    word: str,
) -> tuple[float, float]:
    """What one word and its ideas say for danger, and the square of their rarity."""
    found = [trait for token in reader.read([word]) for trait in (token.key, *token.ideas)]
    said = sum(says.get(trait, 0.0) for trait in found)
    return said, sum(squares.get(trait, unknown) for trait in found)
