"""A run of an evaluation, kept as JSON, and what has changed since."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge_base.evaluation import HEADINGS, MEASURES, Measure, Measures, Outcome
from knowledge_base.misses import COSTS, FAULTS, Fault, fault_of


class NotARun(Exception):
    """A file holds no run that was saved."""


@dataclass(frozen=True)
class Run:
    """What is compared of a run."""

    shares: dict[Measure, float | None]
    faults: dict[str, Fault | None]
    """By question: its text; where several have one text, the last."""

    @classmethod
    def of(cls, measures: Measures, outcomes: Sequence[Outcome]) -> "Run":
        """What was just measured. Questions whose entries are not loaded are left out."""
        shares = {name: measures.in_all[name].share for name in MEASURES}
        loaded = [outcome for outcome in outcomes if outcome.loaded]
        return cls(shares, {one.question.text: fault_of(one) for one in loaded})

    @classmethod
    def read(cls, file: Path) -> "Run":
        """A run that was saved. Raises NotARun with a sentence."""
        try:
            found: Any = json.loads(file.read_text(encoding="utf-8"))
            shares = {name: _share(found["shares"].get(name)) for name in MEASURES}
            return cls(
                shares, {str(text): _fault(fault) for text, fault in found["faults"].items()}
            )
        except OSError as error:
            raise NotARun(f"{file} cannot be opened.") from error
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise NotARun(f"{file} holds no run that `udha evaluate --save` wrote.") from error

    def save(self, file: Path) -> None:
        """Write it down. Raises OSError."""
        kept = {"shares": self.shares, "faults": self.faults}
        file.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _share(found: Any) -> float | None:
    return None if found is None else float(found)


def _fault(found: Any) -> Fault | None:
    if found is not None and found not in FAULTS:
        raise ValueError(found)
    fault: Fault | None = found
    return fault


def changes(before: Run, now: Run) -> Iterator[str]:
    """What has changed between two runs, in words."""
    for name in MEASURES:
        then, since = before.shares[name], now.shares[name]
        if then is not None and since is not None:
            yield f"{HEADINGS[name]:20}{then:6.1%} → {since:6.1%}  ({100 * (since - then):+.1f})"
    both = [text for text in now.faults if text in before.faults]
    apart = len(now.faults) + len(before.faults) - 2 * len(both)
    if apart:
        yield f"{apart} questions stand in one of the two runs only: the shares hold them, too."
    changed = [text for text in both if before.faults[text] != now.faults[text]]
    better = [text for text in changed if _cost(now.faults[text]) < _cost(before.faults[text])]
    yield from _listed("Better", better, before, now)
    yield from _listed("Worse", [text for text in changed if text not in better], before, now)


def _cost(fault: Fault | None) -> int:
    return COSTS[fault] if fault else 0


def _listed(name: str, texts: Sequence[str], before: Run, now: Run) -> Iterator[str]:
    yield f"{name}: {len(texts)}"
    for text in texts:
        yield f'  {before.faults[text] or "right"} → {now.faults[text] or "right"}: "{text}"'
