"""Spelling dictionaries of this machine: which words there are, and which was probably meant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from knowledge_base.model import Language

FOLDERS = (
    Path("/usr/share/hunspell"),
    Path("/usr/share/myspell/dicts"),
    Path("/usr/local/share/hunspell"),
    Path("/opt/homebrew/share/hunspell"),
    Path("/Library/Spelling"),
)
"""Where Debian, other systems and Macs keep them."""


class Dictionary(Protocol):
    """The words of one language."""

    def knows(self, word: str) -> bool:
        """It is a word as it is written; apostrophes are straight."""

    def suggest(self, word: str) -> Sequence[str]:
        """What was probably meant, best first; may take a tenth of a second."""


@dataclass(frozen=True)
class Found:
    """The dictionaries that are there, and a sentence for each that is not."""

    dictionaries: Mapping[Language, Dictionary]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class _Wanted:
    name: str
    language: str
    package: str
    """Debian's."""


_WANTED: Mapping[Language, _Wanted] = {
    "sq": _Wanted("sq_AL", "Albanian", "myspell-sq"),
    "en": _Wanted("en_GB", "English", "hunspell-en-gb"),
}


class HunspellDictionary:
    """A pair of files, `name.aff` and `name.dic`, read by Hunspell."""

    def __init__(self, hunspell: Any) -> None:
        self._hunspell = hunspell
        self._known: dict[str, bool] = {}

    def knows(self, word: str) -> bool:
        if word not in self._known:
            self._known[word] = self._looked_up(word)
        return self._known[word]

    def suggest(self, word: str) -> Sequence[str]:
        try:
            return tuple(self._hunspell.suggest(word))
        except UnicodeEncodeError:
            return ()

    def _looked_up(self, word: str) -> bool:
        try:
            return bool(self._hunspell.spell(word))
        except UnicodeEncodeError:
            # A letter that the dictionary's own encoding lacks is in none of its words.
            return False


def find(folders: Sequence[Path] = FOLDERS) -> Found:
    """Both dictionaries, each from the first of the folders that holds it."""
    try:
        # Only who checks spelling has installed it.
        from hunspell import Hunspell
    except ImportError:
        return Found({}, ("SPELLING NOT CHECKED: chunspell is not installed. Call make setup.",))
    found: dict[Language, Dictionary] = {}
    missing: list[str] = []
    for language, wanted in _WANTED.items():
        folder = _holding(wanted.name, folders)
        if folder is None:
            missing.append(_not_there(wanted, folders))
        else:
            found[language] = HunspellDictionary(
                Hunspell(wanted.name, hunspell_data_dir=str(folder))
            )
    return Found(found, tuple(missing))


def _holding(name: str, folders: Sequence[Path]) -> Path | None:
    for folder in folders:
        if all((folder / f"{name}{kind}").is_file() for kind in (".aff", ".dic")):
            return folder
    return None


def _not_there(wanted: _Wanted, folders: Sequence[Path]) -> str:
    return (
        f"SPELLING NOT CHECKED in {wanted.language}: {wanted.name}.aff and {wanted.name}.dic are "
        f"in none of {', '.join(map(str, folders))}. Install them, on Debian with "
        f"apt-get install {wanted.package}."
    )
