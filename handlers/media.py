"""A picture, a voice message, a sticker: what cannot be read is said to be so."""

from handlers.messages import Counted, Effects
from handlers.turn import Turn


async def unreadable(turn: Turn) -> Effects:
    """Ask for words."""
    reply = turn.reply("unreadable", "topics", "person")
    return Effects((reply,), (Counted("unreadable"),))
