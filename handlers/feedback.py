"""Whether an answer helped."""

from handlers.messages import Button, Counted, Effects, Expect, Reply
from handlers.topics import topic_menu
from handlers.turn import Turn


async def helpful(turn: Turn) -> Effects:
    """Thanks for a yes; after a no, related entries and a person. "helpful:no:visa-free-stay"."""
    verdict, _, entry_id = (turn.action.argument if turn.action else "").partition(":")
    entry = turn.desk.knowledge.content.find(entry_id)
    if entry is None or verdict not in ("yes", "no"):
        return Effects((topic_menu(turn, "entry_gone"),))
    counted = Counted(f"helpful_{verdict}", entry.id)
    if verdict == "yes":
        return Effects((turn.reply("helped", "topics"),), (counted,))
    related = (turn.desk.knowledge.content.find(other) for other in entry.related)
    buttons: list[Button] = [
        turn.button(f"entry:{other.id}", other.label[turn.language])
        for other in related
        if other is not None
    ]
    buttons.append(turn.button("person"))
    reply = Reply(turn.say("not_helped"), "info", turn.language, tuple(buttons))
    return Effects((reply,), (counted, Expect("handover")))
