"""A long message is judged in pieces: which ones, and how much a piece counts among the others.

One sentence of danger must not drown among many calm ones, so it is the most alarming piece that
decides. But of many pieces one sounds alarming by chance; and who is in danger mostly speaks of it
in more than one sentence, while a calm story mostly ends in a practical question. So what stands
around a piece counts with it, and so does how the message ends.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, pairwise
from statistics import fmean
from typing import NamedTuple

from knowledge_base.words.normalising import written_sentences

_WHOLE = 24
"""Words. A longer message is taken in parts: its sentences, cut where they are longer than this."""
_SHORTEST = 6
"""Words. A shorter sentence says too little to be judged alone."""
_AROUND = 2
"""So many parts before and after a piece stand around it."""
_END_COUNTS = 0.3
"""The last part counts so much of what a piece itself counts, what stands around it all of it."""
_CALMS = 0.3
"""What stands around a piece and the end make it at most so much calmer: one plain sentence of
danger must be heard in any story."""
_ALONE = 0.1
"""How much less one part says than two together."""
_STORY = 0.24
"""How much more a long message has to say: calm stories are far more frequent than others."""
_MANY = 8
"""Parts; of more …"""
_CHANCE = 0.17
"""… the most alarming is by chance so much more alarming, whenever there are e times as many."""

Part = Sequence[str]
"""Written words that are judged together."""


class Piece(NamedTuple):
    """The parts from `start` up to, without, `end`: one or two; a short message is one part."""

    start: int
    end: int


def parts_of(text: str) -> list[list[str]]:
    """Sentences as written words, very short ones joined and long ones cut: some people write no
    full stop. All of a short text is one part.
    """
    parts: list[list[str]] = []
    for words in written_sentences(text):
        for start in range(0, len(words), _WHOLE):
            if not parts or len(parts[-1]) >= _SHORTEST:
                parts.append([])
            parts[-1] += words[start : start + _WHOLE]
    if sum(map(len, parts)) <= _WHOLE:
        return [list(chain.from_iterable(parts))]
    return parts


def every_piece(count: int) -> list[Piece]:
    """Each of so many parts, and each two neighbours."""
    return [*(Piece(at, at + 1) for at in range(count)), *_neighbours(range(count))]


def pieces_around(places: Iterable[int], count: int) -> list[Piece]:
    """The parts at these places and the last part, alone and with their neighbours."""
    places = {*places, count - 1}
    near = {at + by for at in places for by in (-1, 0, 1)}
    within = sorted(at for at in near if 0 <= at < count)
    return [*(Piece(at, at + 1) for at in sorted(places)), *_neighbours(within)]


def _neighbours(places: Iterable[int]) -> list[Piece]:
    return [Piece(at, after + 1) for at, after in pairwise(places) if after == at + 1]


def strongest(
    scores: Mapping[Piece, float], worth: Mapping[Piece, float], count: int
) -> tuple[Piece, float]:
    """The piece that says most for danger among what stands around it, and how much it says.

    `scores`: what each piece says by itself; `worth`: what a rule that fits it adds. `count`: how
    many parts the message has.
    """
    last = Piece(count - 1, count)
    if count == 1:
        return last, scores[last] + worth[last]
    end = _END_COUNTS * scores[last]
    judged = {
        piece: score + worth[piece] + max(_around(piece, scores) + end, -_CALMS) - _alone(piece)
        for piece, score in scores.items()
    }
    most = max(judged, key=lambda piece: judged[piece])
    by_chance = _CHANCE * math.log(max(count / _MANY, 1.0))
    return most, judged[most] - _STORY - by_chance


def _around(piece: Piece, scores: Mapping[Piece, float]) -> float:
    """What the pairs around a piece, and those with it, say on average."""
    firsts = range(piece.start - _AROUND, piece.end + _AROUND - 1)
    return fmean(scores[p] for at in firsts if (p := Piece(at, at + 2)) in scores)


def _alone(piece: Piece) -> float:
    return _ALONE if piece.end - piece.start == 1 else 0.0
