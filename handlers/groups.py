"""A chat of many, into which somebody brought Udha: one line, then silence.

What people tell Udha is for nobody else's eyes, and what a group says is none of its business.
"""

from handlers.messages import Effects
from handlers.turn import Turn


async def once(turn: Turn) -> Effects:
    """Say once that Udha talks with one person at a time."""
    if not turn.chat.new:
        return Effects()
    return Effects((turn.reply("only_alone"),))
