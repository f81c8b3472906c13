"""Buttons under a message, in rows in which every label can be read."""

from collections.abc import Sequence

import telegram

from handlers.messages import Button

LONGEST_LABEL = {3: 9, 2: 17}
"""So many characters a label may have for so many buttons in a row: a narrow phone cuts off what
is longer."""


def keyboard(buttons: Sequence[Button]) -> telegram.InlineKeyboardMarkup | None:
    """The buttons in their order; None where there are none."""
    if not buttons:
        return None
    return telegram.InlineKeyboardMarkup(
        [
            [telegram.InlineKeyboardButton(one.label, callback_data=one.action) for one in row]
            for row in rows(buttons)
        ]
    )


def rows(buttons: Sequence[Button]) -> list[list[Button]]:
    """Up to three in a row, fewer where a label is long."""
    found: list[list[Button]] = []
    for button in buttons:
        if found and _fit([*found[-1], button]):
            found[-1].append(button)
        else:
            found.append([button])
    return found


def _fit(row: Sequence[Button]) -> bool:
    longest = LONGEST_LABEL.get(len(row), 0)
    return all(len(button.label) <= longest for button in row)
