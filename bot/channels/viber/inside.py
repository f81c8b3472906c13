"""What the channel needs of the rest of Udha: doors that others build and pass in."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.channels.channel import Link, Receive, no_link
from bot.channels.viber.events import Arrival
from handlers.messages import Message, Reply


@dataclass(frozen=True)
class Inside:
    """Each of them raises while the store is away; then nothing of it was kept."""

    keep: Receive
    welcome: Callable[[Message], Awaitable[Sequence[Reply]]]
    """What is said to somebody who opens the chat; the same again for a repeat."""
    left: Callable[[str], Awaitable[None]]
    """The person of an address does not want our messages any more."""
    back: Callable[[str], Awaitable[None]]
    receipt: Callable[[str, Arrival], Awaitable[bool]]
    """What became of the message with a token. False: no such message is noted as sent."""
    arrived: Callable[[str], Awaitable[None]]
    """What waits for an address is due at once."""
    ignored: Callable[[str], None]
    """Counts a callback that led to nothing, by its kind."""
    link: Link = no_link
    """Where Viber fetches what goes with a reply: it takes no content from us."""
