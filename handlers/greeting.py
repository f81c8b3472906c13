"""The chat is opened: who this is, what it can do, what to press. A deep link opens an entry."""

from handlers.entry_page import entry_page
from handlers.messages import Counted, Effects, EntryShown, Reply
from handlers.topics import topic_buttons
from handlers.turn import Turn


async def start(turn: Turn) -> Effects:
    """Greet; with a known entry in the deep link, a line of greeting and the entry at once."""
    entry = turn.desk.knowledge.content.find(turn.message.payload)
    if entry is not None:
        page = entry_page(turn, entry, before=turn.say("greeting_line"))
        return Effects((page,), (EntryShown(entry.id, picked=True), Counted("start", entry.id)))
    return Effects((greeting(turn),), (Counted("start"),))


def greeting(turn: Turn) -> Reply:
    """The first words: in full for somebody new, short for somebody who comes back."""
    text = turn.say("greeting" if turn.chat.new else "greeting_again")
    other = "en" if turn.language == "sq" else "sq"
    buttons = (
        *topic_buttons(turn),
        turn.button("person"),
        turn.button(f"language:{other}", turn.say("button_other_language")),
    )
    return Reply(text, "info", turn.language, buttons)
