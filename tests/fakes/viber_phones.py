"""The phones of the people who use Viber, as the server knows them: who is subscribed, what they
see, and how much we may still send."""

import asyncio
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_UNANSWERED = 100
"""Messages that one user may be sent in an hour without writing back."""
HOUR = 3_600_000
"""Milliseconds."""

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Key:
    """One button of a keyboard, as it is seen."""

    label: str
    action: str
    columns: int
    silent: bool


@dataclass(frozen=True)
class Shown:
    """One message of ours on somebody's phone."""

    text: str
    keyboard: tuple[Key, ...]
    sender: str
    token: str
    """The number by which receipts call it; empty for a welcome, which has none."""
    tracking_data: str
    raw: Json

    @property
    def actions(self) -> list[str]:
        return [key.action for key in self.keyboard]

    @property
    def labels(self) -> list[str]:
        return [key.label for key in self.keyboard]


@dataclass
class Phone:
    """What one user has, and what was sent there."""

    user_id: str
    name: str = "Arbenita"
    language: str = "sq"
    country: str = "AL"
    api_version: int = 10
    """Of the app on it."""
    subscribed: bool = False
    shown: list[Shown] = field(default_factory=list)
    sent_at: list[int] = field(default_factory=list)
    """When we sent something since the user last wrote; milliseconds."""
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def profile(self) -> dict[str, Any]:
        return {
            "id": self.user_id,
            "name": self.name,
            "avatar": "https://media.example/avatar",
            "country": self.country,
            "language": self.language,
            "api_version": self.api_version,
        }

    @property
    def keyboard(self) -> tuple[Key, ...]:
        """The keys at hand: those of the last message, however many had some before."""
        return self.shown[-1].keyboard if self.shown else ()

    @property
    def tracking_data(self) -> str:
        return self.shown[-1].tracking_data if self.shown else ""

    def wrote(self) -> None:
        """Who writes is subscribed, and may be written to again."""
        self.subscribed = True
        self.sent_at.clear()

    def is_full(self, now: int) -> bool:
        """Was it too much for one hour without a word? now: milliseconds."""
        return sum(at > now - HOUR for at in self.sent_at) >= MOST_UNANSWERED

    async def show(self, message: Json, token: str, now: int) -> None:
        """A message arrives."""
        self.sent_at.append(now)
        async with self.news:
            self.shown.append(_as_seen(message, token))
            self.news.notify_all()


def _as_seen(message: Json, token: str) -> Shown:
    buttons = message.get("keyboard", {}).get("Buttons", [])
    return Shown(
        text=message.get("text", ""),
        keyboard=tuple(_key(button) for button in buttons),
        sender=message["sender"]["name"],
        token=token,
        tracking_data=message.get("tracking_data", ""),
        raw=message,
    )


def _key(button: Json) -> Key:
    """Labels are HTML."""
    label = html.unescape(re.sub(r"<[^>]*>", "", button.get("Text", "")))
    return Key(label, button["ActionBody"], button.get("Columns", 6), button.get("Silent", False))
