"""The messages that one reply makes on Telegram. Pure."""

from dataclasses import dataclass

from telegram.constants import MessageLimit

from bot.channels.long_texts import in_parts, utf16_units
from handlers.messages import Attachment, Reply


@dataclass(frozen=True)
class Part:
    """One message."""

    text: str
    """Of a file: what stands beneath it, or nothing."""
    file: Attachment | None = None


def parts_of(reply: Reply) -> list[Part]:
    """In their order; a file is the last, with the words beneath it where they have room there."""
    if reply.file is None:
        return [Part(text) for text in in_parts(reply.text, fits)]
    words = reply.text.strip()
    if utf16_units(words) <= MessageLimit.CAPTION_LENGTH:
        return [Part(words, reply.file)]
    return [*(Part(text) for text in in_parts(words, fits)), Part("", reply.file)]


def fits(text: str) -> bool:
    """Can a text stand in one message?"""
    return utf16_units(text) <= MessageLimit.MAX_TEXT_LENGTH
