"""Viber's callbacks are read as what they mean, and whatever comes is read as something."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.viber.events import Nothing, Opened, Wrote, read
from handlers.messages import Message

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EVENTS = ["message", "conversation_started", "subscribed", "unsubscribed"]
EVENTS += ["delivered", "seen", "failed", "webhook", "client_status"]

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
shapes = st.fixed_dictionaries(
    {"event": st.sampled_from(EVENTS)},
    optional={
        name: anything
        | st.fixed_dictionaries(
            {}, optional={"id": anything, "text": anything, "type": anything, "language": anything}
        )
        for name in ("timestamp", "message_token", "user", "user_id", "sender", "message", "silent")
    },
)


def wrote(message: dict[str, Any], **fields: Any) -> Message:
    """What a message event is read as."""
    sender = {"id": "ana", "language": "sq-AL"}
    event = {"event": "message", "message_token": 1, "sender": sender, "message": message}
    found = read(json.dumps({**event, **fields}).encode(), NOW)
    assert isinstance(found, Wrote)
    return found.message


@given(shapes | anything)
def test_anything(event: Any) -> None:
    """Whatever JSON comes is read, and its texts can be stored."""
    found = read(json.dumps(event).encode(), NOW)
    if isinstance(found, (Opened, Wrote)):
        message = found.message
        assert message.address
        f"{message.text}{message.address}{message.payload}".encode()
        assert NOW - timedelta(hours=2) <= message.received_at <= NOW


@given(st.binary(max_size=40))
def test_any_bytes(data: bytes) -> None:
    """Bytes that are no JSON are ill formed."""
    assert isinstance(read(data, NOW), Nothing)


@pytest.mark.parametrize(
    ("text", "fields", "kind"),
    [
        ("topics", {"silent": True}, "button"),
        ("entry:etias", {"silent": False}, "button"),
        ("language:en", {}, "button"),
        ("bot", {}, "button"),
        ("bot", {"silent": False}, "text"),
        ("none", {"silent": False}, "text"),
        ("ndihmë, më rrahin", {"silent": True}, "text"),
        ("help", {}, "text"),
        ("pyetje: sa kushton?", {"silent": False}, "text"),
        ("entry: si hyj?", {}, "text"),
        ("x" * 65, {"silent": True}, "text"),
        ("ë" * 33, {"silent": True}, "text"),
    ],
)
def test_pressed_or_typed(text: str, fields: dict[str, Any], kind: str) -> None:
    """An action that names something is a press, and so is its plain word unless it was typed; all
    else is words, however it came: danger is looked for in words."""
    assert wrote({"type": "text", "text": text}, **fields).kind == kind


def test_word_on_the_keyboard() -> None:
    """A typed word that stood on the keyboard at hand means what the key does."""
    message = {"type": "text", "text": "bot", "tracking_data": "bot person solved topics"}
    assert wrote(message, silent=False).kind == "button"
    assert wrote({**message, "text": "bota"}, silent=False).kind == "text"


def test_caption_is_never_a_press() -> None:
    """Words with a picture are words."""
    assert wrote({"type": "picture", "text": "topic:travel"}).kind == "text"


def test_token() -> None:
    """A token of 64 bits is kept to the last digit, and tells two events of one message apart."""
    token = 5_741_311_803_571_721_087
    assert wrote({"text": "x"}, message_token=token).update_key == f"message:{token}"


@pytest.mark.parametrize(
    ("spoken", "language"),
    [("sq", "sq"), ("sq-AL", "sq"), ("en_GB", "en"), ("EN", "en"), ("it", None), (7, None)],
)
def test_language(spoken: Any, language: str | None) -> None:
    """The app's language counts where we speak it."""
    assert wrote({"text": "x"}, sender={"id": "ana", "language": spoken}).language == language


@pytest.mark.parametrize(
    ("timestamp", "hours"),
    [
        (NOW.timestamp() * 1000, 0.0),
        ((NOW - timedelta(hours=1)).timestamp() * 1000, 1.0),
        ((NOW - timedelta(days=9)).timestamp() * 1000, 0.0),
        ((NOW + timedelta(days=9)).timestamp() * 1000, 0.0),
        ("soon", 0.0),
        (10**30, 0.0),
        (None, 0.0),
    ],
)
def test_time(timestamp: Any, hours: float) -> None:
    """A message came when Viber says, as far as that can be."""
    at = wrote({"text": "x"}, timestamp=timestamp).received_at
    assert NOW - at == timedelta(hours=hours)
