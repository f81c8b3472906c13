"""Somebody at a terminal beside the running program, as `udha chat` is."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.app import delivery_through
from bot.channels.terminal import Terminal
from bot.metrics import Metrics
from knowledge_base.model import Language
from tests.fakes.people_on.seen import Seen
from tests.fakes.people_on.stage import Stage


class OnTerminal:
    """Reads what is written, and presses a button by the number before its label."""

    channel = "terminal"

    def __init__(self, stage: Stage, address: str, language: Language | None) -> None:
        self.address = address
        self._stage = stage
        self._lines: asyncio.Queue[str] = asyncio.Queue()
        self._written: list[str] = []
        self._read = 0
        keys = itertools.count()
        self._terminal = Terminal(
            address,
            self._typed(),
            self._written.append,
            stage.store.keep,
            stage.time,
            lambda: f"{address} {next(keys)}",
            language,
            patience=0.0,
        )
        self._running: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def delivered(self) -> AsyncIterator["OnTerminal"]:
        """What arrives in the block is written; the server does everything else."""
        delivery = delivery_through(
            {self.channel: self._terminal}, self._stage.store, Metrics(), self.address
        )
        delivering = asyncio.create_task(delivery.run())
        yield self
        delivery.stop()
        await delivering
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait([self._running])

    async def opens(self, payload: str) -> None:
        """A terminal greets as soon as it is there, and never again."""
        assert not payload, "a terminal has no deep links"
        assert self._running is None, "a terminal is opened once"
        self._running = asyncio.create_task(self._terminal.run())

    async def types(self, text: str) -> None:
        self._lines.put_nowait(text)

    async def presses(self, action: str) -> None:
        replies = self._stage.store.arrived_at[self.channel, self.address]
        under = next(reply.buttons for reply in reversed(replies) if reply.buttons)
        actions = [button.action for button in under]
        assert action in actions, f"a terminal has the last buttons only: {actions}"
        self._lines.put_nowait(str(actions.index(action) + 1))

    async def sends_a_picture(self) -> None:
        raise NotImplementedError("a terminal takes no pictures")

    async def writes_in_a_group(self) -> None:
        raise NotImplementedError("a terminal is for one")

    async def news(self) -> list[Seen]:
        """An empty line begins each reply; then its text, and a line for each button."""
        new, self._read = self._written[self._read :], len(self._written)
        begins = [number for number, line in enumerate(new) if not line]
        return [
            Seen(new[first + 1], tuple(_label(line) for line in new[first + 2 : after]))
            for first, after in itertools.pairwise([*begins, len(new)])
        ]

    async def _typed(self) -> AsyncIterator[str]:
        while True:
            yield await self._lines.get()


def _label(line: str) -> str:
    """What stands after the number."""
    return line.split(maxsplit=1)[1]


@asynccontextmanager
async def on_terminal(
    stage: Stage, name: str, language: Language | None
) -> AsyncIterator[OnTerminal]:
    """Not opened yet."""
    async with OnTerminal(stage, name, language).delivered() as person:
        yield person
