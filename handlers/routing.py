"""What happens with a message: one ordered table, read from top to bottom.

The first row that applies calls its handler. Danger stands before every other text, whatever else
the text is and whatever state the chat is in.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from handlers import (
    closed_case,
    danger,
    feedback,
    greeting,
    groups,
    helping,
    language,
    media,
    open_ticket,
    person_wanted,
    privacy,
    question,
    small_talk,
    suggestion,
    topics,
)
from handlers.desk import Desk
from handlers.messages import Chat, Counted, Effects, LanguageSet, Message
from handlers.turn import Turn


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    name: str
    applies: Callable[[Turn], bool]
    handler: Callable[[Turn], Awaitable[Effects]]


def _asks_for(*names: str) -> Callable[[Turn], bool]:
    """A button, a command or a typed request of one of these names."""
    return lambda turn: turn.action is not None and turn.action.name in names


def _is(kind: str) -> Callable[[Turn], bool]:
    """A message of this kind."""
    return lambda turn: turn.message.kind == kind


def _understood_as(kind: str) -> Callable[[Turn], bool]:
    """A text with this decision."""
    return lambda turn: turn.decision is not None and turn.decision.kind == kind


def _answers(*names: str) -> Callable[[Turn], bool]:
    """A "yes" or "no" after something was asked; else it is small talk like any other."""
    asked = ("handover", "deletion", "same")
    return lambda turn: turn.chat.expecting in asked and _asks_for(*names)(turn)


def _goes_to_staff(turn: Turn) -> bool:
    """A text that is no command, in a chat that a human has taken over."""
    return (
        turn.message.kind == "text" and turn.handed_over and not turn.message.text.startswith("/")
    )


def _is_what_was_missing(turn: Turn) -> bool:
    """Words that staff were said to need, and nothing that the bot can do."""
    return turn.chat.expecting == "details" and turn.message.kind == "text" and turn.action is None


ROUTES: tuple[Row, ...] = (
    Row("group", _is("group"), groups.once),
    Row("danger", _understood_as("urgent"), danger.recognised),
    Row("yes", _answers("yes"), person_wanted.yes),
    Row("no", _answers("no"), person_wanted.no),
    Row("details", _is_what_was_missing, open_ticket.details),
    Row("to staff", _goes_to_staff, open_ticket.to_staff),
    Row("start", _is("start"), greeting.start),
    Row("start again", _asks_for("start"), greeting.start),
    Row("unreadable", _is("unreadable"), media.unreadable),
    Row("person", _asks_for("person"), person_wanted.wanted),
    Row("none of these", _asks_for("none"), suggestion.none_of_these),
    Row("entry", _asks_for("entry"), suggestion.picked),
    Row("topics", _asks_for("topics"), topics.menu),
    Row("topic", _asks_for("topic"), topics.page),
    Row("language", _asks_for("language"), language.switch),
    Row("helpful", _asks_for("helpful"), feedback.helpful),
    Row("cancel", _asks_for("cancel"), open_ticket.cancel),
    Row("solved", _asks_for("solved"), open_ticket.solved),
    Row("news", _asks_for("news"), open_ticket.news),
    Row("add to my case", _asks_for("add"), open_ticket.add),
    Row("back to the bot", _asks_for("bot"), open_ticket.back_to_bot),
    Row("back to staff", _asks_for("staff"), open_ticket.back_to_staff),
    Row("case closed", _asks_for("case"), closed_case.answered),
    Row("same matter", _asks_for("same"), person_wanted.same_or_not),
    Row("my data", _asks_for("mydata"), privacy.my_data),
    Row("delete my data", _asks_for("deletemydata"), privacy.delete_my_data),
    Row("deletion answered", _asks_for("delete"), privacy.deletion_answered),
    Row("help", _asks_for("help"), helping.show),
    Row("unknown command", _asks_for("unknown_command"), helping.unknown_command),
    Row("unknown button", _is("button"), helping.unknown_button),
    Row("small talk", _understood_as("smalltalk"), small_talk.small_talk),
    Row("yes or no to nothing", _asks_for("yes", "no"), person_wanted.nothing_was_asked),
    Row("question", _is("text"), question.question),
)


async def handle(message: Message, chat: Chat, desk: Desk) -> Effects:
    """All that one message leads to. Raises what a handler raises: the caller apologises."""
    turn = Turn.of(message, chat, desk)
    row = next(row for row in ROUTES if row.applies(turn))
    effects = _of_this_content(await row.handler(turn), desk.knowledge.content.version)
    told = any(isinstance(change, LanguageSet) for change in effects.changes)
    if told or turn.language == chat.language:
        return effects
    return replace(effects, changes=(LanguageSet(turn.language), *effects.changes))


def _of_this_content(effects: Effects, version: str) -> Effects:
    """The same effects; what was said can be traced to the content it was said from."""
    replies = tuple(replace(reply, content=version) for reply in effects.replies)
    answers = [reply for reply in replies if reply.decision == "answer"]
    counted = (Counted("answered_from", version),) if answers else ()
    return Effects(replies, (*effects.changes, *counted))
