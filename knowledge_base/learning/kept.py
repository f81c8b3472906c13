"""What was learned, kept on disk, so that a start need not learn it again.

One file for each thing learned, replaced as a whole. It is never trusted: what is damaged, or was
learned from other content, other settings or by other code, is learned anew.
"""

import hashlib
import json
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import structlog
from numpy.typing import NDArray

from knowledge_base.words.language_data import LanguageData

Thing = TypeVar("Thing")
Facts = Mapping[str, Any]
"""All that is no array, as JSON knows it."""
Arrays = Mapping[str, NDArray[Any]]

_UNREADABLE = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error)

_log = structlog.get_logger(__name__)


def fingerprint(pairs: Sequence[tuple[str, str]], data: LanguageData, settings: object) -> str:
    """What learning depends on, as 64 hex digits: content, settings and the code itself."""
    digest = hashlib.sha256(np.__version__.encode())
    for code in sorted(Path(__file__).parents[1].rglob("*.py")):
        digest.update(code.read_bytes())
    spellings = sorted(data.spellings.items())
    digest.update(repr((list(pairs), spellings, data.ideas, settings)).encode())
    return digest.hexdigest()


def kept_or_learned(
    file: Path | None,
    key: str,
    learn: Callable[[], Thing],
    write: Callable[[Thing], tuple[Facts, Arrays]],
    read: Callable[[Facts, Arrays], Thing],
) -> Thing:
    """What was learned under this key, from the file if it is there, else learned and kept."""
    if file is None:
        return learn()
    kept = _read(file, key, read)
    if kept is not None:
        return kept
    learned = learn()
    _write(file, key, *write(learned))
    return learned


def _read(file: Path, key: str, read: Callable[[Facts, Arrays], Thing]) -> Thing | None:
    """None: there is no file, it is of something else, or it cannot be read."""
    if not file.exists():
        return None
    try:
        # Opened here: numpy leaves its own file open where it cannot read it.
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as kept:
            facts = json.loads(bytes(kept["facts"]))
            return read(facts, kept) if facts["key"] == key else None
    except _UNREADABLE as error:
        _log.warning("index_cache_unreadable", reason=type(error).__name__)
        return None


def _write(file: Path, key: str, facts: Facts, arrays: Arrays) -> None:
    """Keep it; where that is not possible, the next start learns again."""
    known = np.frombuffer(json.dumps({"key": key, **facts}).encode(), np.uint8)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=file.parent) as apart:
            part = Path(apart) / file.name
            np.savez(part, allow_pickle=False, facts=known, **arrays)
            part.replace(file)
    except OSError as error:
        _log.warning("index_cache_not_written", reason=type(error).__name__)
