"""A text → what matching sees of it: words, repaired where needed, their keys and ideas."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from knowledge_base.words.ideas import IdeaFinder, idea_key
from knowledge_base.words.language_data import LanguageData
from knowledge_base.words.normalising import standard, written_words
from knowledge_base.words.repair import Repaired, Repairer
from knowledge_base.words.stemming import stem

_REMEMBERED = 20_000


Meant = tuple[str, str, float]
"""A word before repair and after it, and how sure it is."""


class Token(NamedTuple):
    """One word of a text."""

    written: str
    """Normalised, before repair."""
    word: str
    key: str
    """What its inflected forms share."""
    ideas: tuple[str, ...] = ()
    """The ideas that begin here, as keys."""
    weight: float = 1.0
    """How sure the word is: the similarity of a repair."""


class Reader:
    """Reads phrases as they are, and questions with repair."""

    def __init__(self, data: LanguageData) -> None:
        self._data = data
        self._ideas = IdeaFinder(data.ideas)
        self._key: Callable[[str], str] = lru_cache(maxsize=_REMEMBERED)(stem)

    def phrase(self, text: str) -> tuple[Token, ...]:
        """The tokens of a text whose words are known."""
        return self.read(written_words(text))

    def question(self, text: str, known: "KnownWords") -> tuple[Token, ...]:
        """The tokens of what somebody typed."""
        return self.read(written_words(text), known)

    def read(self, written: Iterable[str], known: "KnownWords | None" = None) -> tuple[Token, ...]:
        """The tokens of words as `written_words` gives them; with `known`, repaired."""
        words: list[Meant] = []
        for each in written:
            for word in standard(each, self._data):
                words += known.meant(word) if known else ((word, word, 1.0),)
        return self._tokens(words)

    def known_words(self, words: Sequence[str]) -> "KnownWords":
        """What questions are repaired with: the words of all phrases, frequent ones first."""
        opening = sorted(self._ideas.words.difference(words))
        repairer = Repairer([*words, *opening], self._data.spellings)
        frequent = frozenset[str]().union(*self._data.frequent.values())
        return KnownWords(repairer, words, frequent, self._key, self._ideas)

    def _tokens(self, words: Sequence[Meant]) -> tuple[Token, ...]:
        ideas = self._ideas.find([word for _, word, _ in words])
        return tuple(
            Token(written, word, self._key(word), tuple(map(idea_key, names)), weight)
            for (written, word, weight), names in zip(words, ideas, strict=True)
        )


class KnownWords:
    """Repairs a word unless it, another form of it, or an idea in it is known."""

    def __init__(
        self,
        repairer: Repairer,
        words: Sequence[str],
        frequent: frozenset[str],
        key: Callable[[str], str],
        ideas: IdeaFinder,
    ) -> None:
        """`words`: of all phrases; `frequent`: other words that are no slips of these."""
        self._repairer = repairer
        # The first of a key is the most frequent one.
        self._by_key = {key(word): word for word in reversed(words)}
        self._words = frequent.union(words)
        self._key = key
        self._ideas = ideas
        self._remembered: dict[str, Sequence[Meant]] = {}

    def meant(self, word: str) -> Sequence[Meant]:
        """What a normalised word stands for. Single words are remembered."""
        known = self._remembered.get(word)
        if known is None:
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            known = self._remembered[word] = self._look_up(word)
        return known

    def _look_up(self, word: str) -> Sequence[Meant]:
        repaired = self.repaired(word)
        if repaired is None:
            return ((word, self.as_known(word), 1.0),)
        return tuple((word, each, repaired.similarity) for each in repaired.words)

    def repaired(self, word: str) -> Repaired | None:
        """What an unknown word probably is; None: it is known, or nothing is close."""
        if word in self._words or self._key(word) in self._by_key or self._ideas.find([word])[0]:
            return None
        return self._repairer.repair(word)

    def as_known(self, word: str) -> str:
        """A word in the form that is known best, if only that form carries an idea ("embasy")."""
        if word in self._words or self._ideas.find([word])[0]:
            return word
        known = self._by_key.get(self._key(word), word)
        return known if self._ideas.find([known])[0] else word
