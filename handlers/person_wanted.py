"""Somebody asks for a person: the question at hand goes to staff, and the person is told."""

from handlers.closed_case import goes_on, is_it_the_same, may_be_the_same
from handlers.messages import (
    Change,
    Counted,
    Effects,
    Reply,
    TalkTo,
    TicketMessage,
    TicketOpened,
    TicketRaised,
)
from handlers.privacy import delete_everything, keep_everything
from handlers.promise import promise, promised_now
from handlers.topic_of import topic_of_question
from handlers.topics import topic_menu
from handlers.turn import Turn


async def wanted(turn: Turn) -> Effects:
    """Hand over the question at hand; without one, open the case and ask for it."""
    return hand_over(turn, "handed_over")


async def yes(turn: Turn) -> Effects:
    """A plain "yes" does what was last asked for."""
    if turn.chat.expecting == "deletion":
        return delete_everything(turn)
    if turn.chat.expecting == "same":
        return _same(turn)
    return hand_over(turn, "handed_over")


async def no(turn: Turn) -> Effects:
    """A plain "no" leaves everything as it is."""
    if turn.chat.expecting == "deletion":
        return keep_everything(turn)
    if turn.chat.expecting == "same":
        return hand_over(turn, "handed_over")
    return Effects((topic_menu(turn, "no_then"),))


async def same_or_not(turn: Turn) -> Effects:
    """Is it about the case that was closed? "same:yes" goes on with it, "same:no" opens another."""
    if turn.action is not None and turn.action.argument == "yes":
        return _same(turn)
    return _anew(turn, "handed_over")


async def nothing_was_asked(turn: Turn) -> Effects:
    """A plain "yes" or "no" out of the blue is no question that staff should see."""
    return Effects((topic_menu(turn, "nothing_was_asked"),))


def hand_over(turn: Turn, text_key: str) -> Effects:
    """Put the question at hand before staff. `text_key`: how to tell the person.

    Nothing is opened for an address that a stranger could guess: the reply of staff would be read
    by whoever guesses it.
    """
    if may_be_the_same(turn):
        return is_it_the_same(turn)
    return _anew(turn, text_key)


def _same(turn: Turn) -> Effects:
    """On with the case that was closed; where another is open or none is kept, with that."""
    if turn.promised is not None or turn.chat.closed is None or not turn.message.private:
        return _anew(turn, "handed_over")
    return goes_on(turn, turn.chat.closed)


def _anew(turn: Turn, text_key: str) -> Effects:
    if not turn.message.private:
        return Effects((topic_menu(turn, "no_person_here"),))
    question = turn.chat.question
    if turn.promised is not None:
        return Effects((_already(turn),), (TalkTo(bot=False), *_added(turn, question)))
    key = text_key if question else "handed_over_empty"
    changes = (*_ticket(turn, question), Counted("handed_over"))
    return Effects((told(turn, key),), changes)


def told(turn: Turn, text_key: str) -> Reply:
    """The words that say "a person has it now", with what is promised, and the way back."""
    text = f"{turn.say(text_key)}\n\n{promise(turn)}"
    return Reply(text, "escalate", turn.language, (turn.button("cancel"), turn.button("topics")))


def _ticket(turn: Turn, question: str) -> tuple[Change, ...]:
    if turn.chat.ticket is None:
        topic = topic_of_question(turn, question)
        promised = promised_now(turn)
        return (TicketOpened(question, "waiting_for_staff", topic=topic, promised=promised),)
    raised = TicketRaised("waiting_for_staff", promised=promised_now(turn))
    return (raised, *_added(turn, question))


def _added(turn: Turn, question: str) -> tuple[Change, ...]:
    ticket = turn.chat.ticket
    if not question or ticket is None or question == ticket.question:
        return ()
    return (TicketMessage(question, topic_of_question(turn, question)),)


def _already(turn: Turn) -> Reply:
    return turn.reply("handed_over_already", "cancel", "news", decision="escalate")
