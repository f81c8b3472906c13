"""A question: the answer, a "did you mean", an honest word about a foreign subject, or a person."""

from handlers.closed_case import is_it_the_same, may_be_the_same
from handlers.entry_page import entry_button, entry_page
from handlers.messages import (
    Asked,
    Change,
    Counted,
    Effects,
    EntryLeft,
    EntryShown,
    Expect,
    Reply,
    TicketMessage,
    TicketOpened,
    TicketRaised,
    Unresolved,
)
from handlers.person_wanted import told
from handlers.promise import promise, promised_now
from handlers.topic_of import topic_of_message
from handlers.topics import topic_buttons
from handlers.turn import Turn
from knowledge_base.model import Entry

SUGGESTIONS_SHOWN = 4
BESIDE_SHOWN = 3
"""Entries offered to somebody who is sent back to the answer above."""


async def question(turn: Turn) -> Effects:
    """One of the decisions of understanding, carried out."""
    decision = turn.decision
    if decision is None:
        raise ValueError("only a text can be a question")
    ranked = [turn.desk.knowledge.content.find(ranked.entry_id) for ranked in decision.ranked]
    entries = [entry for entry in ranked if entry is not None]
    if decision.goes_on_from is not None and entries and entries[0].id == decision.goes_on_from:
        return _above(turn, entries[0], entries[1 : 1 + BESIDE_SHOWN])
    if decision.kind == "answer" and entries:
        return _answer(turn, entries[0], entries[1] if decision.second else None)
    if decision.out_of_scope is not None:
        return _out_of_scope(turn, decision.out_of_scope)
    if decision.kind == "suggest" and entries:
        if decision.second is not None:
            return _suggest(turn, entries[:2], "two_questions")
        return _suggest(turn, entries[:SUGGESTIONS_SHOWN], "suggest")
    return _escalate(turn)


def _answer(turn: Turn, entry: Entry, also: Entry | None) -> Effects:
    changes = (
        Asked(turn.message.text),
        EntryShown(entry.id),
        *_to_an_empty_case(turn),
        Counted("answer", entry.id),
    )
    page = entry_page(turn, entry, before=_told_of_an_empty_case(turn), also=also)
    return Effects((page,), changes)


def _above(turn: Turn, entry: Entry, others: list[Entry]) -> Effects:
    """The question goes on from the answer that was just read: that is said, not said again."""
    told_first = _told_of_an_empty_case(turn)
    above = turn.say("in_the_answer_above", label=entry.label[turn.language])
    buttons = (
        *(entry_button(turn, other) for other in others),
        turn.button("person" if turn.promised is None else "add"),
    )
    reply = Reply(
        f"{told_first}\n\n{above}" if told_first else above,
        "answer" if turn.decision and turn.decision.kind == "answer" else "suggest",
        turn.language,
        buttons,
        (entry.id, *(other.id for other in others)),
    )
    changes = (
        Asked(turn.message.text),
        EntryShown(entry.id),
        *_to_an_empty_case(turn),
        Counted("goes_on", entry.id),
    )
    return Effects((reply,), changes)


def _out_of_scope(turn: Turn, subject: str) -> Effects:
    reply = turn.reply(f"out_of_scope_{subject}", "topics", "person", decision="escalate")
    changes = (Asked(turn.message.text), EntryLeft(), Counted("out_of_scope", subject))
    return Effects((reply,), changes)


def _suggest(turn: Turn, entries: list[Entry], unsure: str) -> Effects:
    """`unsure`: the text that says why there is a choice, unless the case goes to a person."""
    lines = [
        f"{number}. {entry.question[turn.language]}"
        for number, entry in enumerate(entries, start=1)
    ]
    again = _second_in_a_row(turn)
    key = "suggest_and_handed_over" if again else unsure
    last = ("cancel",) if again else ("none", "person" if turn.promised is None else "add")
    buttons = (
        *(entry_button(turn, entry) for entry in entries),
        *(turn.button(action) for action in last),
    )
    told_first = _told_of_an_empty_case(turn)
    last_words = ["", promise(turn)] if again else []
    first_words = [told_first, ""] if told_first else []
    text = "\n".join([*first_words, turn.say(key), "", *lines, *last_words])
    ids = tuple(entry.id for entry in entries)
    reply = Reply(text, "suggest", turn.language, buttons, ids)
    changes = (
        Unresolved(turn.message.text, ids),
        *(_handed_over(turn) if again else (*_to_an_empty_case(turn), Expect("handover"))),
        Counted("suggest"),
    )
    return Effects((reply,), changes)


def _escalate(turn: Turn) -> Effects:
    unresolved = (Unresolved(turn.message.text), Counted("escalate"))
    if may_be_the_same(turn):
        asked = is_it_the_same(turn)
        return Effects(asked.replies, (*unresolved, *_seen_by_staff(turn), *asked.changes))
    if _second_in_a_row(turn):
        return Effects((told(turn, "handed_over_second"),), (*unresolved, *_handed_over(turn)))
    if turn.promised is not None:
        added = turn.reply("not_understood_added", "news", "cancel", decision="escalate")
        return Effects((added,), (*unresolved, _to_case(turn)))
    buttons = (*topic_buttons(turn), turn.button("person"))
    reply = Reply(turn.say("not_understood"), "escalate", turn.language, buttons)
    return Effects((reply,), (*unresolved, *_seen_by_staff(turn), Expect("handover")))


def _second_in_a_row(turn: Turn) -> bool:
    """The promise that a person will look; none is made twice, nor to an address anyone guesses.

    Where it may be about a case that was closed, that is asked first.
    """
    again = turn.chat.unresolved >= 1 and turn.promised is None and turn.message.private
    return again and not may_be_the_same(turn)


def _handed_over(turn: Turn) -> tuple[Change, ...]:
    counted = Counted("handed_over")
    if turn.chat.ticket is None:
        topic = topic_of_message(turn)
        promised = promised_now(turn)
        opened = TicketOpened(
            turn.message.text, "waiting_for_staff", topic=topic, promised=promised
        )
        return (opened, counted)
    raised = TicketRaised("waiting_for_staff", promised=promised_now(turn))
    return (raised, _to_case(turn), counted)


def _seen_by_staff(turn: Turn) -> tuple[Change, ...]:
    """Staff see what the bot could not answer, although nobody asked for a person."""
    if not turn.message.private:
        return ()
    if turn.chat.ticket is None:
        topic = topic_of_message(turn)
        return (TicketOpened(turn.message.text, "unanswered", topic=topic),)
    return (_to_case(turn),)


def _case_is_empty(turn: Turn) -> bool:
    """Who asked for a person without a question is asked for one: the next text is that."""
    return turn.promised is not None and not turn.promised.question


def _to_an_empty_case(turn: Turn) -> tuple[Change, ...]:
    return (_to_case(turn),) if _case_is_empty(turn) else ()


def _to_case(turn: Turn) -> TicketMessage:
    return TicketMessage(turn.message.text, topic_of_message(turn))


def _told_of_an_empty_case(turn: Turn) -> str:
    return turn.say("added_to_case") if _case_is_empty(turn) else ""
