"""A case that staff have closed: the words that say so, what the person answers to them, and
whether what they write soon after is about the same matter."""

from datetime import timedelta

from handlers.messages import (
    Button,
    Change,
    ClosedCase,
    Counted,
    Effects,
    Expect,
    Reply,
    TalkTo,
    TicketReopened,
)
from handlers.open_ticket import solved
from handlers.promise import promise, promised_now
from handlers.topics import topic_menu
from handlers.turn import Turn
from knowledge_base.model import Language, Texts

SAME_FOR = timedelta(hours=72)
"""For so long after a case was closed, what somebody asks may be about the same matter."""


def case_closed(texts: Texts, ticket_id: int, language: Language) -> Reply:
    """The words that go to the person when staff close a case that is not urgent."""
    buttons = tuple(
        Button(texts.say(f"button_case_{verdict}", language), f"case:{verdict}:{ticket_id}")
        for verdict in ("helped", "notyet")
    )
    return Reply(texts.say("case_closed", language), "info", language, buttons)


async def answered(turn: Turn) -> Effects:
    """Did it help? "case:helped:7" is thanked for, "case:notyet:7" opens the case again."""
    verdict, _, number = (turn.action.argument if turn.action else "").partition(":")
    if _is_open_again(turn, number):
        return await (solved(turn) if verdict == "helped" else _already(turn))
    closed = turn.chat.closed
    if closed is None or number != str(closed.id) or verdict not in ("helped", "notyet"):
        return Effects((topic_menu(turn, "entry_gone"),))
    if verdict == "helped":
        return Effects((_thanks(turn),), (Counted("case_helped"),))
    if turn.promised is not None:
        return await _already(turn)
    changes = (Counted("case_not_yet"), Expect("details"))
    return _opened_again(turn, closed, "case_not_yet", "", changes)


def may_be_the_same(turn: Turn) -> bool:
    """Should it be asked? Not twice in a row, never of an urgent case."""
    closed = turn.chat.closed
    return (
        closed is not None
        and closed.priority != "urgent"
        and turn.desk.now - closed.closed_at < SAME_FOR
        and turn.chat.expecting != "same"
        and turn.promised is None
        and turn.message.private
    )


def is_it_the_same(turn: Turn) -> Effects:
    """Ask."""
    buttons = tuple(
        turn.button(f"same:{answer}", turn.say(f"button_same_{answer}")) for answer in ("yes", "no")
    )
    reply = Reply(turn.say("same_matter"), "escalate", turn.language, buttons)
    return Effects((reply,), (Expect("same"), Counted("same_matter")))


def goes_on(turn: Turn, closed: ClosedCase) -> Effects:
    """It is the same: the case is open again, with the question at hand."""
    question, counted = turn.chat.question, Counted("case_goes_on")
    if question:
        return _opened_again(turn, closed, "case_goes_on", question, (counted,))
    return _opened_again(turn, closed, "case_goes_on_empty", "", (counted, Expect("details")))


def _opened_again(
    turn: Turn, closed: ClosedCase, key: str, question: str, changes: tuple[Change, ...]
) -> Effects:
    text = f"{turn.say(key)}\n\n{promise(turn)}"
    buttons = (turn.button("cancel"), turn.button("topics"))
    reply = Reply(text, "escalate", turn.language, buttons)
    reopened = TicketReopened(closed.id, question, promised_now(turn))
    return Effects((reply,), (reopened, *changes))


def _thanks(turn: Turn) -> Reply:
    """Where the platform can, under the words that asked, whose buttons are gone then."""
    said = turn.say("case_helped")
    in_place = f"{turn.say('case_closed')}\n\n{said}"
    buttons = (turn.button("topics"),)
    return Reply(said, "info", turn.language, buttons, replaces=True, in_place=in_place)


def _is_open_again(turn: Turn, number: str) -> bool:
    return turn.promised is not None and number == str(turn.promised.id)


async def _already(turn: Turn) -> Effects:
    """What they still need goes into the case that is open."""
    reply = turn.reply("handed_over_already", "cancel", "news", decision="escalate")
    return Effects((reply,), (TalkTo(bot=False), Expect("details")))
