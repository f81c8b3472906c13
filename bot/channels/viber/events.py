"""What Viber's callbacks say: JSON in, values out. Pure.

The identity of a callback is read from the JSON, not through viberbot: its parser loses the token
of some events and raises on those that it does not know.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from viberbot.api.event_type import EventType

from handlers.messages import Message, MessageKind
from knowledge_base.model import LANGUAGES, Language

NAME = "viber"
LONGEST_ACTION = 64
"""Bytes, as on every channel."""
WITH_ARGUMENT = frozenset(
    {"entry", "topic", "topics", "helpful", "language", "delete", "case", "same"}
)
"""Actions that stand before a colon. Nobody types such a text without meaning it."""
BARE = frozenset(
    {"topics", "person", "none", "cancel", "solved", "news", "add", "bot", "staff"}
    | {"language", "mydata", "deletemydata"}
)
"""Actions that are a word which somebody may also type."""
RETRIED_FOR = timedelta(hours=2)
"""A callback that is older than this has a wrong clock: Viber gives up after an hour."""

Json = Mapping[str, Any]
Arrival = Literal["delivered", "seen", "refused"]
RECEIPTS: Mapping[str, Arrival] = {
    EventType.DELIVERED: "delivered",
    EventType.SEEN: "seen",
    EventType.FAILED: "refused",
}
KNOWN = frozenset({*RECEIPTS, EventType.SUBSCRIBED, EventType.UNSUBSCRIBED})
"""Events that are ill formed where nothing could be read from them."""


@dataclass(frozen=True)
class Opened:
    """Somebody opened the chat, and the answer to this callback is what they will read."""

    message: Message


@dataclass(frozen=True)
class Wrote:
    """Somebody wrote, pressed a button, or sent something without words."""

    message: Message


@dataclass(frozen=True)
class Left:
    """Somebody does not want our messages any more."""

    address: str


@dataclass(frozen=True)
class Back:
    """Somebody subscribed."""

    address: str


@dataclass(frozen=True)
class Receipt:
    """What became of a message that Viber took."""

    token: str
    arrival: Arrival


@dataclass(frozen=True)
class Nothing:
    """Nothing is to be done."""

    kind: Literal["webhook", "unknown", "ill_formed"]


Event = Opened | Wrote | Left | Back | Receipt | Nothing


def read(data: bytes, now: datetime) -> Event:
    """What a callback says. Whatever it is, it is read as something."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return Nothing("ill_formed")
    if not isinstance(found, dict):
        return Nothing("ill_formed")
    match found.get("event"):
        case EventType.WEBHOOK:
            return Nothing("webhook")
        case EventType.CONVERSATION_STARTED:
            return _opened(found, data, now)
        case EventType.MESSAGE:
            return _wrote(found, data, now)
        case EventType.SUBSCRIBED if address := _user_of(found):
            return Back(address)
        case EventType.UNSUBSCRIBED if address := _user_of(found):
            return Left(address)
        case str(event) if event in RECEIPTS and (token := _token(found)):
            return Receipt(token, RECEIPTS[event])
        case str(event) if event not in KNOWN:
            return Nothing("unknown")
    return Nothing("ill_formed")


def _opened(event: Json, data: bytes, now: datetime) -> Event:
    address = _user_of(event)
    if not address:
        return Nothing("ill_formed")
    return Opened(
        Message(
            channel=NAME,
            address=address,
            update_key=_key(event, data),
            kind="start",
            received_at=_moment(event, now),
            language=_language(_part(event, "user")),
            payload=_text(event.get("context")),
        )
    )


def _wrote(event: Json, data: bytes, now: datetime) -> Event:
    sender, message = _part(event, "sender"), _part(event, "message")
    address = _text(sender.get("id"))
    if not address:
        return Nothing("ill_formed")
    text = _text(message.get("text"))
    return Wrote(
        Message(
            channel=NAME,
            address=address,
            update_key=_key(event, data),
            kind=_kind(event, message, text),
            received_at=_moment(event, now),
            text=text if text.strip() else "",
            language=_language(sender),
        )
    )


def _kind(event: Json, message: Json, text: str) -> MessageKind:
    if not text.strip():
        return "unreadable"
    if message.get("type") == "text" and _is_pressed(event, message, text):
        return "button"
    return "text"


def _is_pressed(event: Json, message: Json, text: str) -> bool:
    """Was a button pressed, whose text this is? Viber sends both in the same way.

    Our buttons are silent, which the callback tells; the message's tracking data names the plain
    words that stood on the keyboard at hand: such a word means the same, typed or pressed.
    """
    if len(text.encode()) > LONGEST_ACTION:
        return False
    name, colon, _ = text.partition(":")
    if colon:
        return name in WITH_ARGUMENT and not any(letter.isspace() for letter in text)
    # Anything else is words, however it came: danger is looked for in words only.
    if text not in BARE:
        return False
    silent = event.get("silent")
    return silent in (True, None) or text in _text(message.get("tracking_data")).split()


def _user_of(event: Json) -> str:
    return _text(_part(event, "user").get("id")) or _text(event.get("user_id"))


def _token(event: Json) -> str:
    """64 bits: kept as text, never as a number that some reader rounds."""
    token = event.get("message_token")
    return str(token) if isinstance(token, (int, str)) and not isinstance(token, bool) else ""


def _key(event: Json, data: bytes) -> str:
    """The same for every repeat; without a token, the callback as a whole is the key."""
    return f"{event['event']}:{_token(event) or hashlib.sha256(data).hexdigest()}"


def _moment(event: Json, now: datetime) -> datetime:
    """When it happened; now, where Viber's clock says nothing that can be."""
    try:
        at = datetime.fromtimestamp(float(event["timestamp"]) / 1000, UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return now
    return at if now - RETRIED_FOR <= at <= now else now


def _language(person: Json) -> Language | None:
    spoken = _text(person.get("language")).lower().replace("_", "-").partition("-")[0]
    return next((language for language in LANGUAGES if language == spoken), None)


def _part(found: Json, name: str) -> Json:
    part = found.get(name)
    return part if isinstance(part, dict) else {}


def _text(value: object) -> str:
    """A text; half a character, which JSON can name but nothing can store, as a question mark."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""
