"""A text → the traits by which it is compared with examples: its words, alone and in twos.

A long text is taken in pieces, since one sentence of danger must not drown among many others.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from knowledge_base.words.normalising import sentences
from knowledge_base.words.reading import KnownWords, Reader, Token

Traits = tuple[Mapping[str, tuple[int, ...]], ...]
"""For each of SHARES: trait → the positions of its words."""

SHARES = (0.4, 0.3, 0.3)
"""How much is decided by words and ideas, by neighbours, by two words near each other."""

FEWEST = (150.0, 200.0, 600.0)
"""For each of SHARES the least that a text weighs, in squares of rarity: about four words. One word
alone would else say as much as a whole sentence."""

_REACH = 5
"""How many words further the second of two may stand."""
_WHOLE = 24
"""Words. A longer message is taken in parts: its sentences, cut where they are longer than this."""
_SHORTEST = 6
"""Words. A shorter sentence says too little to be judged alone."""
_REPAIRED = 3_000
"""Characters. Slips in a longer message are left to the rules: looking up each word takes time."""
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
    return words, neighbours, pairs


def parts_of(text: str, reader: Reader, known: KnownWords | None) -> list[list[Token]]:
    """Sentences, very short ones joined and long ones cut: some people write no full stop.

    `known`: what typing slips are repaired with; None for a text that is an example itself.
    """
    repaired = known if len(text) <= _REPAIRED else None
    parts: list[list[Token]] = []
    for sentence in sentences(text):
        tokens = reader.question(sentence, repaired) if repaired else reader.phrase(sentence)
        for start in range(0, len(tokens), _WHOLE):
            if not parts or len(parts[-1]) >= _SHORTEST:
                parts.append([])
            parts[-1] += tokens[start : start + _WHOLE]
    return parts


def whole(parts: Sequence[Sequence[Token]]) -> list[Token]:
    """All words of a text."""
    return [token for part in parts for token in part]


def pieces(parts: Sequence[list[Token]]) -> list[list[Token]]:
    """What is judged by itself: all of a short text; of a longer one each part, and each two."""
    if sum(map(len, parts)) <= _WHOLE:
        return [whole(parts)]
    return [*parts, *(one + other for one, other in pairwise(parts))]


def allowance(count: int) -> float:
    """What the most alarming of so many pieces loses: of many, one sounds alarming by chance."""
    return _CHANCE * math.log(count)
