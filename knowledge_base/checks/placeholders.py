"""A text's {placeholders} are well formed, and the same in both languages."""

from collections.abc import Iterator
from string import Formatter

from knowledge_base.checks.edition import Edition
from knowledge_base.model import LANGUAGES, Language, Text
from knowledge_base.problems import Problem


def check(edition: Edition) -> Iterator[Problem]:
    for text in edition.content.texts:
        found = [_in_language(text, language) for language in LANGUAGES]
        yield from (problem for problem in found if isinstance(problem, Problem))
        names = [each for each in found if isinstance(each, frozenset)]
        if len(names) == len(LANGUAGES) and names[0] != names[1]:
            yield _unlike(text, names[0], names[1])


def placeholders(words: str) -> frozenset[str]:
    """The names in braces. Raises ValueError, with a sentence, for what is no simple name."""
    names = set()
    try:
        parts = list(Formatter().parse(words))
    except ValueError:
        raise ValueError("a brace opens and none closes, or the other way round.") from None
    for _, name, form, conversion in parts:
        if name is None:
            continue
        if not name.isidentifier() or form or conversion:
            raise ValueError("between braces only a simple name can stand.")
        names.add(name)
    return frozenset(names)


def _in_language(text: Text, language: Language) -> frozenset[str] | Problem:
    try:
        return placeholders(text.words[language])
    except ValueError as error:
        place = text.places.get(language, text.place)
        advice = 'Write a placeholder as "{count}", and a brace that is only a sign twice: "{{".'
        return Problem(place, f"{text.key}, {language}", str(error), advice)


def _unlike(text: Text, albanian: frozenset[str], english: frozenset[str]) -> Problem:
    odd = ", ".join(f"{{{name}}}" for name in sorted(albanian ^ english))
    language: Language = "en" if albanian - english else "sq"
    return Problem(
        text.places.get(language, text.place),
        f"{text.key}, {language}",
        f"{odd} stands in one language only.",
        "Write the same placeholders in both.",
    )
