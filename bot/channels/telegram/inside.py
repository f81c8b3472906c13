"""What the channel needs of the rest of Udha: doors that others build and pass in."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

import telegram

from bot.channels.channel import ReadFile, Receive, no_file


@dataclass(frozen=True)
class Inside:
    """All but `ignored` raise `away` while the store is away; then nothing of it was kept."""

    keep: Receive
    left: Callable[[str], Awaitable[None]]
    """The person of an address has blocked the bot."""
    back: Callable[[str], Awaitable[None]]
    alone: Callable[[str], AbstractAsyncContextManager[Callable[[], Awaitable[None]]]]
    """Waits until no other process does a thing; gives a check to be awaited before each step."""
    ignored: Callable[[str], None]
    """Counts an update that leads to nothing, by its kind."""
    away: type[Exception]
    read_file: ReadFile = no_file
    """What goes with a reply."""


class StaffGroup(Protocol):
    """The staff's own group. Updates of that chat go there and nowhere else."""

    @property
    def chat_id(self) -> int:
        """It changes when the group becomes a supergroup."""
        ...

    async def take(self, update: telegram.Update) -> None:
        """Keep what an update says; done on return, and once however often it comes.

        Presses of its buttons are answered there too. Raises `Inside.away` where it could not be
        kept: the update is then brought again.
        """
        ...
