"""Words and names that are right although a dictionary does not know them, each with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge_base.files.content_folder import ALLOWED_WORDS
from knowledge_base.files.marked_yaml import Marked, read
from knowledge_base.model import LANGUAGES, Language, Place
from knowledge_base.problems import Problem
from knowledge_base.words.spelled import spelled

_SECTIONS: Mapping[str, tuple[Language, ...]] = {"both": LANGUAGES, "sq": ("sq",), "en": ("en",)}


@dataclass(frozen=True)
class AllowedWord:
    """One word or name, as it is written."""

    word: str
    """A name may be several words: "Huis van het Nederlands"."""
    reason: str
    languages: tuple[Language, ...]
    """In whose texts it may stand."""
    place: Place


def load_allowed_words(folder: Path, problems: list[Problem]) -> tuple[AllowedWord, ...]:
    """The words in the file's order; none where there is no such file."""
    top = read(folder, ALLOWED_WORDS, problems) if (folder / ALLOWED_WORDS).exists() else None
    found: dict[str, AllowedWord] = {}
    for section, words in (top.fields([], _SECTIONS) if top else {}).items():
        for key, value in words.pairs():
            word, reason = key.text(), value.text()
            if word and _sound(key, word, section, found):
                allowed = AllowedWord(word, reason, _SECTIONS[section], key.place)
                found[_identity(allowed)] = allowed
    return tuple(found.values())


def _identity(word: AllowedWord) -> str:
    return f"{word.word} {word.languages}"


def _sound(key: Marked, word: str, section: str, found: Mapping[str, AllowedWord]) -> bool:
    if not any(spelled(word)):
        key.problem(f'"{word}" is never looked up.', "Take it out: only words need to be allowed.")
        return False
    for earlier in found.values():
        if earlier.word == word and "both" in (section, _section(earlier)):
            what = f'"{word}" stands in line {earlier.place.line} too.'
            key.problem(what, 'Keep one of the two: under "both" it is allowed in both languages.')
            return False
    return True


def _section(word: AllowedWord) -> str:
    return "both" if word.languages == LANGUAGES else word.languages[0]
