"""What can be done here; also for a command or a button that nobody knows."""

from handlers.messages import Effects, Reply
from handlers.privacy import who_runs_it
from handlers.topics import topic_menu
from handlers.turn import Turn


async def show(turn: Turn) -> Effects:
    """All that the bot can do, and who runs it."""
    buttons = tuple(turn.button(action) for action in ("topics", "person", "mydata"))
    text = f"{turn.say('help')}\n\n{who_runs_it(turn)}"
    return Effects((Reply(text, "info", turn.language, buttons),))


async def unknown_command(turn: Turn) -> Effects:
    """The commands that there are."""
    return Effects((turn.reply("unknown_command", "topics", "person"),))


async def unknown_button(turn: Turn) -> Effects:
    """A button of an old message that means nothing any more."""
    return Effects((topic_menu(turn, "entry_gone"),))
