"""Albanian words that need ë or ç, by how they look when these are lost."""

from collections.abc import Mapping
from pathlib import Path

from knowledge_base.files.marked_yaml import Marked, read
from knowledge_base.problems import Problem
from knowledge_base.words.folding import fold

FILE = "language/diacritics.yaml"


def load_diacritics(folder: Path, problems: list[Problem]) -> Mapping[str, str]:
    """Folded word → the one way to write it, such as "eshte" → "është"."""
    top = read(folder, FILE, problems)
    found: dict[str, str] = {}
    for item in top.fields(["words"]).list("words") if top else ():
        word = item.text()
        if word and _sound(item, word, found):
            found[fold(word)] = word
    return found


def _sound(item: Marked, word: str, found: Mapping[str, str]) -> bool:
    if word != word.lower() or not word.isalpha() or not set(word) & set("ëç"):
        what = f'"{word}" is not one word in small letters with ë or ç.'
    elif fold(word) in found:
        what = f'without ë and ç, "{word}" looks like "{found[fold(word)]}" above.'
    else:
        return True
    item.problem(what, "Take it out: only words that can be written in one way belong here.")
    return False
