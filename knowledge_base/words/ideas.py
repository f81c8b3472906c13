"""Words → the ideas they carry, whichever language they are in."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import chain
from typing import NamedTuple

from knowledge_base.words.language_data import Idea, Words

_MARK = "~"
"""Begins the name of an idea wherever it stands beside words."""
_REMEMBERED = 20_000

Pattern = tuple[Words, str]
"""The words of a pattern after its first, and the name of its idea."""


class _Opened(NamedTuple):
    """What one word opens."""

    patterns: tuple[Pattern, ...]
    alone: tuple[str, ...]
    """The ideas of those that need no further word."""
    next_words: frozenset[str]
    """What the word after it may be, or begin with, where one of the others goes on."""
    next_beginnings: tuple[str, ...]


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
        found: list[tuple[str, ...]] = []
        for position, (word, after) in enumerate(zip(words, (*words[1:], ""), strict=False)):
            opened = self._opened(word)
            if after in opened.next_words or after.startswith(opened.next_beginnings):
                found.append(tuple(dict.fromkeys(_begun(opened.patterns, words, position))))
            else:
                found.append(opened.alone)
        return found


def _opened_by(
    words: Mapping[str, Sequence[Pattern]], beginnings: Mapping[str, Sequence[Pattern]], word: str
) -> _Opened:
    """The patterns whose first word this is."""
    begun = (beginnings.get(word[:length], ()) for length in range(3, len(word) + 1))
    patterns = (*words.get(word, ()), *chain.from_iterable(begun))
    following = {rest[0] for rest, _ in patterns if rest}
    return _Opened(
        patterns,
        alone=tuple(dict.fromkeys(name for rest, name in patterns if not rest)),
        next_words=frozenset(one for one in following if not one.endswith("*")),
        next_beginnings=tuple(one[:-1] for one in following if one.endswith("*")),
    )


def _begun(patterns: Sequence[Pattern], words: Sequence[str], position: int) -> Iterator[str]:
    """The ideas of those patterns that go on in the words after this position."""
    return (name for rest, name in patterns if not rest or _follows(rest, words, position))


def _follows(rest: Words, words: Sequence[str], position: int) -> bool:
    """Do the further words of a phrase stand after its first?"""
    after = words[position + 1 : position + 1 + len(rest)]
    return len(after) == len(rest) and all(map(_fits, after, rest))


def _fits(word: str, pattern: str) -> bool:
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern
