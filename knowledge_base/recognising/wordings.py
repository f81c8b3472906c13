"""The wordings that editors write, such as "nuk … dua të (jetoj|rroj)".

One word stands for itself; "rreh*" for every word that begins so; "(me|për mua)" for one of
several and "(me|na)?" for one of them or none; "…" for up to three words of any kind. Outside
brackets "|" separates two wordings of a line.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

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


# Of these there are tens of thousands, and tuples are made and forgotten quickest.


class Slot(NamedTuple):
    """One place of a wording."""

    words: frozenset[str] = frozenset()
    """Folded; a word that ends with a star is a word beginning."""
    gap: bool = False
    """Up to three words of any kind may stand before it."""


class Wording(NamedTuple):
    """One wording, and where an editor wrote it."""

    text: str
    slots: tuple[Slot, ...]
    place: Place


class Found(NamedTuple):
    """A wording in a message: the words from `start` up to, without, `end`."""

    wording: Wording
    start: int
    end: int


_GAP = Slot(gap=True)
_NOTHING: frozenset[str] = frozenset()


class _Anchored(NamedTuple):
    """A wording, looked for from its rarest slot on."""

    wording: Wording
    nearest: int
    """How many words before that slot the wording begins, at least …"""
    farthest: int
    """… and at most."""
    before: frozenset[str]
    """What the word right before that slot must fit; empty: there is no such word."""
    after: frozenset[str]
    """The same of the word right after it."""

    def touches(self, before: frozenset[str], after: frozenset[str]) -> bool:
        """Do the words right before and after that slot fit?"""
        return not (
            (self.before and self.before.isdisjoint(before))
            or (self.after and self.after.isdisjoint(after))
        )


class WordingIndex:
    """Many wordings, found together in one walk through a message.

    Each is looked for only where its rarest word stands, so that "nuk" and "me" cost nothing.
    """

    def __init__(self, wordings: Iterable[Wording]) -> None:
        every = list(wordings)
        uses = Counter(word for w in every for slot in w.slots for word in slot.words)
        self._alone: dict[str, list[Wording]] = {}
        self._by_word: dict[str, list[_Anchored]] = {}
        for wording in every:
            slots = wording.slots
            if len(slots) == 1:
                for word in slots[0].words:
                    self._alone.setdefault(word, []).append(wording)
                continue
            rarest = min(range(len(slots)), key=lambda at: sum(uses[w] for w in slots[at].words))
            anchored = _anchored(wording, rarest)
            for word in slots[rarest].words:
                self._by_word.setdefault(word, []).append(anchored)

    def find(self, words: Sequence[Word]) -> list[Found]:
        """Every place of every wording, from the beginning of the message on."""
        found: dict[tuple[int, int, int], Found] = {}
        # Of a long message most of the time goes by here: what does not fit must be seen at once.
        fits = [_NOTHING, *(word.fits for word in words), _NOTHING]
        for position, here in enumerate(fits[1:-1]):
            for fit in here:
                for wording in self._alone.get(fit, ()):
                    found[position, position + 1, id(wording)] = Found(
                        wording, position, position + 1
                    )
                for anchored in self._by_word.get(fit, ()):
                    if anchored.touches(fits[position], fits[position + 2]):
                        for one in _around(anchored, position, words):
                            found[one.start, one.end, id(one.wording)] = one
        return [found[key] for key in sorted(found)]


def _anchored(wording: Wording, rarest: int) -> _Anchored:
    slots = wording.slots
    gaps = sum(slot.gap for slot in slots[: rarest + 1])
    touches_before = rarest > 0 and not slots[rarest].gap
    touches_after = rarest + 1 < len(slots) and not slots[rarest + 1].gap
    return _Anchored(
        wording,
        nearest=rarest,
        farthest=rarest + gaps * GAP,
        before=slots[rarest - 1].words if touches_before else _NOTHING,
        after=slots[rarest + 1].words if touches_after else _NOTHING,
    )


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


class EditorWords:
    """What editors write in wordings, each piece of it worked out once."""

    def __init__(self, data: LanguageData) -> None:
        self._data = data
        self._pieces: dict[str, _Choices] = {}

    def choices(self, piece: str) -> "_Choices":
        """The choices that a piece of a wording offers, each a run of slots."""
        known = self._pieces.get(piece)
        if known is None:
            known = self._pieces[piece] = self._read(piece)
        return known

    def _read(self, piece: str) -> "_Choices":
        if piece == "…":
            return [(_GAP,)]
        runs = [
            tuple(Slot(words) for word in option.split() for words in self._word(word))
            for option in _options(piece)
        ]
        single = [run[0].words for run in runs if len(run) == 1]
        choices = [run for run in runs if len(run) > 1]
        if single:
            choices.append((Slot(frozenset().union(*single)),))
        return [*choices, ()] if piece.endswith("?") else choices

    def _word(self, word: str) -> Sequence[frozenset[str]]:
        """A word as messages hold it: as written, and as its standard form or forms."""
        folded = fold(word)
        if folded.endswith("*"):
            return (frozenset({folded}),)
        standard = normalise(word, self._data)
        if len(standard) == 1:
            return (frozenset({folded, standard[0]}),)
        return [frozenset({part}) for part in standard]


_Choices = Sequence[Sequence[Slot]]


def _options(piece: str) -> list[str]:
    """What stands between the bars of a bracket; a word by itself."""
    return piece.strip("()?").split("|") if piece[0] == "(" else [piece]


def read_wordings(top: Marked, known: EditorWords) -> tuple[Wording, ...]:
    """The wordings of a list. What cannot be understood is noted as a problem and left out."""
    return tuple(wording for item in top.items() for wording in _read_line(item, known))


def _read_line(item: Marked, known: EditorWords) -> Iterator[Wording]:
    """The wordings of a line; none where brackets are wrong: half a line means too much."""
    line = item.text()
    if not _BALANCED.fullmatch(line):
        item.problem(
            f'"{line}" has a bracket that is not closed, or one within another.',
            'Write each choice as "(one|other)".',
        )
        return
    for text in _BETWEEN_WORDINGS.split(line):
        yield from _read_wording(" ".join(text.split()), item, known)


def _read_wording(text: str, item: Marked, known: EditorWords) -> Iterator[Wording]:
    """One wording as an editor wrote it; brackets that hold several words make several of it."""
    pieces = _PIECE.findall(text.replace("...", "…").replace("…", " … "))
    if not pieces or pieces[0] == "…" or pieces[-1] == "…":
        item.problem(
            f'"{text}" is empty, or begins or ends with "…".',
            'Write words on both sides of the "…", and of each |.',
        )
        return
    if "*" in text:
        _refuse_short_beginnings(pieces, item)
    for parts in product(*map(known.choices, pieces)):
        slots = _with_gaps([slot for part in parts for slot in part])
        if slots:
            yield Wording(text, slots, item.place)


def _refuse_short_beginnings(pieces: Iterable[str], item: Marked) -> None:
    for word in (word for piece in pieces for one in _options(piece) for word in one.split()):
        if word.endswith("*") and len(fold(word)) <= SHORTEST_BEGINNING:
            item.problem(
                f'"{word}" would take in too many words.',
                "Write at least three letters before the star.",
            )


def _with_gaps(slots: Sequence[Slot]) -> tuple[Slot, ...]:
    """The slots without the marks that "…" left, each told whether one stood before it."""
    return tuple(
        Slot(slot.words, gap=True) if index > 0 and slots[index - 1] is _GAP else slot
        for index, slot in enumerate(slots)
        if slot is not _GAP
    )
