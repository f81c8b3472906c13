"""The topic menu and its pages, for those who would rather look around than ask.

Buttons of the menu and its pages say so ("topics:menu", "topic:travel:1"): what they lead to may
take their message's place. The same buttons elsewhere stand under something worth keeping.
"""

from dataclasses import replace

from handlers.messages import Button, Counted, Effects, Reply
from handlers.turn import Turn

ENTRIES_ON_A_PAGE = 8
MENU = "menu"


async def menu(turn: Turn) -> Effects:
    """All topics."""
    from_menu = turn.action is not None and turn.action.argument == MENU
    return Effects((replace(topic_menu(turn, "topics"), replaces=from_menu),))


async def page(turn: Turn) -> Effects:
    """The entries of one topic, a page at a time: "topic:travel" or, from a menu, with a number."""
    topic_id, _, number = (turn.action.argument if turn.action else "").partition(":")
    topic = turn.desk.knowledge.content.topics.get(topic_id)
    if topic is None or not topic.entries:
        return Effects((topic_menu(turn, "topic_gone"),))
    first = (_page_number(number, len(topic.entries)) - 1) * ENTRIES_ON_A_PAGE
    shown = topic.entries[first : first + ENTRIES_ON_A_PAGE]
    buttons = [_entry_button(turn, entry_id) for entry_id in shown]
    following = first + ENTRIES_ON_A_PAGE
    if following < len(topic.entries):
        more = f"topic:{topic.id}:{following // ENTRIES_ON_A_PAGE + 1}"
        buttons.append(turn.button(more, turn.say("button_more")))
    buttons.append(turn.button(f"topics:{MENU}"))
    text = turn.say("topic", topic=topic.label[turn.language])
    reply = Reply(text, "info", turn.language, tuple(buttons), replaces=bool(number))
    return Effects((reply,), (Counted("topic", topic.id),))


def topic_menu(turn: Turn, text_key: str) -> Reply:
    """A text with a button for each topic and one for a person."""
    buttons = (*topic_buttons(turn, page=":1"), turn.button("person"))
    return Reply(turn.say(text_key), "info", turn.language, buttons)


def topic_buttons(turn: Turn, *, page: str = "") -> tuple[Button, ...]:
    """A button for each topic that has something to show; page: ":1" in a menu."""
    return tuple(
        turn.button(f"topic:{topic.id}{page}", topic.label[turn.language])
        for topic in turn.desk.knowledge.content.topics.values()
        if topic.entries
    )


def _entry_button(turn: Turn, entry_id: str) -> Button:
    entry = turn.desk.knowledge.content.entries[entry_id]
    return turn.button(f"entry:{entry_id}", entry.label[turn.language])


def _page_number(written: str, entries: int) -> int:
    last = (entries - 1) // ENTRIES_ON_A_PAGE + 1
    return (
        min(int(written), last) if written.isascii() and written.isdigit() and int(written) else 1
    )
