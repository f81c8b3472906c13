"""What Viber's servers refuse in a message, as the documentation has it."""

import json
import re
from collections.abc import Mapping
from typing import Any

LONGEST_TEXT = 7000
LONGEST_SENDER = 28
LONGEST_TRACKING = 4000
LONGEST_BUTTON = 250
LARGEST = 30_000
"""Bytes of JSON."""
MOST_ROWS = 24
NEEDED = {
    "text": ("text",),
    "picture": ("text", "media"),
    "video": ("media", "size"),
    "file": ("media", "size", "file_name"),
    "contact": ("contact",),
    "location": ("location",),
    "sticker": ("sticker_id",),
    "url": ("media",),
}
_NOTHING: Mapping[str, tuple[object, ...]] = {"picture": (None,)}
"""What counts as missing, where it is not nothing and an empty text. A picture's text may be
empty."""
LARGEST_FILE = 52_428_800
LONGEST_MEDIA, LONGEST_FILE_NAME = 2000, 256
PICTURE_ENDS = (".jpg", ".jpeg", ".png", ".gif")
ACTIONS = {"reply", "open-url", "location-picker", "share-phone", "none"}
COLOR = re.compile(r"#[0-9A-Fa-f]{6}")

Json = Mapping[str, Any]


def wrong_with(message: Json, size: int) -> str | None:
    """The first thing that is wrong with a message of `size` bytes; None for a sound one."""
    if size > LARGEST:
        return f"request is larger than {LARGEST} bytes"
    sender = message.get("sender", {}).get("name", "")
    if not 0 < len(sender) <= LONGEST_SENDER:
        return "sender.name has a wrong length"
    if len(message.get("tracking_data", "")) > LONGEST_TRACKING:
        return "tracking_data is too long"
    if not 1 <= message.get("min_api_version", 1) <= 7:
        return "min_api_version is not known"
    return _wrong_content(message) or _wrong_keyboard(message.get("keyboard"))


def size_of(message: Json) -> int:
    return len(json.dumps(message, ensure_ascii=False).encode())


def _wrong_content(message: Json) -> str | None:
    kind = message.get("type")
    if kind is None and "keyboard" in message:
        return None
    if kind not in NEEDED:
        return "type is not known"
    missing = [name for name in NEEDED[kind] if message.get(name) in _NOTHING.get(kind, (None, ""))]
    if missing:
        return f"{missing[0]} is missing"
    if len(message.get("text", "")) > (LONGEST_TEXT if kind == "text" else 512):
        return "text is too long"
    return _wrong_media(message)


def _wrong_media(message: Json) -> str | None:
    media = str(message.get("media", "https://"))
    if not media.startswith("https://"):
        return "media is not https"
    if len(media) > LONGEST_MEDIA:
        return "media is too long"
    if message["type"] == "picture" and not media.lower().endswith(PICTURE_ENDS):
        return "media does not end as a picture"
    if not 0 <= message.get("size", 0) <= LARGEST_FILE:
        return "size is too large"
    if len(message.get("file_name", "")) > LONGEST_FILE_NAME:
        return "file_name is too long"
    return None


def _wrong_keyboard(keyboard: Any) -> str | None:
    if keyboard is None:
        return None
    if not isinstance(keyboard, dict) or keyboard.get("Type") != "keyboard":
        return "keyboard.Type is not keyboard"
    buttons = keyboard.get("Buttons")
    if not isinstance(buttons, list) or not buttons:
        return "keyboard.Buttons is empty"
    wrong = next((found for one in buttons if (found := _wrong_button(one))), None)
    return wrong or _wrong_rows(buttons)


def _wrong_button(button: Json) -> str | None:
    if not 1 <= button.get("Columns", 6) <= 6 or not 1 <= button.get("Rows", 1) <= 2:
        return "a button has a wrong size"
    if button.get("ActionType", "reply") not in ACTIONS:
        return "ActionType is not known"
    if not isinstance(button.get("ActionBody"), str) or not button["ActionBody"]:
        return "ActionBody is missing"
    if not 0 < len(button.get("Text", "")) <= LONGEST_BUTTON:
        return "a button's Text has a wrong length"
    if not COLOR.fullmatch(button.get("BgColor", "#FFFFFF")):
        return "BgColor is no color"
    return None


def _wrong_rows(buttons: list[Json]) -> str | None:
    """Buttons fill rows of six columns from left to right."""
    rows, taken = 0, 6
    for button in buttons:
        columns = button.get("Columns", 6)
        if taken + columns > 6:
            rows, taken = rows + button.get("Rows", 1), 0
        taken += columns
    return "more than 24 rows" if rows > MOST_ROWS else None
