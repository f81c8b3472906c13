"""How well Udha understands: the measures, over questions whose right answer is known."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal, get_args

from rich.table import Table

from knowledge_base.decision import Decision
from knowledge_base.files.evaluation_file import MeasuringQuestion
from knowledge_base.model import LANGUAGES

Measure = Literal[
    "answered_right",
    "helped",
    "wrong_answer",
    "false_answer",
    "recall",
    "false_alarm",
    "smalltalk",
    "language_right",
]
MEASURES: tuple[Measure, ...] = get_args(Measure)
HEADINGS: Mapping[Measure, str] = {
    "answered_right": "answered right",
    "helped": "helped",
    "wrong_answer": "wrong answer",
    "false_answer": "false answer (oos)",
    "recall": "urgent recall",
    "false_alarm": "false alarm",
    "smalltalk": "small talk",
    "language_right": "language right",
}
_SUGGESTED = 4
_Z = 1.959964
"""95 %."""

Decide = Callable[[str], Decision]
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Rate:
    """How often something happened, with its 95 % interval (Wilson)."""

    count: int
    of: int

    @property
    def share(self) -> float | None:
        """0 to 1; None: it could not happen."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Between which shares the true one lies, in 95 of 100 cases."""
        if not self.of:
            return None
        share, z2 = self.count / self.of, _Z * _Z
        middle = share + z2 / (2 * self.of)
        spread = _Z * math.sqrt(share * (1 - share) / self.of + z2 / (4 * self.of**2))
        scale = 1 + z2 / self.of
        return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


@dataclass(frozen=True)
class Outcome:
    """A question and what was decided."""

    question: MeasuringQuestion
    decision: Decision
    loaded: bool
    """An expected entry is there, or none is expected."""

    @property
    def shown(self) -> tuple[str, ...]:
        """Ids of the entries that the person sees."""
        shown = {"answer": 1, "suggest": _SUGGESTED}.get(self.decision.kind, 0)
        return tuple(ranked.entry_id for ranked in self.decision.ranked[:shown])


@dataclass(frozen=True)
class Measures:
    """All measures: in all, and by language and style."""

    in_all: Mapping[Measure, Rate]
    by_language: Mapping[str, Mapping[Measure, Rate]]
    by_style: Mapping[str, Mapping[Measure, Rate]]
    not_loaded: Mapping[str, int]
    """Questions whose entries are not there: how many got which decision. Counted apart."""

    def as_json(self) -> dict[str, object]:
        """All of it for json.dumps."""
        return {
            "in_all": _as_json(self.in_all),
            "by_language": {name: _as_json(rates) for name, rates in self.by_language.items()},
            "by_style": {name: _as_json(rates) for name, rates in self.by_style.items()},
            "not_loaded": dict(self.not_loaded),
        }

    def table(self) -> Table:
        """All of it for a terminal, in percent with intervals."""
        table = Table(title="Measures of understanding: %, [95 % interval], count")
        table.add_column("")
        for measure in MEASURES:
            table.add_column(HEADINGS[measure], justify="right")
        groups = {"all": self.in_all, **self.by_language}
        _add_rows(table, groups)
        table.add_section()
        _add_rows(table, self.by_style)
        apart = ", ".join(f"{count} {kind}" for kind, count in self.not_loaded.items())
        table.caption = f"Counted apart, entries not loaded: {apart or 'none'}"
        return table


def measure(
    questions: Sequence[MeasuringQuestion],
    decide: Decide,
    is_loaded: Callable[[str], bool],
    progress: Progress = lambda done: None,
) -> Measures:
    """Decide every question and count. `progress` is told how many are done."""
    return counted(decided(questions, decide, is_loaded, progress))


def decided(
    questions: Sequence[MeasuringQuestion],
    decide: Decide,
    is_loaded: Callable[[str], bool],
    progress: Progress = lambda done: None,
) -> tuple[Outcome, ...]:
    """Every question with its decision. `progress` is told how many are done."""
    outcomes: list[Outcome] = []
    for question in questions:
        loaded = question.kind != "faq" or any(map(is_loaded, question.expect))
        outcomes.append(Outcome(question, decide(question.text), loaded))
        progress(len(outcomes))
    return tuple(outcomes)


def counted(outcomes: Sequence[Outcome]) -> Measures:
    """The measures over what was decided."""
    loaded = [outcome for outcome in outcomes if outcome.loaded]
    return Measures(
        in_all=_rates(loaded),
        by_language=_by(loaded, lambda outcome: outcome.question.language),
        by_style=_by(loaded, lambda outcome: outcome.question.style),
        not_loaded=_decisions([outcome for outcome in outcomes if not outcome.loaded]),
    )


def _by(
    outcomes: Sequence[Outcome], group: Callable[[Outcome], str]
) -> dict[str, Mapping[Measure, Rate]]:
    names = sorted(set(map(group, outcomes)))
    return {name: _rates([one for one in outcomes if group(one) == name]) for name in names}


def _rates(outcomes: Sequence[Outcome]) -> Mapping[Measure, Rate]:
    counts: dict[Measure, list[bool]] = {name: [] for name in MEASURES}
    for outcome in outcomes:
        for name, happened in _measured(outcome):
            counts[name].append(happened)
    return {name: Rate(sum(happened), len(happened)) for name, happened in counts.items()}


def _measured(outcome: Outcome) -> Iterator[tuple[Measure, bool]]:
    """Which measures a question counts for, and whether it happened."""
    question, kind = outcome.question, outcome.decision.kind
    expected = set(question.expect).intersection(outcome.shown)
    if question.kind == "faq":
        yield "answered_right", kind == "answer" and bool(expected)
        yield "helped", bool(expected)
        yield "wrong_answer", kind == "answer" and not expected
    elif question.kind == "oos":
        yield "false_answer", kind == "answer"
    elif question.kind == "smalltalk":
        yield "smalltalk", kind == "smalltalk"
    yield "recall" if question.kind == "urgent" else "false_alarm", kind == "urgent"
    if question.language in LANGUAGES:
        yield "language_right", outcome.decision.language == question.language


def _decisions(outcomes: Sequence[Outcome]) -> dict[str, int]:
    kinds = [outcome.decision.kind for outcome in outcomes]
    return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


def _as_json(rates: Mapping[Measure, Rate]) -> dict[str, object]:
    return {
        name: {**asdict(rate), "share": rate.share, "interval": rate.interval}
        for name, rate in rates.items()
    }


def _add_rows(table: Table, groups: Mapping[str, Mapping[Measure, Rate]]) -> None:
    for name, rates in groups.items():
        table.add_row(name, *(_cell(rates[measure]) for measure in MEASURES))


def _cell(rate: Rate) -> str:
    if rate.share is None or rate.interval is None:
        return "–"
    low, high = rate.interval
    return f"{rate.share:.1%}\n[{low:.0%}–{high:.0%}]\n{rate.count}/{rate.of}"
