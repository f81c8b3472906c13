"""A text → the traits by which it is compared with examples: its words, alone and in twos, and the
runs of letters in them.

A long text is taken in pieces, since one sentence of danger must not drown among many others.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain, pairwise

from knowledge_base.learning.features import character_grams
from knowledge_base.words.normalising import sentences, written_words
from knowledge_base.words.reading import Token

Traits = tuple[Mapping[str, tuple[int, ...]], ...]
"""For each of SHARES: trait → the positions of its words."""

SHARES = (0.3, 0.2, 0.25, 0.25)
"""How much is decided by words and ideas, by neighbours, by two words near each other, by runs of
letters."""

FEWEST = (150.0, 200.0, 600.0, 3000.0)
"""For each of SHARES the least that a text weighs, in squares of rarity: about four words. One word
alone would else say as much as a whole sentence."""

_REACH = 5
"""How many words further the second of two may stand."""
_WHOLE = 24
"""Words. A longer message is taken in parts: its sentences, cut where they are longer than this."""
_SHORTEST = 6
"""Words. A shorter sentence says too little to be judged alone."""
_REMEMBERED = 20_000
"""Words."""
_CHANCE = 0.1
"""How much more alarming the most alarming of about three pieces is by chance alone."""


def traits(tokens: Sequence[Token]) -> Traits:
    """The traits of words that stand together."""
    keys = [token.key for token in tokens]
    words = {key: (at,) for at, key in enumerate(keys)}
    words |= {idea: (at,) for at, token in enumerate(tokens) for idea in token.ideas}
    neighbours = {f"{one} {other}": (at, at + 1) for at, (one, other) in enumerate(pairwise(keys))}
    pairs = {
        f"{one}+{other}" if one < other else f"{other}+{one}": (at, further)
        for at, one in enumerate(keys)
        for further, other in enumerate(keys[at + 1 : at + 1 + _REACH], at + 1)
    }
    letters: dict[str, tuple[int, ...]] = {}
    for at, token in enumerate(tokens):
        letters.update(dict.fromkeys(_runs(token.word), (at,)))
    return words, neighbours, pairs, letters


@lru_cache(maxsize=_REMEMBERED)
def _runs(word: str) -> tuple[str, ...]:
    """The runs of letters in a word, marked so that none is taken for a word."""
    return tuple(f"#{run}" for run in character_grams(word))


def parts_of(text: str) -> list[list[str]]:
    """Sentences as written words, very short ones joined and long ones cut: some people write no
    full stop.
    """
    parts: list[list[str]] = []
    for sentence in sentences(text):
        words = written_words(sentence)
        for start in range(0, len(words), _WHOLE):
            if not parts or len(parts[-1]) >= _SHORTEST:
                parts.append([])
            parts[-1] += words[start : start + _WHOLE]
    return parts


def is_whole(parts: Sequence[Sequence[str]]) -> bool:
    """Is the text judged as a whole?"""
    return sum(map(len, parts)) <= _WHOLE


def joined(parts: Iterable[Sequence[str]]) -> list[str]:
    """Several parts as one."""
    return list(chain.from_iterable(parts))


def pieces(parts: Sequence[list[str]]) -> list[list[str]]:
    """What is judged by itself: all of a short text; of a longer one each part, and each two."""
    if is_whole(parts):
        return [joined(parts)]
    return [*parts, *map(joined, pairwise(parts))]


def count_of_pieces(parts: Sequence[Sequence[str]]) -> int:
    """How many `pieces` finds."""
    return 1 if is_whole(parts) else 2 * len(parts) - 1


def allowance(count: int) -> float:
    """What the most alarming of so many pieces loses: of many, one sounds alarming by chance."""
    return _CHANCE * math.log(count)
