"""Words → the ideas they carry, whichever language they are in."""

from collections.abc import Iterator, Sequence

from knowledge_base.words.language_data import Idea, Words

_MARK = "~"
"""Begins the name of an idea wherever it stands beside words."""


def idea_key(name: str) -> str:
    """How an idea is written among words."""
    return _MARK + name


def is_idea(key: str) -> bool:
    """Is it an idea and not a word?"""
    return key.startswith(_MARK)


def idea_name(key: str) -> str:
    """The name of an idea as editors know it."""
    return key.removeprefix(_MARK)


class IdeaFinder:
    """Finds the ideas of a text by words, word beginnings and phrases."""

    def __init__(self, ideas: Sequence[Idea]) -> None:
        self._words: dict[str, list[tuple[Words, str]]] = {}
        self._beginnings: dict[str, list[tuple[Words, str]]] = {}
        for idea in ideas:
            for first, *rest in idea.patterns:
                place = self._beginnings if first.endswith("*") else self._words
                place.setdefault(first.rstrip("*"), []).append((tuple(rest), idea.name))
        self._longest = max(map(len, self._beginnings), default=0)

    @property
    def words(self) -> frozenset[str]:
        """The whole words (not beginnings) that open a pattern."""
        return frozenset(self._words)

    def find(self, words: Sequence[str]) -> list[tuple[str, ...]]:
        """For each word the names of the ideas that begin at it."""
        return [tuple(dict.fromkeys(self._at(words, position))) for position in range(len(words))]

    def _at(self, words: Sequence[str], position: int) -> Iterator[str]:
        word = words[position]
        for rest, name in self._words.get(word, ()):
            if _follows(rest, words, position):
                yield name
        for length in range(3, min(len(word), self._longest) + 1):
            for rest, name in self._beginnings.get(word[:length], ()):
                if _follows(rest, words, position):
                    yield name


def _follows(rest: Words, words: Sequence[str], position: int) -> bool:
    """Do the further words of a phrase stand after its first?"""
    after = words[position + 1 : position + 1 + len(rest)]
    return len(after) == len(rest) and all(map(_fits, after, rest))


def _fits(word: str, pattern: str) -> bool:
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern
