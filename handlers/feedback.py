"""Whether an answer helped.

Where the platform can, this is said under the answer, which stays: the buttons that asked are gone.
"""

from collections.abc import Sequence

from handlers.entry_page import entry_page
from handlers.messages import Button, Counted, Effects, Expect, Reply
from handlers.topics import topic_menu
from handlers.turn import Turn
from knowledge_base.model import Entry


async def helpful(turn: Turn) -> Effects:
    """Thanks for a yes; after a no, related entries and a person. "helpful:no:visa-free-stay"."""
    verdict, _, entry_id = (turn.action.argument if turn.action else "").partition(":")
    entry = turn.desk.knowledge.content.find(entry_id)
    if entry is None or verdict not in ("yes", "no"):
        return Effects((topic_menu(turn, "entry_gone"),))
    counted = Counted(f"helpful_{verdict}", entry.id)
    if verdict == "yes":
        buttons = [turn.button("topics")]
        return Effects((_under(turn, entry, "helped", buttons),), (counted,))
    related = (turn.desk.knowledge.content.find(other) for other in entry.related)
    buttons = [
        turn.button(f"entry:{other.id}", other.label[turn.language])
        for other in related
        if other is not None
    ]
    buttons.append(turn.button("person"))
    reply = _under(turn, entry, "not_helped", buttons)
    return Effects((reply,), (counted, Expect("handover")))


def _under(turn: Turn, entry: Entry, key: str, buttons: Sequence[Button]) -> Reply:
    said = turn.say(key)
    return Reply(
        said,
        "info",
        turn.language,
        tuple(buttons),
        replaces=True,
        in_place=f"{entry_page(turn, entry).text}\n\n{said}",
    )
