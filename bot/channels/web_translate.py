"""What goes over the try-out page's socket, in both directions. Pure: JSON in, values out.

Beside the messages of every client, the page uses two additions that others need not know: its own
"id" of a message, which makes a repeat harmless and is answered by "kept" once the inbox has it;
and, with "ack=1" in the socket's address, an "id" with each reply, which the page confirms by
"received". A reply with "forgets" says that everything was deleted: the page forgets too. One with
"file" ({"name", "type", "url"}) brings a picture or a file that staff have sent.
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.channels.channel import Link, Outgoing, no_link
from handlers.messages import Reply

LONGEST_TEXT = 16_000
"""Characters. More is refused, not cut: a cut question may mean something else."""
LONGEST_ACTION = 64
"""Bytes, as on every channel."""
LONGEST_ID = 64
"""Characters."""

Json = Mapping[str, Any]
OwnId = str | int
"""A client's own name for its message: given back as it came."""

ErrorCode = Literal["unreadable", "too_long", "too_fast", "try_again"]
"""The text of each is the page's text "page_error_<code>"."""


@dataclass(frozen=True)
class Said:
    """What the person sent."""

    kind: Literal["start", "text", "button"]
    text: str = ""
    """Kind text: the words. Kind button: the action."""
    own_id: OwnId | None = None


@dataclass(frozen=True)
class Received:
    """The page has shown the reply of this id."""

    reply_id: str


class Unusable(Exception):
    """A client's message that cannot be used. Holds the code, and the message's own id if any."""

    def __init__(self, code: ErrorCode, own_id: OwnId | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.own_id = own_id


def from_client(data: str) -> Said | Received:
    """What a client's message says. Raises Unusable."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise Unusable("unreadable") from None
    if not isinstance(found, dict):
        raise Unusable("unreadable")
    own_id = _own_id(found.get("id"))
    match found:
        case {"type": "received"} if own_id is not None:
            return Received(str(own_id))
        case {"type": "start"}:
            return Said("start", own_id=own_id)
        case {"type": "text", "text": str(text)} if text.strip():
            return Said("text", _text(text, own_id), own_id)
        case {"type": "button", "action": str(action)} if action.strip():
            return Said("button", _action(action, own_id), own_id)
    raise Unusable("unreadable", own_id)


def to_client(reply: Reply, reply_id: str | None, link: Link = no_link) -> Json:
    """A reply as the client gets it. link: where it fetches what goes with the words."""
    message: dict[str, Any] = {
        "type": "reply",
        "text": reply.text,
        "buttons": [{"label": one.label, "action": one.action} for one in reply.buttons],
        "entries": list(reply.entries),
        "decision": reply.decision,
        "language": reply.language,
    }
    if reply.forgets:
        message["forgets"] = True
    if reply.file is not None and (url := link(reply.file)) is not None:
        message["file"] = {"name": reply.file.name, "type": reply.file.media_type, "url": url}
    return message if reply_id is None else message | {"id": reply_id}


def kept(own_id: OwnId) -> Json:
    """The inbox has the message of this id."""
    return {"type": "kept", "id": own_id}


def refusal(code: ErrorCode, text: str, own_id: OwnId | None) -> Json:
    """A message was not taken, and why."""
    message = {"type": "error", "code": code, "text": text}
    return message if own_id is None else message | {"id": own_id}


def reply_id(outgoing: Outgoing) -> str:
    """The same for every delivery of one reply.

    The number alone is not enough: in a new database it starts again at 1, and a page that has
    shown another reply of that number would drop this one.
    """
    reply = outgoing.reply
    said = reply.text if reply.file is None else f"{reply.text}\0{reply.file}"
    return f"{outgoing.id}-{zlib.crc32(said.encode()):08x}"


def _own_id(value: object) -> OwnId | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise Unusable("unreadable")
    if not 0 < len(str(value)) <= LONGEST_ID:
        raise Unusable("unreadable")
    return _writable(value) if isinstance(value, str) else value


def _text(text: str, own_id: OwnId | None) -> str:
    if len(text) > LONGEST_TEXT:
        raise Unusable("too_long", own_id)
    return _writable(text)


def _action(action: str, own_id: OwnId | None) -> str:
    action = _writable(action)
    if len(action.encode()) > LONGEST_ACTION:
        raise Unusable("unreadable", own_id)
    return action


def _writable(text: str) -> str:
    """Half a character, which JSON can name but nothing can store, becomes a question mark."""
    return text.encode("utf-8", "replace").decode()
