"""What was found: a line for whoever looks after Udha."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

Mark = Literal["ok", "off", "note", "wrong"]
"""off: nobody set it up, and nothing is missing. note: it works, and should be known of."""


@dataclass(frozen=True)
class Finding:
    """One line."""

    mark: Mark
    subject: str
    """What was looked at, in a word or two."""
    says: str
    """What it is like, and what is to be done, in plain words. Never a secret."""


Look = Callable[[], Awaitable[Sequence[Finding]]]


async def safely(subject: str, look: Look) -> Sequence[Finding]:
    """What a look finds; one that fails by itself is a finding too, and the others go on."""
    try:
        return await look()
    except Exception as error:  # noqa: BLE001 - its class is told; its words may hold a token
        return [Finding("wrong", subject, f"Looking at it failed ({type(error).__name__}).")]
