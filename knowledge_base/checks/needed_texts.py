"""Every text that the program says is there, with placeholders that the program can fill."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from knowledge_base.checks.edition import Edition, NeededTexts
from knowledge_base.checks.placeholders import placeholders
from knowledge_base.files.content_folder import TEXTS
from knowledge_base.model import Place, Text
from knowledge_base.problems import Problem, closest


def check(edition: Edition) -> Iterator[Problem]:
    needed = edition.needed_texts
    if needed is None:
        return
    texts = {text.key: text for text in edition.content.texts}
    unused = {key: text for key, text in texts.items() if _need(key, needed) is None}
    for name in needed:
        if not (any(fnmatchcase(key, name) for key in texts) if "*" in name else name in texts):
            yield _missing(name, unused)
    for key, text in unused.items():
        advice = "Delete it, or ask the developers for what it was meant."
        yield Problem(text.place, key, "the program never says this.", advice, "warning")
    for key, text in texts.items():
        yield from _unfilled(text, _need(key, needed))


def _need(key: str, needed: NeededTexts) -> frozenset[str] | None:
    if key in needed:
        return needed[key]
    patterns = (name for name in needed if "*" in name)
    return next((needed[name] for name in patterns if fnmatchcase(key, name)), None)


def _missing(name: str, unused: dict[str, Text]) -> Problem:
    """A text is missing; one that was probably meant to be it is no longer unused."""
    near = closest(name, unused, at_least=0.75)
    if near is None:
        what = "the program says this text, but it is not there."
        return Problem(Place(TEXTS, 0), name, what, f'Add "{name}" to a file in this folder.')
    what = f'the program never says this, and misses "{name}".'
    return Problem(unused.pop(near).place, near, what, f'Call it "{name}".')


def _unfilled(text: Text, filled: frozenset[str] | None) -> Iterator[Problem]:
    if filled is not None and (odd := _used(text) - filled):
        what = f"nobody fills {_braced(odd)} here."
        yield Problem(text.place, text.key, what, f"Possible here: {_braced(filled) or 'none'}.")


def _used(text: Text) -> frozenset[str]:
    try:
        return frozenset().union(*map(placeholders, text.words.values()))
    except ValueError:  # The rule on placeholders says so.
        return frozenset()


def _braced(names: Iterable[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))
