"""Which questions of an evaluation went wrong, what each costs, and what would have helped."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from knowledge_base.evaluation import Outcome
from knowledge_base.model import LANGUAGES

Fault = Literal[
    "danger missed",
    "wrong answer",
    "answered out of scope",
    "false alarm",
    "no help",
    "only suggested",
    "small talk missed",
    "wrong language",
]
FAULTS: tuple[Fault, ...] = get_args(Fault)
COSTS: Mapping[Fault, int] = {
    "danger missed": 10,
    "wrong answer": 5,
    "answered out of scope": 5,
    "false alarm": 5,
    "no help": 2,
    "only suggested": 1,
    "small talk missed": 1,
    "wrong language": 1,
}
"""Whoever is told something wrong is worse off than whoever is told nothing; who has to choose
among suggestions is nearly helped."""

Advice = Callable[[Outcome], Sequence[str]]
"""What an editor should know of a miss, line by line."""


@dataclass(frozen=True)
class Confusion:
    """Questions for one entry at which another stood first."""

    expected: str
    instead: str
    """An entry, or what was made of the question: "urgent", "smalltalk"."""
    count: int
    cost: int

    def __str__(self) -> str:
        return f"{self.cost:4d}  {self.expected} taken for {self.instead} ({self.count})"


def fault_of(outcome: Outcome) -> Fault | None:
    """What went wrong with a question; None: nothing."""
    question, decision = outcome.question, outcome.decision
    if question.kind == "urgent":
        return None if decision.kind == "urgent" else "danger missed"
    if decision.kind == "urgent":
        return "false alarm"
    if question.kind == "faq" and (fault := _fault_of_answer(outcome)):
        return fault
    if question.kind == "oos" and decision.kind == "answer":
        return "answered out of scope"
    if question.kind == "smalltalk" and decision.kind != "smalltalk":
        return "small talk missed"
    if question.language in LANGUAGES and decision.language != question.language:
        return "wrong language"
    return None


def _fault_of_answer(outcome: Outcome) -> Fault | None:
    helped = not set(outcome.question.expect).isdisjoint(outcome.shown)
    if outcome.decision.kind == "answer":
        return None if helped else "wrong answer"
    return "only suggested" if helped else "no help"


def misses(outcomes: Sequence[Outcome]) -> list[tuple[Fault, Outcome]]:
    """What went wrong, the costliest first; questions whose entries are not loaded do not count."""
    found = [(fault_of(outcome), outcome) for outcome in outcomes if outcome.loaded]
    wrong = [(fault, outcome) for fault, outcome in found if fault]
    return sorted(wrong, key=lambda miss: FAULTS.index(miss[0]))


def confusions(outcomes: Sequence[Outcome]) -> list[Confusion]:
    """Which entry was taken for which, the costliest first."""
    costs: dict[tuple[str, str], list[int]] = defaultdict(list)
    for fault, outcome in misses(outcomes):
        instead = _instead(outcome)
        if outcome.question.kind == "faq" and fault != "wrong language" and instead:
            costs[outcome.question.expect[0], instead].append(COSTS[fault])
    found = [Confusion(*pair, len(each), sum(each)) for pair, each in costs.items()]
    return sorted(found, key=lambda one: (-one.cost, one.expected, one.instead))


def _instead(outcome: Outcome) -> str | None:
    """What stood where an expected entry should have; None: it was first, but not sure enough."""
    decision = outcome.decision
    if decision.kind in ("urgent", "smalltalk"):
        return decision.kind
    first = decision.ranked[0].entry_id if decision.ranked else None
    return None if first in outcome.question.expect else first


def summary(outcomes: Sequence[Outcome], most: int) -> Iterator[str]:
    """How much of what went wrong, and the confusions that cost most, at most so many."""
    wrong = misses(outcomes)
    counts = {fault: sum(one == fault for one, _ in wrong) for fault in FAULTS}
    yield "Misses: " + (
        ", ".join(f"{count} {fault}" for fault, count in counts.items() if count) or "none"
    )
    found = confusions(outcomes)
    if found:
        yield "Confusions that cost most (cost, which entry was taken for which, how often):"
        yield from map(str, found[:most])
    if len(found) > most:
        yield f"      and {len(found) - most} more: --misses shows every question."


def described(outcomes: Sequence[Outcome], advice: Advice) -> Iterator[str]:
    """Every miss with what an editor needs to mend it."""
    for fault, outcome in misses(outcomes):
        question = outcome.question
        yield ""
        yield f"{question.place}: {fault} ({question.style})"
        yield f'  "{question.text}"'
        yield f"  {_what_happened(fault, outcome)}"
        yield from (f"  - {line}" for line in advice(outcome))


def _what_happened(fault: Fault, outcome: Outcome) -> str:
    question, decision = outcome.question, outcome.decision
    ranked = ", ".join(f"{one.entry_id} {one.confidence:.2f}" for one in decision.ranked[:4])
    if fault == "wrong language":
        return f"expected {question.language}, found {decision.language}"
    expected = " or ".join(question.expect) if question.kind == "faq" else question.kind
    return f"expected {expected}; was {decision.kind}" + (f": {ranked}" if ranked else "")
