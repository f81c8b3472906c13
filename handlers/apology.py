"""Handling failed for good: an honest sentence to the person, and the message before staff."""

from handlers.desk import Desk
from handlers.messages import Chat, Counted, Effects, Message, Reply, TicketOpened


def apology(message: Message, chat: Chat, desk: Desk) -> Effects:
    """Needs nothing that may have failed but the texts. No ticket for an address anyone guesses."""
    texts = desk.knowledge.content.texts
    counted = Counted("set_aside")
    if not message.private or message.kind != "text":
        reply = Reply(texts.say("apology", chat.language), "info", chat.language)
        return Effects((reply,), (counted,))
    reply = Reply(texts.say("apology_handed_over", chat.language), "escalate", chat.language)
    return Effects((reply,), (TicketOpened(message.text, "waiting_for_staff"), counted))
