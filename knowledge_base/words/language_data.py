"""The content team's knowledge of the two languages: spellings, ideas, frequent words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from knowledge_base.files.marked_yaml import Fields, Marked, read
from knowledge_base.model import LANGUAGES, Language
from knowledge_base.problems import Problem
from knowledge_base.words.folding import fold

Words = tuple[str, ...]
BACKGROUND = "language/background.yaml"

_NO_SPELLINGS: Mapping[str, Words] = MappingProxyType({})
_NO_WORDS: Mapping[Language, frozenset[str]] = MappingProxyType({})


@dataclass(frozen=True)
class Idea:
    """One idea, such as "return", and all the words for it in both languages."""

    name: str
    patterns: tuple[Words, ...]
    """Folded, a phrase as its words; a word that ends with "*" is a word beginning."""


@dataclass(frozen=True)
class LanguageData:
    """What `content/language` holds on how people write."""

    spellings: Mapping[str, Words] = field(default_factory=lambda: _NO_SPELLINGS)
    """A folded form (abbreviation, dialect; "n'" is a beginning) → the standard words, folded."""
    ideas: tuple[Idea, ...] = ()
    frequent: Mapping[Language, frozenset[str]] = field(default_factory=lambda: _NO_WORDS)
    """Folded words by which a language is known."""
    background: tuple[tuple[str, ...], ...] = ()
    """What people tell beside their question, by language, as written."""

    @classmethod
    def load(cls, folder: Path, problems: list[Problem]) -> "LanguageData":
        """Read the files under `folder`/language; what is wrong in them goes to `problems`."""
        spellings: dict[str, Words] = {}
        for file in ("language/abbreviations.yaml", "language/dialect.yaml"):
            _add_spellings(read(folder, file, problems), spellings)
        return cls(
            spellings=spellings,
            ideas=tuple(_ideas(read(folder, "language/ideas.yaml", problems), spellings)),
            frequent=_frequent(read(folder, "language/frequent_words.yaml", problems)),
            background=_background(folder, problems),
        )


def _add_spellings(top: Marked | None, spellings: dict[str, Words]) -> None:
    """Lines such as "është: [asht, osht]": the standard word, then how else it is written."""
    for key, forms in top.pairs() if top else ():
        standard = tuple(fold(key.text()).split())
        for item in forms.items():
            form = fold(item.text())
            if form in spellings and spellings[form] != standard:
                item.problem(
                    f'"{form}" already stands for "{" ".join(spellings[form])}".',
                    "Keep it in one of the two places.",
                )
            elif " " in form:
                item.problem(f'"{form}" is more than one word.', "Write one word only.")
            elif (form,) == standard:
                item.problem(
                    f'"{form}" is already "{key.text()}": case and diacritics do not count.',
                    "Take it out.",
                )
            elif form:
                spellings[form] = standard


def _ideas(top: Marked | None, spellings: Mapping[str, Words]) -> Iterator[Idea]:
    """Lines such as "return: {sq: [kthe*], en: [return*, sent back]}"."""
    for key, value in top.pairs() if top else ():
        patterns: list[Words] = []
        fields = value.fields(LANGUAGES)
        for language in LANGUAGES:
            for item in fields[language].items() if language in fields else ():
                words = _as_normalised(item.text(), spellings)
                if any(len(word) < 4 and word.endswith("*") for word in words):
                    item.problem(
                        f'"{item.text()}" would take in too many words.',
                        "Write at least three letters before the star.",
                    )
                elif words:
                    patterns.append(words)
        yield Idea(key.text(), tuple(dict.fromkeys(patterns)))


def _as_normalised(text: str, spellings: Mapping[str, Words]) -> Words:
    """A pattern's words as a question's words look after normalising."""
    return tuple(
        standard for word in fold(text).split() for standard in spellings.get(word, (word,))
    )


def _frequent(top: Marked | None) -> Mapping[Language, frozenset[str]]:
    """Lines "sq: […]" and "en: […]"."""
    fields = top.fields(LANGUAGES) if top else {}
    return {
        language: frozenset(fold(word) for word in fields[language].texts())
        for language in LANGUAGES
        if language in fields
    }


def _background(folder: Path, problems: list[Problem]) -> tuple[tuple[str, ...], ...]:
    """Lines "sq: […]" and "en: […]". A content may do without the file."""
    if not (folder / BACKGROUND).exists():
        return ()
    top = read(folder, BACKGROUND, problems)
    fields = top.fields(LANGUAGES) if top else Fields()
    return tuple(tuple(fields.texts(language)) for language in LANGUAGES)
