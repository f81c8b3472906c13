"""A text → the traits by which it is compared with examples: its words, alone and in twos, and the
runs of letters in them.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from knowledge_base.learning.features import character_grams
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
_REMEMBERED = 20_000
"""Words."""


def traits(tokens: Sequence[Token]) -> Traits:
    """The traits of words that stand together."""
    letters: dict[str, tuple[int, ...]] = {}
    for at, token in enumerate(tokens):
        letters.update(dict.fromkeys(_runs(token.word), (at,)))
    return *of_words(tokens), letters


def of_words(tokens: Sequence[Token]) -> Traits:
    """The same without the runs of letters."""
    keys = [token.key for token in tokens]
    words = {key: (at,) for at, key in enumerate(keys)}
    words |= {idea: (at,) for at, token in enumerate(tokens) for idea in token.ideas}
    neighbours = {f"{one} {other}": (at, at + 1) for at, (one, other) in enumerate(pairwise(keys))}
    pairs = {
        f"{one}+{other}" if one < other else f"{other}+{one}": (at, further)
        for at, one in enumerate(keys)
        for further, other in enumerate(keys[at + 1 : at + 1 + _REACH], at + 1)
    }
    return words, neighbours, pairs


def of_letters(tokens: Iterable[Token]) -> frozenset[str]:
    """The runs of letters alone. What two parts of a text have is what either of them has."""
    return frozenset().union(*(_runs(token.word) for token in tokens))


@lru_cache(maxsize=_REMEMBERED)
def _runs(word: str) -> tuple[str, ...]:
    """The runs of letters in a word, marked so that none is taken for a word."""
    return tuple(f"#{run}" for run in character_grams(word))
