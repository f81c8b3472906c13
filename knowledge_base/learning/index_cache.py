"""What matching learned, as a file that `kept` keeps."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from knowledge_base.learning import kept
from knowledge_base.learning.answers import Answers
from knowledge_base.learning.calibration import Calibration, Thresholds
from knowledge_base.learning.evidence import Evidence
from knowledge_base.learning.features import GROUPS, Group, Shares, Vocabulary
from knowledge_base.learning.kept import Arrays, Facts, fingerprint
from knowledge_base.learning.learned import Learned
from knowledge_base.learning.phrase_index import PhraseIndex
from knowledge_base.learning.scoring import Phrases

FILE = "matching.npz"

__all__ = ["FILE", "fingerprint", "kept_or_learned"]


def kept_or_learned(folder: Path | None, key: str, learn: Callable[[], Learned]) -> Learned:
    """What was learned under this key, from the folder if it is there, else learned and kept."""
    return kept.kept_or_learned(folder and folder / FILE, key, learn, _parts, _learned)


def _parts(learned: Learned) -> tuple[Facts, Arrays]:
    phrases, evidence = learned.phrases, learned.evidence
    facts = {
        "features": {group: list(phrases.vocabulary.ids[group]) for group in GROUPS},
        "shares": asdict(phrases.shares),
        "calibration": asdict(learned.calibration),
        "thresholds": asdict(learned.thresholds),
    }
    return facts, {
        "idf": np.array(phrases.vocabulary.idf),
        "owners": phrases.owners,
        "starts": phrases.index.starts,
        "phrases": phrases.index.phrases,
        "values": phrases.index.values,
        "answers": phrases.answers.words,
        "weights": evidence.weights,
        "bias": evidence.bias,
    }


def _learned(facts: Facts, arrays: Arrays) -> Learned:
    owners = arrays["owners"]
    vocabulary = Vocabulary(_ids(facts["features"]), arrays["idf"].tolist(), len(owners))
    index = PhraseIndex(arrays["starts"], arrays["phrases"], arrays["values"], len(owners))
    return Learned(
        phrases=Phrases(
            owners, vocabulary, index, Shares(**facts["shares"]), Answers(arrays["answers"])
        ),
        evidence=Evidence(arrays["weights"], arrays["bias"]),
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
