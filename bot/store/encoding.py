"""How messages, replies and a chat's state are written as text before they are sealed.

Keys that a later version added are left aside and missing ones take their default, so that an older
and a newer version can work on the same store. What makes no sense at all raises Unreadable.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from bot.store.errors import Unreadable
from handlers.messages import Attachment, Button, Chat, Message, Reply

STATE = ("unresolved", "question", "offered", "shown", "shown_at", "expecting")
"""The fields of a Chat that are kept as one sealed text."""


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Unreadable from error


def message_to_text(message: Message) -> str:
    return _dump(asdict(message))


@_reading()
def message_from_text(text: str) -> Message:
    found = _known(Message, json.loads(text))
    return Message(**found | {"received_at": datetime.fromisoformat(found["received_at"])})


def reply_to_text(reply: Reply) -> str:
    return _dump(asdict(reply))


@_reading()
def reply_from_text(text: str) -> Reply:
    found = _known(Reply, json.loads(text))
    buttons = tuple(Button(one["label"], one["action"]) for one in found.get("buttons", ()))
    file = found.get("file")
    return Reply(
        **found
        | {
            "buttons": buttons,
            "entries": tuple(found.get("entries", ())),
            "file": None if file is None else Attachment(**_known(Attachment, file)),
        }
    )


def state_to_text(chat: Chat) -> str:
    return _dump({name: getattr(chat, name) for name in STATE})


@_reading()
def state_from_text(text: str) -> Mapping[str, Any]:
    """Arguments for a Chat."""
    found = {key: value for key, value in json.loads(text).items() if key in STATE}
    if found.get("shown_at"):
        found["shown_at"] = datetime.fromisoformat(found["shown_at"])
    return found | {"offered": tuple(found.get("offered", ()))}


def buttons_to_text(buttons: Sequence[Button]) -> str:
    """What stood under a reply."""
    return json.dumps([[one.label, one.action] for one in buttons], ensure_ascii=False)


def buttons_from_text(text: str | None) -> tuple[Button, ...]:
    """The same again; nothing, where it makes no sense: what could be pressed is no secret lost."""
    try:
        return tuple(Button(str(label), str(action)) for label, action in json.loads(text or "[]"))
    except (ValueError, TypeError):
        return ()


def labels_from_text(text: str | None) -> tuple[str, ...]:
    """Only what stood on them."""
    return tuple(one.label for one in buttons_from_text(text))


def _dump(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=_moment)


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be kept")


def _known(
    kind: type[Message] | type[Reply] | type[Attachment], found: Mapping[str, Any]
) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    return {key: value for key, value in found.items() if key in names}
