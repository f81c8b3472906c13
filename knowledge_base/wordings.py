"""The wordings that editors write, such as "nuk … dua të (jetoj|rroj)".

One word stands for itself; "rreh*" for every word that begins so; "(me|për mua)" for one of
several and "(me|na)?" for one of them or none; "…" for up to three words of any kind; "<papers>"
for anything in the group of that name. Outside brackets "|" separates two wordings of a line.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from knowledge_base.folding import fold
from knowledge_base.language_data import LanguageData
from knowledge_base.marked_yaml import Marked
from knowledge_base.model import Place
from knowledge_base.normalising import normalise

GAP = 3
"""How many words "…" may stand for."""
SHORTEST_BEGINNING = 3

_GROUP = re.compile(r"<([a-z0-9_]+)>")
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
    """One place of a phrase."""

    words: frozenset[str] = frozenset()
    """Folded; a word that ends with a star is a word beginning."""
    group: str | None = None
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
    """A phrase in a message: the words from `start` up to, without, `end`."""

    wording: Wording
    start: int
    end: int


_GAP = Slot(gap=True)

Starts = Mapping[str, Mapping[int, Collection[int]]]
"""Group → where one of its phrases begins → where such phrases end."""


class WordingIndex:
    """Many phrases, found together in one walk through a message."""

    def __init__(self, wordings: Iterable[Wording]) -> None:
        self._by_word: dict[str, list[Wording]] = {}
        self._by_group: dict[str, list[Wording]] = {}
        for wording in wordings:
            first = wording.slots[0]
            if first.group is not None:
                self._by_group.setdefault(first.group, []).append(wording)
            for word in first.words:
                self._by_word.setdefault(word, []).append(wording)

    def find(self, tokens: Sequence[Word], groups: Starts) -> Iterator[Found]:
        """Every place of every phrase. `groups`: where the groups stand that phrases name."""
        for start in range(len(tokens)):
            for wording in self._candidates(tokens[start], start, groups):
                for end in _ends(wording.slots, 0, start, tokens, groups):
                    yield Found(wording, start, end)

    def _candidates(self, token: Word, start: int, groups: Starts) -> Iterator[Wording]:
        seen: set[int] = set()
        for word in token.fits:
            for wording in self._by_word.get(word, ()):
                if id(wording) not in seen:
                    seen.add(id(wording))
                    yield wording
        for group, wordings in self._by_group.items():
            if start in groups.get(group, ()):
                yield from wordings


def _ends(
    slots: Sequence[Slot], at: int, start: int, tokens: Sequence[Word], groups: Starts
) -> Iterator[int]:
    """Where the rest of a phrase, from slot `at` on, can end if it begins at token `start`."""
    if at == len(slots):
        yield start
        return
    slot = slots[at]
    for position in range(start, min(start + (GAP if slot.gap else 0), len(tokens) - 1) + 1):
        if slot.group is not None:
            for end in groups.get(slot.group, {}).get(position, ()):
                yield from _ends(slots, at + 1, end, tokens, groups)
        elif not slot.words.isdisjoint(tokens[position].fits):
            yield from _ends(slots, at + 1, position + 1, tokens, groups)


def read_wordings(top: Marked, data: LanguageData, groups: Collection[str]) -> tuple[Wording, ...]:
    """The wordings of a list. What cannot be understood is noted as a problem and left out."""
    return tuple(
        wording
        for item in top.items()
        for text in _BETWEEN_WORDINGS.split(item.text())
        for wording in _read_line(" ".join(text.split()), item, data, groups)
    )


def _read_line(
    text: str, item: Marked, data: LanguageData, groups: Collection[str]
) -> Iterator[Wording]:
    """One wording as an editor wrote it; brackets that hold several words make several of it."""
    if not _BALANCED.fullmatch(text):
        item.problem(
            f'"{text}" has a bracket that is not closed, or one within another.',
            'Write each choice as "(one|other)".',
        )
        return
    pieces = _PIECE.findall(text.replace("...", "…").replace("…", " … "))
    if not pieces or pieces[0] == "…" or pieces[-1] == "…":
        item.problem(
            f'"{text}" is empty, or begins or ends with "…".',
            'Write words on both sides of the "…", and of each |.',
        )
        return
    choices = [_read_piece(piece, item, data, groups) for piece in pieces]
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


def _read_piece(
    piece: str, item: Marked, data: LanguageData, groups: Collection[str]
) -> list[list[Slot]]:
    """The choices that a piece of a wording offers, each a run of slots; none: not understood."""
    if piece == "…":
        return [[_GAP]]
    named = _GROUP.fullmatch(piece)
    if named is not None:
        if named[1] in groups:
            return [[Slot(group=named[1])]]
        item.problem(f"no group is called {piece}.", f"Possible here: {', '.join(groups) or '-'}.")
        return []
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
