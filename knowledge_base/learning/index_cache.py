"""What matching learned, kept on disk, so that a start need not learn it again.

One file, replaced as a whole. It is never trusted: what is damaged, or was learned from other
content, other settings or by other code, is learned anew.
"""

import hashlib
import json
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import structlog
from numpy.typing import NDArray

from knowledge_base.learning.calibration import Calibration, Thresholds
from knowledge_base.learning.evidence import Evidence
from knowledge_base.learning.features import GROUPS, Group, Shares, Vocabulary
from knowledge_base.learning.learned import Learned, Recipe
from knowledge_base.learning.phrase_index import PhraseIndex
from knowledge_base.learning.scoring import Phrases
from knowledge_base.words.language_data import LanguageData

FILE = "matching.npz"
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error)

_log = structlog.get_logger(__name__)


def fingerprint(pairs: Sequence[tuple[str, str]], data: LanguageData, recipe: Recipe) -> str:
    """What learning depends on, as 64 hex digits: content, settings and the code itself."""
    digest = hashlib.sha256(np.__version__.encode())
    for code in sorted(Path(__file__).parents[1].rglob("*.py")):
        digest.update(code.read_bytes())
    spellings = sorted(data.spellings.items())
    digest.update(repr((list(pairs), spellings, data.ideas, recipe)).encode())
    return digest.hexdigest()


def kept_or_learned(folder: Path | None, key: str, learn: Callable[[], Learned]) -> Learned:
    """What was learned under this key, from the folder if it is there, else learned and kept."""
    if folder is None:
        return learn()
    kept = _read(folder / FILE, key)
    if kept is not None:
        return kept
    learned = learn()
    _write(folder, key, learned)
    return learned


def _read(file: Path, key: str) -> Learned | None:
    """None: there is no file, it is of something else, or it cannot be read."""
    if not file.exists():
        return None
    try:
        # Opened here: numpy leaves its own file open where it cannot read it.
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as kept:
            facts = json.loads(bytes(kept["facts"]))
            return _learned(facts, kept) if facts["key"] == key else None
    except _UNREADABLE as error:
        _log.warning("index_cache_unreadable", reason=type(error).__name__)
        return None


def _write(folder: Path, key: str, learned: Learned) -> None:
    """Keep it; where that is not possible, the next start learns again."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as apart:
            part = Path(apart) / FILE
            np.savez(part, allow_pickle=False, **_arrays(key, learned))
            part.replace(folder / FILE)
    except OSError as error:
        _log.warning("index_cache_not_written", reason=type(error).__name__)


def _arrays(key: str, learned: Learned) -> dict[str, NDArray[Any]]:
    """All numbers as arrays, all else as one array with the bytes of a JSON text."""
    phrases, evidence = learned.phrases, learned.evidence
    facts = {
        "key": key,
        "features": {group: list(phrases.vocabulary.ids[group]) for group in GROUPS},
        "shares": asdict(phrases.shares),
        "calibration": asdict(learned.calibration),
        "thresholds": asdict(learned.thresholds),
    }
    return {
        "facts": np.frombuffer(json.dumps(facts).encode(), np.uint8),
        "idf": np.array(phrases.vocabulary.idf),
        "owners": phrases.owners,
        "starts": phrases.index.starts,
        "phrases": phrases.index.phrases,
        "values": phrases.index.values,
        "weights": evidence.weights,
        "bias": evidence.bias,
    }


def _learned(facts: Mapping[str, Any], kept: Mapping[str, NDArray[Any]]) -> Learned:
    owners = kept["owners"]
    vocabulary = Vocabulary(_ids(facts["features"]), kept["idf"].tolist(), len(owners))
    index = PhraseIndex(kept["starts"], kept["phrases"], kept["values"], len(owners))
    return Learned(
        phrases=Phrases(owners, vocabulary, index, Shares(**facts["shares"])),
        evidence=Evidence(kept["weights"], kept["bias"]),
        calibration=_calibration(facts["calibration"]),
        thresholds=Thresholds(**facts["thresholds"]),
    )


def _calibration(facts: Mapping[str, Any]) -> Calibration:
    """JSON knows lists where we have tuples."""
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in facts.items()
    }
    return Calibration(**values)


def _ids(features: Mapping[Group, Sequence[str]]) -> dict[Group, dict[str, int]]:
    """Features are numbered in their order, group after group."""
    numbers = count()
    return {group: {feature: next(numbers) for feature in features[group]} for group in GROUPS}
