"""A greeting, thanks, a joke: a short word back."""

from handlers.greeting import greeting
from handlers.messages import Effects, Reply
from handlers.turn import Turn


async def small_talk(turn: Turn) -> Effects:
    """A short reply; none at all where more of the same chat already waits."""
    if turn.chat.more_waiting:
        return Effects()
    name = turn.decision.small_talk if turn.decision else None
    if turn.chat.new and name == "greeting":
        first = greeting(turn)
        return Effects((Reply(first.text, "smalltalk", first.language, first.buttons),))
    return Effects((turn.reply(f"small_talk_{name}", "topics", decision="smalltalk"),))
