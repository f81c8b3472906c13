"""The terminal as a channel: lines in, replies out, buttons by their number."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

from bot.channels.channel import Link, Outcome, Outgoing, Receive, Sent, no_link
from bot.clock import Clock
from handlers.messages import Button, Message, MessageKind, Reply
from knowledge_base.model import Language

PATIENCE = 10.0
"""Seconds: some messages get no reply."""


class Terminal:
    """One chat, at one terminal."""

    name = "terminal"

    def __init__(
        self,
        address: str,
        lines: AsyncIterator[str],
        write: Callable[[str], None],
        receive: Receive,
        clock: Clock,
        new_key: Callable[[], str],
        language: Language | None = None,
        *,
        patience: float = PATIENCE,
        link: Link = no_link,
    ) -> None:
        """patience: seconds to wait for a reply before the next line is read. link: where a file
        can be fetched."""
        self.address = address
        self._lines = lines
        self._write = write
        self._receive = receive
        self._clock = clock
        self._new_key = new_key
        self._language = language
        self._patience = patience
        self._link = link
        self._buttons: tuple[Button, ...] = ()
        self._answered = asyncio.Event()

    async def run(self) -> None:
        """Greet, then read until there are no more lines."""
        await self._say("start", "")
        async for line in self._lines:
            if not line.strip():
                continue
            pressed = self._pressed(line.strip())
            await (self._say("button", pressed) if pressed else self._say("text", line.strip()))

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Write a reply."""
        for line in _written(outgoing.reply, self._link):
            self._write(line)
        if outgoing.reply.buttons:
            self._buttons = outgoing.reply.buttons
        self._answered.set()
        return Sent("")

    async def _say(self, kind: MessageKind, text: str) -> None:
        self._answered.clear()
        message = Message(
            channel=self.name,
            address=self.address,
            update_key=self._new_key(),
            kind=kind,
            received_at=self._clock(),
            text=text,
            language=self._language,
        )
        await self._receive(message)
        try:
            async with asyncio.timeout(self._patience):
                await self._answered.wait()
        except TimeoutError:
            return

    def _pressed(self, line: str) -> str | None:
        """The action of the button with this number."""
        if line.isascii() and line.isdecimal() and 1 <= int(line) <= len(self._buttons):
            return self._buttons[int(line) - 1].action
        return None


def _written(reply: Reply, link: Link) -> Iterator[str]:
    yield ""
    if reply.text or reply.file is None:
        yield reply.text
    if reply.file is not None:
        yield f"[{reply.file.name}] {link(reply.file) or ''}".rstrip()
    for number, button in enumerate(reply.buttons, start=1):
        yield f"  {number}  {button.label}"
