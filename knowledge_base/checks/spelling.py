"""Every word that people read is in its dictionary, or allowed with a reason."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from knowledge_base.checks.edition import Edition
from knowledge_base.checks.passages import Passage, passages
from knowledge_base.dictionaries import Dictionary
from knowledge_base.files.allowed_words import AllowedWord
from knowledge_base.files.content_folder import ALLOWED_WORDS
from knowledge_base.model import Language
from knowledge_base.problems import Problem
from knowledge_base.words.folding import fold
from knowledge_base.words.spelled import Spelled, parts, spelled

SUGGESTED = 3
"""Words that were probably meant, for each unknown one."""
WITH_SUGGESTIONS = 15
"""Unknown words that get them: each takes a tenth of a second, and somebody is waiting."""


@dataclass(frozen=True)
class _Unknown:
    word: str
    passage: Passage
    at: int


@dataclass
class _Speller:
    """One language's dictionary, with the words that are allowed beside it."""

    language: Language
    dictionary: Dictionary
    allowed: frozenset[str]
    """Words and names of several words."""
    needed: set[str] = field(default_factory=set)
    """Allowed words that were met and that the dictionary does not know."""
    met: set[str] = field(default_factory=set)
    """All allowed words that were met."""

    def unknown(self, text: str) -> Iterator[Spelled]:
        """The words of a text that are neither known nor allowed, or parts of words."""
        for one in spelled(self._without_names(text)):
            yield from (Spelled(part, one.at) for part in self._unknown_parts(one.word))

    def _without_names(self, text: str) -> str:
        for name in self.allowed:
            # Most texts hold none of them: looking for the words is quick.
            if " " in name and name[1:] in text:
                written = f"[{name[0]}{name[0].upper()}]{re.escape(name[1:])}"
                found = re.compile(rf"(?<!\w){written}(?!\w)")
                if found.search(text):
                    self._note(name)
                    text = found.sub(lambda hit: " " * len(hit[0]), text)
        return text

    def _note(self, name: str) -> None:
        self.met.add(name)
        if any(self._unknown_parts(one.word) for one in spelled(name)):
            self.needed.add(name)

    def _unknown_parts(self, word: str) -> tuple[str, ...]:
        if self._accepts(word):
            return ()
        return tuple(part for part in parts(word, self.language) if not self._accepts(part))

    def _accepts(self, word: str) -> bool:
        knows = self.dictionary.knows(word)
        # A word in small letters may begin a sentence, as in a dictionary.
        written = {word, word.lower()} if word[:1].isupper() else {word}
        allowed = written & self.allowed
        self.met |= allowed
        if not knows:
            self.needed |= allowed
        return knows or bool(allowed)


def check(edition: Edition) -> Iterator[Problem]:
    """Nothing where there is no dictionary; whoever looked for one says so."""
    spellers = [
        _Speller(language, dictionary, _allowed(edition.allowed_words, language))
        for language, dictionary in edition.dictionaries.items()
    ]
    for speller in spellers:
        yield from _said(_unknown(edition, speller), speller.dictionary)
    yield from _left_over(edition.allowed_words, spellers)


def _allowed(words: Sequence[AllowedWord], language: Language) -> frozenset[str]:
    return frozenset(one.word for one in words if language in one.languages)


def _unknown(edition: Edition, speller: _Speller) -> list[_Unknown]:
    found: dict[tuple[Passage, str], _Unknown] = {}
    for passage in passages(edition.content):
        if passage.language == speller.language:
            for one in speller.unknown(passage.words):
                if not _lost_signs(edition, one.word):
                    found.setdefault((passage, one.word), _Unknown(one.word, passage, one.at))
    return list(found.values())


def _lost_signs(edition: Edition, word: str) -> bool:
    # The rule lost_diacritics says it, with the right word.
    return edition.diacritics.get(fold(word), word.lower()) != word.lower()


def _said(unknown: Sequence[_Unknown], dictionary: Dictionary) -> Iterator[Problem]:
    words = list(dict.fromkeys(one.word for one in unknown))
    suggested = {
        word: tuple(dictionary.suggest(word))[:SUGGESTED] for word in words[:WITH_SUGGESTIONS]
    }
    for one in unknown:
        advice = _advice(one.word, suggested.get(one.word, ()))
        yield one.passage.problem(f'"{one.word}" is not in the dictionary.', advice, at=one.at)


def _advice(word: str, suggested: Sequence[str]) -> str:
    allow = f"add it to {ALLOWED_WORDS} with the reason."
    if not suggested:
        return f"Correct it, or {allow}"
    options = " or ".join(f'"{one}"' for one in suggested)
    return f"Write {options}; if it is right, {allow}"


def _left_over(words: Sequence[AllowedWord], spellers: Sequence[_Speller]) -> Iterator[Problem]:
    by_language = {speller.language: speller for speller in spellers}
    for one in words:
        # In a language whose dictionary is missing the word may well be needed.
        if set(one.languages) <= set(by_language):
            looked = [by_language[language] for language in one.languages]
            if not any(one.word in speller.needed for speller in looked):
                met = any(one.word in speller.met for speller in looked)
                what = "the dictionary knows it." if met else "it stands nowhere any more."
                yield Problem(
                    one.place, one.word, what, "Take the word out of this list.", "warning"
                )
