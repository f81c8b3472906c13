"""How a text arrives on each channel: in one message or in several."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from telegram.constants import MessageLimit

from bot.channels.long_texts import in_parts, utf16_units
from bot.channels.viber.bodies import LONGEST_TEXT, fits


@dataclass(frozen=True)
class Limit:
    """What one message of a channel can hold."""

    characters: int
    fits: Callable[[str], bool]


LIMITS: Mapping[str, Limit] = {
    "telegram": Limit(
        MessageLimit.MAX_TEXT_LENGTH,
        lambda text: utf16_units(text) <= MessageLimit.MAX_TEXT_LENGTH,
    ),
    "viber": Limit(LONGEST_TEXT, fits),
}
"""The page and the terminal take a text of any length."""


def parts_of(text: str, channel: str) -> list[str]:
    """The messages that the person gets."""
    limit = LIMITS.get(channel)
    return in_parts(text, limit.fits if limit else lambda _: True)
