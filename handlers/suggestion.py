"""The person picked an entry, by button, number or name; or none of those that were shown."""

from handlers.entry_page import entry_page
from handlers.messages import Counted, Effects, EntryShown
from handlers.person_wanted import hand_over
from handlers.topics import topic_menu
from handlers.turn import Turn


async def picked(turn: Turn) -> Effects:
    """Show the entry; a renamed one is found by its former id."""
    entry = turn.desk.knowledge.content.find(turn.action.argument if turn.action else "")
    if entry is None:
        return Effects((topic_menu(turn, "entry_gone"),))
    changes = (EntryShown(entry.id, picked=True), Counted("picked", entry.id))
    return Effects((entry_page(turn, entry),), changes)


async def none_of_these(turn: Turn) -> Effects:
    """Hand the question at hand over, and say so."""
    return hand_over(turn, "handed_over_none")
