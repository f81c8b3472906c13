"""Which cases hold words that begin like those that are looked for? In memory, and bounded."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.store.searching import Spoken
from knowledge_base.words.folding import fold

MOST_OF_A_CASE = 20_000
MOST_LETTERS = 50_000_000
"""Of all cases together. Beyond it the closed ones with the smallest numbers are not found."""
_WORD = re.compile(r"\w+")


def words_of(text: str) -> list[str]:
    """Its words without diacritics, in lower case: "cfare" is found in "Çfarë"."""
    return _WORD.findall(fold(text))


@dataclass(frozen=True)
class Indexed:
    """A case, with each word that stands in it once and in no order: no sentence is kept."""

    id: int
    person: int | None
    closed: bool
    changed_at: datetime
    words: str
    """A space before each."""


def indexed(cases: Iterable[Spoken]) -> list[Indexed]:
    """Cases as the index holds them. Takes some microseconds a line: not for the event loop."""
    # People use the same words again and again, and folding is what takes the time. What was
    # folded is forgotten with the last of these cases: words must not outlive them.
    folded: dict[str, list[str]] = {}
    return [_indexed(one, folded) for one in cases]


def _indexed(spoken: Spoken, folded: dict[str, list[str]]) -> Indexed:
    words: set[str] = set()
    for piece in {piece for text in spoken.texts for piece in text.split()}:
        if piece not in folded:
            folded[piece] = words_of(piece)
        words.update(folded[piece])
    held = "".join(f" {word}" for word in sorted(words))[:MOST_OF_A_CASE]
    return Indexed(spoken.id, spoken.person, spoken.closed, spoken.changed_at, held)


class WordIndex:
    """All cases by their words."""

    def __init__(self, most_letters: int = MOST_LETTERS) -> None:
        self._most_letters = most_letters
        self._letters = 0
        self._cases: dict[int, Indexed] = {}

    def __len__(self) -> int:
        return len(self._cases)

    def put(self, cases: Iterable[Indexed]) -> None:
        """Take cases in, in place of what was known of them."""
        for case in cases:
            self._remove(case.id)
            self._cases[case.id] = case
            self._letters += len(case.words)
        if self._letters > self._most_letters:
            self._shed()

    def keep_only(self, ids: Collection[int]) -> None:
        """Forget all others: they have been deleted."""
        for id_ in self._cases.keys() - ids:
            self._remove(id_)

    def clear(self) -> None:
        """Forget everything."""
        self._cases.clear()
        self._letters = 0

    def find(self, query: str, name_of: Callable[[int, int | None], str]) -> list[int]:
        """The cases in which every word of a query begins some word; open ones and the one of that
        number first, then the newest change first.

        name_of: what the case of a number and a person is called, as folded words with a space
        before each.
        """
        wanted = words_of(query)
        if not wanted:
            return []
        parts = [f" {word}" for word in wanted]
        number = int(wanted[0]) if len(wanted) == 1 and wanted[0].isdecimal() else None
        found = [
            case
            for case in self._cases.values()
            if case.id == number or _holds(case.words + name_of(case.id, case.person), parts)
        ]
        found.sort(key=lambda case: case.changed_at, reverse=True)
        found.sort(key=lambda case: (case.id != number, case.closed))
        return [case.id for case in found]

    def _remove(self, id_: int) -> None:
        gone = self._cases.pop(id_, None)
        if gone is not None:
            self._letters -= len(gone.words)

    def _shed(self) -> None:
        for id_ in sorted(id_ for id_, case in self._cases.items() if case.closed):
            if self._letters <= self._most_letters:
                return
            self._remove(id_)


def _holds(words: str, parts: Iterable[str]) -> bool:
    return all(part in words for part in parts)
