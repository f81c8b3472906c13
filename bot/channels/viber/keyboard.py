"""The keyboard under a message: what the reply offers, and the same three keys beneath it always.

Viber shows only the keyboard of the last message: a message without one would take all keys away.
"""

import html
from collections.abc import Mapping, Sequence
from typing import Any

from handlers.messages import Button, Reply
from knowledge_base.model import Language, Texts

IN_A_ROW = {3: 10, 2: 18}
"""So many keys stand side by side where no label is longer than so many characters."""
COLUMNS = 6
MOST_ROWS = 24
LONGEST_LABEL = 60
"""Characters; longer ones Viber would cut itself, and in HTML it may not be over 250."""
INK, OFFERED, ALWAYS = "#1D2A3A", "#DCE8F2", "#EDEFF2"
"""Dark on light whatever the phone's theme: what is offered in blue, what is always there in grey.
Contrast 11.7:1 and 12.6:1."""

Json = Mapping[str, Any]


def keyboard(reply: Reply, texts: Texts) -> Json:
    """All keys under a reply."""
    beneath = bottom_row(texts, reply.language)
    there = {written for button in beneath for written in (button.action, button.label)}
    offered = [one for one in reply.buttons if not {one.action, one.label} & there]
    rows = _rows(offered)[: MOST_ROWS - 1]
    keys = [_key(button, len(row), OFFERED) for row in rows for button in row]
    keys += [_key(button, len(beneath), ALWAYS) for button in beneath]
    return {"Type": "keyboard", "DefaultHeight": False, "Buttons": keys}


def bottom_row(texts: Texts, language: Language) -> tuple[Button, Button, Button]:
    """What can always be pressed."""
    other = "en" if language == "sq" else "sq"
    return (
        Button(texts.say("button_topics", language), "topics"),
        Button(texts.say("button_viber_person", language), "person"),
        Button(texts.say("button_other_language", language), f"language:{other}"),
    )


def words_at_hand(keys: Json) -> str:
    """The actions of a keyboard that are plain words, for the tracking data. Nothing personal."""
    actions = (key["ActionBody"] for key in keys["Buttons"])
    return " ".join(sorted({action for action in actions if ":" not in action}))


def _rows(buttons: Sequence[Button]) -> list[Sequence[Button]]:
    """Up to three in a row, in their order, as many as their labels let."""
    rows: list[Sequence[Button]] = []
    rest = list(buttons)
    while rest:
        number = next((n for n, most in IN_A_ROW.items() if _fit(rest[:n], n, most)), 1)
        rows.append(rest[:number])
        rest = rest[number:]
    return rows


def _fit(buttons: Sequence[Button], number: int, longest: int) -> bool:
    return len(buttons) == number and all(len(button.label) <= longest for button in buttons)


def _key(button: Button, in_its_row: int, color: str) -> Json:
    label = html.escape(button.label[:LONGEST_LABEL], quote=False)
    return {
        "Columns": COLUMNS // in_its_row,
        "Rows": 1,
        "ActionType": "reply",
        "ActionBody": button.action,
        "Text": f'<font color="{INK}">{label}</font>',
        "TextSize": "regular",
        "BgColor": color,
        # The action is for us to read: the person has seen the label.
        "Silent": True,
    }
