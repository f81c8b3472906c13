"""Every text that the program says is there, with placeholders that the program can fill."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from knowledge_base.checks.edition import Edition, NeededTexts
from knowledge_base.checks.placeholders import placeholders
from knowledge_base.model import Place, Text
from knowledge_base.problems import Problem, closest


def check(edition: Edition) -> Iterator[Problem]:
    if edition.needed_texts is None:
        return
    texts = {text.key: text for text in edition.content.texts}
    unused = {key: text for key, text in texts.items() if _need(key, edition.needed_texts) is None}
    yield from _missing(texts, unused, edition.needed_texts)
    for key, text in texts.items():
        if key in unused:
            advice = "Delete it, or ask the developers for what it was meant."
            yield Problem(text.place, key, "the program never says this.", advice, "warning")
        else:
            yield from _unfilled(text, _need(key, edition.needed_texts) or frozenset())


def _need(key: str, needed: NeededTexts) -> frozenset[str] | None:
    if key in needed:
        return needed[key]
    return next((names for name, names in needed.items() if fnmatchcase(key, name)), None)


def _missing(
    texts: dict[str, Text], unused: dict[str, Text], needed: NeededTexts
) -> Iterator[Problem]:
    for name in needed:
        if not any(fnmatchcase(key, name) for key in texts):
            near = closest(name, unused, at_least=0.75)
            what = "the program says this text, but it is not there."
            if near is None:
                yield Problem(Place("texts", 1), name, what, f'Add "{name}" to a file there.')
            else:
                yield Problem(
                    unused[near].place, near, f'"{name}" is missing.', f'Call it "{name}".'
                )


def _unfilled(text: Text, filled: frozenset[str]) -> Iterator[Problem]:
    for language, words in text.words.items():
        try:
            odd = sorted(placeholders(words) - filled)
        except ValueError:  # The rule on placeholders says so.
            continue
        if odd:
            possible = ", ".join(f"{{{name}}}" for name in sorted(filled)) or "none"
            what = f"nobody fills {', '.join(f'{{{name}}}' for name in odd)} here."
            place = text.places.get(language, text.place)
            yield Problem(place, f"{text.key}, {language}", what, f"Possible here: {possible}.")
