"""Two questions in one message: "how much is the passport, and is my licence valid there?"."""

from dataclasses import replace

from knowledge_base.decision import Decision, Ranked
from knowledge_base.matching import Matcher, excerpt
from knowledge_base.recognising.asking import Asking

_MOST = 10
"""Questions of a message that are looked at, the first ones."""
_OF_THE_WAY = 0.6
"""How far from the suggest to the answer threshold the less sure of the two must be."""


def two_questions(matcher: Matcher, asking: Asking, text: str) -> tuple[Ranked, Ranked] | None:
    """The entries of two questions, the surer first; None where a message is not clearly two.

    One entry must be sure enough to answer with, the other surer than a mere suggestion.
    """
    questions = asking.questions(excerpt(text))
    if len(questions) < 2 or not matcher.labels:
        return None
    best: dict[str, float] = {}
    for question in questions[:_MOST]:
        entry, confidence = matcher.match(question)[0]
        best[entry] = max(confidence, best.get(entry, 0.0))
    first, *others = sorted((Ranked(*pair) for pair in best.items()), key=lambda r: -r.confidence)
    answer, suggest = matcher.answer_threshold, matcher.suggest_threshold
    second_from = suggest + _OF_THE_WAY * (answer - suggest)
    if not others or first.confidence < answer or others[0].confidence < second_from:
        return None
    return first, others[0]


def with_both(decision: Decision, both: tuple[Ranked, Ranked]) -> Decision | None:
    """The decision on the whole message with both entries first.

    An answer stays the answer, and the other entry is offered beside it; else both are suggested.
    None where the answer is neither: then the whole says more than its parts.
    """
    ids = [one.entry_id for one in both]
    rest = [one for one in decision.ranked if one.entry_id not in ids]
    if decision.kind != "answer":
        return replace(decision, kind="suggest", ranked=(*both, *rest), second=ids[1])
    if decision.ranked[0].entry_id not in ids:
        return None
    first, second = both if decision.ranked[0].entry_id == ids[0] else both[::-1]
    return replace(decision, ranked=(first, second, *rest), second=second.entry_id)
