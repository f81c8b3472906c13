"""The words that cases are called by, in place of people's names."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from knowledge_base.files.marked_yaml import Marked, read
from knowledge_base.model import PseudonymWords
from knowledge_base.problems import Problem

FILE = "language/pseudonyms.yaml"
NUMBER = 64
"""Of each word, no more and no less: 4,096 names, and a word that is replaced renames few cases."""
LONGEST = 20


def load_pseudonyms(folder: Path, problems: list[Problem]) -> PseudonymWords:
    """The first and the second words; what is wrong with them goes to `problems`."""
    top = read(folder, FILE, problems)
    if top is None:
        return PseudonymWords((), ())
    fields = top.fields(["first", "second"])
    first, second = (_words(fields, name) for name in ("first", "second"))
    return PseudonymWords(first, second)


def _words(fields: Mapping[str, Marked], name: str) -> tuple[str, ...]:
    if name not in fields:
        return ()
    words = tuple(dict.fromkeys(_sound(fields[name])))
    if len(words) != NUMBER:
        fields[name].problem(f"{len(words)} words stand here.", f"Write exactly {NUMBER}.")
    return words


def _sound(listed: Marked) -> Iterator[str]:
    seen: set[str] = set()
    for item in listed.items():
        word = item.text()
        if not word:
            continue
        if not word.isalpha() or len(word) > LONGEST:
            advice = f"Write one word of at most {LONGEST} letters."
            item.problem(f'"{word}" cannot stand in a name.', advice)
        elif word.lower() in seen:
            item.problem(f'"{word}" stands here twice.', "Keep one of the two.")
        seen.add(word.lower())
        yield word
