"""How a message asks: does it go on from what was said, does it only say "how much?", where is a
second question?

Says nothing of what a message is about: that is for matching.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path

from knowledge_base.files.marked_yaml import Marked, read
from knowledge_base.problems import Problem
from knowledge_base.recognising.rule_reading import RuleReader
from knowledge_base.recognising.wordings import (
    EditorWords,
    Found,
    Word,
    Wording,
    WordingIndex,
    read_wordings,
)
from knowledge_base.words.language_data import LanguageData

FILE = "language/asking.yaml"
_LISTS = ("openers", "beside", "to_udha", "yes_or_no", "joins")
_SHORTEST_QUESTION = 2
"""Words; of fewer, "and why?" would be a question beside another."""
_MOST_PARTS = 40
"""Parts of a message that are looked at, the first ones."""

_SENTENCE = re.compile(r"[^.!?…\n\r;]+[.!?…]*")


@dataclass(frozen=True)
class Shape:
    """A message as far as it says how it asks."""

    words: int
    opened: bool
    """It begins as one that goes on from what was said: "and …", "what about …"."""
    asks: bool
    """It asks for a facet such as the cost, or for a yes or no."""
    to_udha: bool
    """It speaks to Udha itself."""
    subject: str
    """The words that may name a subject, as they were written; empty: it names none."""


@dataclass(frozen=True)
class _Clause:
    """A part of a sentence that may be a question by itself."""

    text: str
    marked: bool
    """A question mark ends its sentence."""


class Asking:
    """Recognises how a message asks by the lines in `language/asking.yaml`."""

    def __init__(
        self, lists: Mapping[str, Sequence[Wording]], facets: Sequence[Wording], data: LanguageData
    ) -> None:
        """`lists`: the wordings of each list of the file, by its name."""
        every = [*facets, *(wording for lines in lists.values() for wording in lines)]
        self._reader = RuleReader(every, data)
        self._facets = WordingIndex(facets)
        self._indexes = {name: WordingIndex(lists.get(name, ())) for name in _LISTS}

    @classmethod
    def load(
        cls, folder: Path, problems: list[Problem], data: LanguageData | None = None
    ) -> "Asking":
        """Read the lines. What is wrong in them goes to `problems`, and is left out.

        `data`: the language data, if it has been loaded already; its problems are not noted here.
        """
        data = data or LanguageData.load(folder, [])
        top = read(folder, FILE, problems)
        fields = top.fields(("facets", *_LISTS)) if top else {}
        known = EditorWords(data)
        lists = {name: read_wordings(fields[name], known) for name in _LISTS if name in fields}
        return cls(lists, tuple(_facets(fields.get("facets"), known)), data)

    def shape(self, text: str) -> Shape:
        """How a message of any length asks."""
        words = [word for word in self._reader.read(text) if word.written]
        opener = max((found.end for found in self._found("openers", words, at=0)), default=0)
        begins = (*self._found("yes_or_no", words, at=0), *self._found("yes_or_no", words, opener))
        asks = (*self._facets.find(words), *begins)
        named = set(range(opener))
        for found in (*asks, *self._found("beside", words), *self._found("joins", words)):
            named.update(range(found.start, found.end))
        subject = [word.written for place, word in enumerate(words) if place not in named]
        to_udha = bool(self._found("to_udha", words))
        return Shape(len(words), opener > 0, bool(asks), to_udha, " ".join(subject))

    def questions(self, text: str) -> list[str]:
        """The parts of a message that are questions with a subject of their own, as written."""
        clauses = islice(self._clauses(text), _MOST_PARTS)
        return [clause.text for clause in clauses if self._is_question(clause)]

    def _is_question(self, clause: _Clause) -> bool:
        shape = self.shape(clause.text)
        return bool(shape.subject) and (clause.marked or shape.asks)

    def _clauses(self, text: str) -> Iterator[_Clause]:
        for sentence in _SENTENCE.findall(text):
            written = sentence.split()
            for start, end in pairwise([*self._cuts(written), len(written)]):
                yield _Clause(" ".join(written[start:end]), "?" in sentence)

    def _cuts(self, written: Sequence[str]) -> list[int]:
        """At which words of a sentence a part begins: the first, and those after an "and" where
        another question begins.
        """
        words: list[Word] = []
        places: list[int] = []
        for place, word in enumerate(written):
            read_as = self._reader.read(word)
            words += read_as
            places += [place] * len(read_as)
        asking = (*self._facets.find(words), *self._found("yes_or_no", words))
        begins = {found.start for found in asking}
        cuts = [0]
        for found in self._found("joins", words):
            if found.end in begins and places[found.end] - cuts[-1] > _SHORTEST_QUESTION:
                cuts.append(places[found.end])
        return cuts

    def _found(self, name: str, words: Sequence[Word], at: int | None = None) -> list[Found]:
        """The wordings of a list in a message; with `at`, those that begin there."""
        found = self._indexes[name].find(words)
        return found if at is None else [one for one in found if one.start == at]


def _facets(top: Marked | None, known: EditorWords) -> Iterator[Wording]:
    for _, lines in top.pairs() if top else ():
        yield from read_wordings(lines, known)
