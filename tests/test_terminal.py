"""The terminal as a channel."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import count

from bot.channels.channel import Outgoing, Sent
from bot.channels.terminal import Terminal
from handlers.messages import Button, Message, Reply

NOON = datetime(2027, 1, 1, 12, tzinfo=UTC)


class Session:
    """One terminal whose messages are answered at once, each with two buttons."""

    def __init__(self, *typed: str) -> None:
        keys = count(1)
        self.typed = typed
        self.written: list[str] = []
        self.received: list[Message] = []
        self.terminal = Terminal(
            "me",
            self._lines(),
            self.written.append,
            self._receive,
            lambda: NOON,
            lambda: str(next(keys)),
        )

    async def _lines(self) -> AsyncIterator[str]:
        for line in self.typed:
            yield line

    async def _receive(self, message: Message) -> bool:
        self.received.append(message)
        await self.terminal.send(outgoing())
        return True


def outgoing() -> Outgoing:
    buttons = (Button("Temat", "topics"), Button("Një person", "person"))
    return Outgoing(1, "me", Reply("Përshëndetje", "info", "sq", buttons))


async def test_lines_become_messages() -> None:
    """The chat opens with a greeting, and each line is a message; empty ones are none."""
    session = Session("Sa kohë?", "  ")
    await session.terminal.run()
    assert [(m.kind, m.text, m.update_key) for m in session.received] == [
        ("start", "", "1"),
        ("text", "Sa kohë?", "2"),
    ]


async def test_number_presses_a_button() -> None:
    """A button is pressed by its number; any other number is a text."""
    session = Session("2", "3", "90")
    await session.terminal.run()
    assert [(m.kind, m.text) for m in session.received[1:]] == [
        ("button", "person"),
        ("text", "3"),
        ("text", "90"),
    ]


async def test_reply_is_written() -> None:
    """A reply is written with its buttons numbered."""
    session = Session()
    assert await session.terminal.send(outgoing()) == Sent("")
    assert session.written == ["", "Përshëndetje", "  1  Temat", "  2  Një person"]
