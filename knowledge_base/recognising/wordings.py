"""The wordings that editors write, such as "nuk … dua të (jetoj|rroj)".

One word stands for itself; "rreh*" for every word that begins so; "(me|për mua)" for one of
several and "(me|na)?" for one of them or none; "…" for up to three words of any kind. Outside
brackets "|" separates two wordings of a line.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from knowledge_base.files.marked_yaml import Marked
from knowledge_base.model import Place
from knowledge_base.words.folding import fold
from knowledge_base.words.language_data import LanguageData
from knowledge_base.words.normalising import normalise

GAP = 3
"""How many words "…" may stand for."""
SHORTEST_BEGINNING = 3

_BETWEEN_WORDINGS = re.compile(r"\|(?![^(]*\))")
_PIECE = re.compile(r"\([^)]*\)\??|[^\s()]+")
_BALANCED = re.compile(r"[^()]*(?:\([^()]+\)[^()]*)*")


@dataclass(frozen=True)
class Word:
    """One word of a message: as it was written, and the words of editors that it fits."""

    written: str
    fits: frozenset[str]


@dataclass(frozen=True)
class Slot:
    """One place of a wording."""

    words: frozenset[str] = frozenset()
    """Folded; a word that ends with a star is a word beginning."""
    gap: bool = False
    """Up to three words of any kind may stand before it."""


@dataclass(frozen=True)
class Wording:
    """One wording, and where an editor wrote it."""

    text: str
    slots: tuple[Slot, ...]
    place: Place


@dataclass(frozen=True)
class Found:
    """A wording in a message: the words from `start` up to, without, `end`."""

    wording: Wording
    start: int
    end: int


_GAP = Slot(gap=True)


@dataclass(frozen=True)
class _Anchored:
    """A wording, looked for from its rarest slot on."""

    wording: Wording
    nearest: int
    """How many words before that slot the wording begins, at least …"""
    farthest: int
    """… and at most."""


class WordingIndex:
    """Many wordings, found together in one walk through a message.

    Each is looked for only where its rarest word stands, so that "nuk" and "me" cost nothing.
    """

    def __init__(self, wordings: Iterable[Wording]) -> None:
        every = list(wordings)
        uses = Counter(word for w in every for slot in w.slots for word in slot.words)
        self._by_word: dict[str, list[_Anchored]] = {}
        for wording in every:
            slots = wording.slots
            rarest = min(range(len(slots)), key=lambda at: sum(uses[w] for w in slots[at].words))
            gaps = sum(slot.gap for slot in slots[: rarest + 1])
            anchored = _Anchored(wording, rarest, rarest + gaps * GAP)
            for word in slots[rarest].words:
                self._by_word.setdefault(word, []).append(anchored)

    def find(self, words: Sequence[Word]) -> list[Found]:
        """Every place of every wording, from the beginning of the message on."""
        found: dict[tuple[int, int, int], Found] = {}
        for position, word in enumerate(words):
            for fit in word.fits:
                for anchored in self._by_word.get(fit, ()):
                    for one in _around(anchored, position, words):
                        found[one.start, one.end, id(one.wording)] = one
        return [found[key] for key in sorted(found)]


def _around(anchored: _Anchored, position: int, words: Sequence[Word]) -> Iterator[Found]:
    slots = anchored.wording.slots
    for start in range(max(position - anchored.farthest, 0), position - anchored.nearest + 1):
        if not slots[0].words.isdisjoint(words[start].fits):
            for end in _ends(slots, 1, start + 1, words):
                yield Found(anchored.wording, start, end)


def _ends(slots: Sequence[Slot], at: int, start: int, words: Sequence[Word]) -> Iterator[int]:
    """Where the rest of a wording, from slot `at` on, can end if it goes on at word `start`."""
    if at == len(slots):
        yield start
        return
    slot = slots[at]
    for position in range(start, min(start + (GAP if slot.gap else 0) + 1, len(words))):
        if not slot.words.isdisjoint(words[position].fits):
            yield from _ends(slots, at + 1, position + 1, words)


def read_wordings(top: Marked, data: LanguageData) -> tuple[Wording, ...]:
    """The wordings of a list. What cannot be understood is noted as a problem and left out."""
    return tuple(wording for item in top.items() for wording in _read_line(item, data))


def _read_line(item: Marked, data: LanguageData) -> Iterator[Wording]:
    """The wordings of a line; none where brackets are wrong: half a line means too much."""
    line = item.text()
    if not _BALANCED.fullmatch(line):
        item.problem(
            f'"{line}" has a bracket that is not closed, or one within another.',
            'Write each choice as "(one|other)".',
        )
        return
    for text in _BETWEEN_WORDINGS.split(line):
        yield from _read_wording(" ".join(text.split()), item, data)


def _read_wording(text: str, item: Marked, data: LanguageData) -> Iterator[Wording]:
    """One wording as an editor wrote it; brackets that hold several words make several of it."""
    pieces = _PIECE.findall(text.replace("...", "…").replace("…", " … "))
    if not pieces or pieces[0] == "…" or pieces[-1] == "…":
        item.problem(
            f'"{text}" is empty, or begins or ends with "…".',
            'Write words on both sides of the "…", and of each |.',
        )
        return
    choices = [_read_piece(piece, item, data) for piece in pieces]
    for parts in product(*choices):
        slots = _with_gaps([slot for part in parts for slot in part])
        if slots:
            yield Wording(text, slots, item.place)


def _with_gaps(slots: Sequence[Slot]) -> tuple[Slot, ...]:
    """The slots without the marks that "…" left, each told whether one stood before it."""
    return tuple(
        replace(slot, gap=index > 0 and slots[index - 1] is _GAP)
        for index, slot in enumerate(slots)
        if slot is not _GAP
    )


def _read_piece(piece: str, item: Marked, data: LanguageData) -> list[list[Slot]]:
    """The choices that a piece of a wording offers, each a run of slots."""
    if piece == "…":
        return [[_GAP]]
    options = piece.strip("()?").split("|") if piece[0] == "(" else [piece]
    runs = [
        [Slot(words) for word in option.split() for words in _read_word(word, item, data)]
        for option in options
    ]
    single = [run[0].words for run in runs if len(run) == 1]
    choices = [run for run in runs if len(run) > 1]
    if single:
        choices.append([Slot(frozenset().union(*single))])
    return [*choices, []] if piece.endswith("?") else choices


def _read_word(word: str, item: Marked, data: LanguageData) -> Sequence[frozenset[str]]:
    """A word as messages hold it: as written, and as its standard form or forms."""
    folded = fold(word)
    if folded.endswith("*"):
        if len(folded) <= SHORTEST_BEGINNING:
            item.problem(
                f'"{word}" would take in too many words.',
                "Write at least three letters before the star.",
            )
        return (frozenset({folded}),)
    standard = normalise(word, data)
    if len(standard) == 1:
        return (frozenset({folded, standard[0]}),)
    return [frozenset({part}) for part in standard]
