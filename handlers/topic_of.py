"""Which topic a question belongs to, so that staff can sort their cases by it."""

from handlers.desk import Knowledge
from handlers.turn import Turn
from knowledge_base.decision import Decision


def topic_of_message(turn: Turn) -> str:
    """The topic that the text at hand comes closest to; empty: it comes close to none."""
    return "" if turn.decision is None else _closest(turn.decision, turn.desk.knowledge)


def topic_of_question(turn: Turn, question: str) -> str:
    """The same for a question of some messages ago, such as the one at hand."""
    if not question:
        return ""
    return _closest(turn.desk.knowledge.decide(question, turn.chat.language), turn.desk.knowledge)


def _closest(decision: Decision, knowledge: Knowledge) -> str:
    if decision.out_of_scope is not None:
        return ""
    found = (knowledge.content.find(one.entry_id) for one in decision.ranked if one.confidence > 0)
    return next((entry.topic for entry in found if entry is not None), "")
