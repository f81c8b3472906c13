"""Small talk: a message that is nothing but a greeting, thanks, a laugh …"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from knowledge_base.files.marked_yaml import Marked, read
from knowledge_base.problems import Problem
from knowledge_base.recognising.identity import ByIdentity
from knowledge_base.recognising.rule_reading import RuleReader
from knowledge_base.recognising.wordings import (
    EditorWords,
    Word,
    Wording,
    WordingIndex,
    read_wordings,
)
from knowledge_base.words.language_data import LanguageData

FILE = "language/small_talk.yaml"
_SHORTEST_REPAIRED = 6
"""Shorter words are too like each other: "motra" is no slip of "mora"."""
LONGEST = 16
"""Longer messages are looked at by a person or by matching, whatever they are made of."""


class SmallTalk:
    """Recognises small talk by the lines in `language/small_talk.yaml`."""

    def __init__(
        self,
        names: Mapping[str, Sequence[Wording]],
        fillers: Sequence[Wording],
        signs: Mapping[str, frozenset[str]],
        data: LanguageData,
    ) -> None:
        self.names = tuple(names)
        self._names_of = ByIdentity(
            (wording, name) for name, lines in names.items() for wording in lines
        )
        every = [*fillers, *(wording for lines in names.values() for wording in lines)]
        self._index = WordingIndex(every)
        self._reader = RuleReader(every, data, shortest_repaired=_SHORTEST_REPAIRED)
        self._signs = signs

    @classmethod
    def load(
        cls, folder: Path, problems: list[Problem], data: LanguageData | None = None
    ) -> "SmallTalk":
        """Read the lines. What is wrong in them goes to `problems`, and is left out.

        `data`: the language data, if it has been loaded already; its problems are not noted here.
        """
        data = data or LanguageData.load(folder, [])
        top = read(folder, FILE, problems)
        fields = top.fields(("fillers", "names"), ("signs",)) if top else {}
        known = EditorWords(data)
        names = {
            key.text(): read_wordings(lines, known) for key, lines in _pairs(fields.get("names"))
        }
        fillers = read_wordings(fields["fillers"], known) if "fillers" in fields else ()
        return cls(names, fillers, dict(_signs(fields.get("signs"), names)), data)

    def recognise(self, text: str) -> str | None:
        """The name of the small talk that the whole message is, or None."""
        if len(text) > LONGEST * 20:
            return None
        words = [word for word in self._reader.read(text) if word.written]
        if not words:
            return self._by_signs(text)
        return self._by_words(words) if len(words) <= LONGEST else None

    def _by_words(self, words: Sequence[Word]) -> str | None:
        """Can wordings stand side by side from the first word to the last, one that says something
        among them?
        """
        ways: list[frozenset[str] | None] = [frozenset(), *([None] * len(words))]
        for found in self._index.find(words):
            before = ways[found.start]
            if before is not None:
                name = self._names_of.get(found.wording)
                there = ways[found.end] or frozenset()
                ways[found.end] = there | before | ({name} if name else set())
        names = ways[-1] or frozenset()
        return next((name for name in self.names if name in names), None)

    def _by_signs(self, text: str) -> str | None:
        return next((name for name, signs in self._signs.items() if signs & set(text)), None)


def _pairs(top: Marked | None) -> Iterator[tuple[Marked, Marked]]:
    return top.pairs() if top else iter(())


def _signs(
    top: Marked | None, names: Mapping[str, Sequence[Wording]]
) -> Iterator[tuple[str, frozenset[str]]]:
    for key, value in _pairs(top):
        if key.text() in names:
            yield key.text(), frozenset("".join(value.text().split()))
        else:
            key.problem(
                f'there is no small talk called "{key.text()}".',
                f"Possible here: {', '.join(names)}.",
            )
