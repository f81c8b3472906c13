"""The person and the own case: words for staff, news, closing, and the way back to the bot."""

from handlers.messages import Counted, Effects, Reply, TalkTo, TicketClosed, TicketMessage
from handlers.moments import day_of, in_words
from handlers.topics import topic_menu
from handlers.turn import Turn


async def to_staff(turn: Turn) -> Effects:
    """The text goes to the human who wrote; the first one after each of their messages is told."""
    changes = (TicketMessage(turn.message.text),)
    last = turn.chat.context[-1] if turn.chat.context else None
    if last is None or last.author != "staff" or turn.chat.more_waiting:
        return Effects((), changes)
    return Effects((turn.reply("passed_on", "bot", "solved"),), changes)


async def details(turn: Turn) -> Effects:
    """What staff were said to need goes to them, and that is told."""
    reply = turn.reply("words_added", "cancel", "topics", decision="escalate")
    return Effects((reply,), (TicketMessage(turn.message.text),))


async def cancel(turn: Turn) -> Effects:
    """The case is taken back; an urgent one as quietly as it can be."""
    ticket = turn.chat.ticket
    if ticket is None:
        return Effects((topic_menu(turn, "no_case"),))
    key = "danger_cancelled" if ticket.priority == "urgent" else "case_cancelled"
    closed = TicketClosed("cancelled")
    return Effects((turn.reply(key, "topics"),), (closed, Counted("case_cancelled")))


async def solved(turn: Turn) -> Effects:
    """The person has what was needed."""
    if turn.chat.ticket is None:
        return Effects((topic_menu(turn, "no_case"),))
    closed = TicketClosed("solved")
    return Effects((turn.reply("case_solved", "topics"),), (closed, Counted("case_solved")))


async def news(turn: Turn) -> Effects:
    """How the case stands, without a promise that nobody made."""
    ticket = turn.promised
    if ticket is None:
        return Effects((topic_menu(turn, "no_case"),))
    key = "news_waiting" if ticket.staff_wrote_at is None else "news_with_staff"
    text = turn.say(key, since=day_of(ticket.opened_at))
    if ticket.staff_wrote_at is None and (by := ticket.promised_at) and by > turn.desk.now:
        when = in_words(by, turn.desk.now, turn.say)
        text = f"{text}\n\n{turn.say('promise_by', when=when)}"
    buttons = (turn.button("cancel"), turn.button("topics"))
    return Effects((Reply(text, "info", turn.language, buttons),))


async def add(turn: Turn) -> Effects:
    """The question at hand goes into the case that is open."""
    if turn.promised is None:
        return Effects((topic_menu(turn, "no_case"),))
    if not turn.chat.question:
        return Effects((turn.reply("what_to_add", "news", "cancel"),))
    reply = turn.reply("added_to_case", "news", "cancel")
    return Effects((reply,), (TicketMessage(turn.chat.question),))


async def back_to_bot(turn: Turn) -> Effects:
    """The bot answers again; the case stays open. Where no human wrote it never was silent."""
    if turn.promised is None or turn.promised.staff_wrote_at is None:
        return Effects((topic_menu(turn, "topics"),))
    return Effects((turn.reply("bot_again", "staff", "topics"),), (TalkTo(bot=True),))


async def back_to_staff(turn: Turn) -> Effects:
    """The person's texts go to staff again."""
    if turn.promised is None:
        return Effects((topic_menu(turn, "no_case"),))
    if turn.promised.staff_wrote_at is None:
        return Effects((turn.reply("handed_over_already", "cancel", "news"),))
    return Effects((turn.reply("staff_again", "bot", "solved"),), (TalkTo(bot=False),))
