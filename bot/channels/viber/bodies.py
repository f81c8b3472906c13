"""Replies as the messages that Viber takes. Pure; the message classes are viberbot's."""

from collections.abc import Mapping, Sequence
from typing import Any

from viberbot.api.messages import FileMessage, PictureMessage, TextMessage
from viberbot.api.messages.message import Message

from bot.channels.long_texts import in_parts, json_bytes, utf16_units
from bot.channels.viber.keyboard import keyboard, words_at_hand
from handlers.messages import Attachment, Button, Reply
from knowledge_base.model import Texts

LONGEST_TEXT = 7000
"""Characters."""
LARGEST_TEXT = 20_000
"""Bytes in JSON. A message may have 30 kB in all; a full keyboard takes up to 8."""
LARGEST_PICTURE = 1_000_000
"""Bytes. What is larger goes as a file: those may have 50 MB."""
AS_PICTURES = frozenset({"image/jpeg", "image/png"})
"""What every app of Viber shows in the chat."""
LONGEST_SENDER = 28
API_VERSION = 7
"""From this version of the app on, silent keys are silent."""

Json = Mapping[str, Any]


def bodies(reply: Reply, texts: Texts, link: str = "") -> list[dict[str, Any]]:
    """One message, or several for a long text; then the file, if there is one. The keyboard is
    under the last one.

    link: where Viber fetches the file.
    """
    keys = keyboard(reply, texts)
    messages: list[Message] = [
        TextMessage(text=text, min_api_version=API_VERSION) for text in in_parts(reply.text, fits)
    ]
    if reply.file is not None:
        messages.append(_attached(reply.file, link))
    sender = {"name": texts.say("viber_sender", reply.language)[:LONGEST_SENDER]}
    found = [{**_written(message), "sender": sender} for message in messages]
    if found:
        found[-1] |= {"keyboard": keys, "tracking_data": words_at_hand(keys)}
    return found


def welcome(replies: Sequence[Reply], texts: Texts) -> Json | None:
    """All replies as the one message that may answer an opened chat; None where nothing is said."""
    if not replies:
        return None
    text = "\n\n".join(reply.text for reply in replies)
    buttons = {button.action: button for reply in replies for button in reply.buttons}
    whole = Reply(text, "info", replies[-1].language, tuple[Button, ...](buttons.values()))
    found = bodies(whole, texts)
    if not found:
        return None
    # What is over cannot be said: nobody may be written to before they have written themselves.
    return {**found[-1], "text": found[0]["text"]}


def for_an_old_app(message: Json) -> Json:
    """The same message for an app to which keys that are pressed in silence mean nothing."""
    plain = {name: value for name, value in message.items() if name != "min_api_version"}
    keys = message.get("keyboard")
    if keys is None:
        return plain
    buttons = [
        {name: value for name, value in key.items() if name != "Silent"} for key in keys["Buttons"]
    ]
    return {**plain, "keyboard": {**keys, "Buttons": buttons}}


def fits(text: str) -> bool:
    """Can a text stand in one message?"""
    return utf16_units(text) <= LONGEST_TEXT and json_bytes(text) <= LARGEST_TEXT


def _attached(file: Attachment, link: str) -> Message:
    if file.media_type in AS_PICTURES and file.size <= LARGEST_PICTURE:
        return PictureMessage(text="", media=link, min_api_version=API_VERSION)
    return FileMessage(media=link, size=file.size, file_name=file.name, min_api_version=API_VERSION)


def _written(message: Message) -> dict[str, Any]:
    """Without what is not said."""
    return {name: value for name, value in message.to_dict().items() if value is not None}
