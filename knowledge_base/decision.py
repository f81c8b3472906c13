"""What to do with a question: the decision, and why it fell so."""

from dataclasses import dataclass
from typing import Literal

from knowledge_base.model import DangerKind, Language

DecisionKind = Literal["urgent", "answer", "suggest", "escalate", "smalltalk"]


@dataclass(frozen=True)
class Ranked:
    """An entry with the confidence that it answers the question: at 0.8, four of five do."""

    entry_id: str
    confidence: float


@dataclass(frozen=True)
class Decision:
    """What Udha does with a question."""

    kind: DecisionKind
    language: Language
    """The language of the question, with the chat's language as a soft prior."""
    ranked: tuple[Ranked, ...] = ()
    """Best first, at most five. For suggest, show the first four."""
    danger: DangerKind | None = None
    """Kind urgent: what was recognised. Its reply is the text "danger_<kind>"."""
    small_talk: str | None = None
    """Kind smalltalk: which. Its reply is the text "small_talk_<name>"."""
    out_of_scope: str | None = None
    """Kind escalate: a known foreign subject. Its reply is the text "out_of_scope_<name>"."""
    goes_on_from: str | None = None
    """The entry shown before, where a short question was understood together with it. Where it is
    ranked first too, its answer has been read already."""
    second: str | None = None
    """Kinds answer and suggest: the entry of another question in the message, ranked second."""
