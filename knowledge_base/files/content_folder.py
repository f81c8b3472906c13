"""Which files a content folder consists of, and in which version they are."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from knowledge_base.model import Place
from knowledge_base.problems import Problem, Severity, closest

CONTACTS = "contacts.yaml"
EVALUATION = "evaluation.yaml"
FAQ, LANGUAGE, TEXTS = "faq", "language", "texts"
ALLOWED_WORDS = "language/allowed_words.yaml"
LANGUAGE_FILES = (
    "abbreviations.yaml",
    "allowed_words.yaml",
    "asking.yaml",
    "background.yaml",
    "danger.yaml",
    "danger_examples.yaml",
    "diacritics.yaml",
    "dialect.yaml",
    "frequent_words.yaml",
    "ideas.yaml",
    "out_of_scope.yaml",
    "pseudonyms.yaml",
    "requests.yaml",
    "small_talk.yaml",
)
_TOP = (FAQ, LANGUAGE, TEXTS, CONTACTS, EVALUATION)
_ROOMS = (FAQ, LANGUAGE, TEXTS)


def files_in(folder: Path, room: str) -> list[str]:
    """The YAML files of one room such as "faq", sorted, relative to the content folder."""
    return [f"{room}/{name}" for name in _names(folder / room) if name.endswith(".yaml")]


def version_of(folder: Path) -> str:
    """The first 12 hex digits of a SHA-256 over the names and bytes of all files that are loaded.

    The evaluation set and the allowed words do not count: they measure, and change nothing that
    is said.
    """
    return _version(
        folder, [CONTACTS, *(file for room in _ROOMS for file in files_in(folder, room))]
    )


def language_version_of(folder: Path) -> str:
    """The same over the files of the room "language" alone."""
    return _version(folder, files_in(folder, LANGUAGE))


def _version(folder: Path, files: list[str]) -> str:
    digest = hashlib.sha256()
    for file in sorted(set(files) - {ALLOWED_WORDS}):
        data = _bytes(folder / file)
        digest.update(f"{file}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()[:12]


def stamp_of(folder: Path) -> tuple[tuple[str, int, int, int], ...]:
    """Changes with every change of a file that is loaded; cheap enough to be asked for often.

    Name, inode, size and time of change of each. A file that comes or goes meanwhile is left out.
    """
    stamps = []
    for file in [CONTACTS, *(file for room in _ROOMS for file in files_in(folder, room))]:
        try:
            found = (folder / file).stat()
        except OSError:
            continue
        stamps.append((file, found.st_ino, found.st_size, found.st_mtime_ns))
    return tuple(stamps)


def strangers(folder: Path) -> Iterator[Problem]:
    """A problem for every file that nobody reads: an error where it looks like content."""
    for name in _names(folder):
        if name not in _TOP:
            yield _stranger(folder, "", name, _TOP)
    for room in _ROOMS:
        known = LANGUAGE_FILES if room == LANGUAGE else None
        for name in _names(folder / room):
            if not (name.endswith(".yaml") if known is None else name in known):
                yield _stranger(folder, f"{room}/", name, known or ())


def _stranger(folder: Path, room: str, name: str, known: tuple[str, ...]) -> Problem:
    file = f"{room}{name}"
    advice = "Move it out of the content folder."
    if (folder / file).is_dir():
        return Problem(Place(file, 0), "", "this folder is not read.", advice)
    severity: Severity = "warning"
    if name.endswith((".yaml", ".yml")):
        severity = "error"
        as_yaml = Path(name).with_suffix(".yaml").name
        meant = closest(as_yaml, known, at_least=0.75) if known else as_yaml
        advice = f'Call it "{room}{meant}".' if meant else advice
    return Problem(Place(file, 1), "", "this file is not read.", advice, severity)


def _names(folder: Path) -> list[str]:
    # Hidden files are an editor's or git's own. A room that cannot be listed has no files; what
    # needs it says so.
    try:
        return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    except OSError:
        return []


def _bytes(path: Path) -> bytes:
    # A file that cannot be opened counts as empty here; reading its content says why.
    try:
        return path.read_bytes()
    except OSError:
        return b""
