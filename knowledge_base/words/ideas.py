"""Words → the ideas they carry, whichever language they are in."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import chain

from knowledge_base.words.language_data import Idea, Words

_MARK = "~"
"""Begins the name of an idea wherever it stands beside words."""
_REMEMBERED = 20_000

Pattern = tuple[Words, str]
"""The words of a pattern after its first, and the name of its idea."""


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
        self._words: dict[str, list[Pattern]] = {}
        self._beginnings: dict[str, list[Pattern]] = {}
        for idea in ideas:
            for first, *rest in idea.patterns:
                place = self._beginnings if first.endswith("*") else self._words
                place.setdefault(first.rstrip("*"), []).append((tuple(rest), idea.name))
        # It knows no finder, so that a finder that is done with is gone at once.
        opened_by = partial(_opened_by, self._words, self._beginnings)
        self._opened = lru_cache(maxsize=_REMEMBERED)(opened_by)

    @property
    def words(self) -> frozenset[str]:
        """The whole words (not beginnings) that open a pattern."""
        return frozenset(self._words)

    def find(self, words: Sequence[str]) -> list[tuple[str, ...]]:
        """For each word the names of the ideas that begin at it."""
        return [tuple(dict.fromkeys(self._at(words, position))) for position in range(len(words))]

    def _at(self, words: Sequence[str], position: int) -> Iterator[str]:
        after = words[position + 1] if position + 1 < len(words) else ""
        for rest, name in self._opened(words[position]):
            if not rest or (_fits(after, rest[0]) and _follows(rest, words, position)):
                yield name


def _opened_by(
    words: Mapping[str, Sequence[Pattern]], beginnings: Mapping[str, Sequence[Pattern]], word: str
) -> tuple[Pattern, ...]:
    """The patterns whose first word this is."""
    begun = (beginnings.get(word[:length], ()) for length in range(3, len(word) + 1))
    return (*words.get(word, ()), *chain.from_iterable(begun))


def _follows(rest: Words, words: Sequence[str], position: int) -> bool:
    """Do the further words of a phrase stand after its first?"""
    after = words[position + 1 : position + 1 + len(rest)]
    return len(after) == len(rest) and all(map(_fits, after, rest))


def _fits(word: str, pattern: str) -> bool:
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern
