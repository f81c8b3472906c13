"""What is printed for eyes: tables as wide as the terminal, and what strangers wrote, made safe."""

import unicodedata

from rich.console import Console

PIPE_WIDTH = 320
"""Characters of a line in a file or a pipe."""
TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
"""Unicode's classes of characters that turn the direction of writing."""


def console(at_least: int = 0) -> Console:
    """Standard output. at_least: characters below which the table would lose something."""
    found = Console()
    width = found.width if found.is_terminal else PIPE_WIDTH
    return Console(width=max(width, at_least))


def harmless(text: str) -> str:
    """What a stranger wrote, without what would give orders to the terminal that shows it.

    Letters that are not seen but join, such as those within an emoji, stay.
    """
    return "".join(one if one in "\n\t" or not _gives_orders(one) else "\ufffd" for one in text)


def _gives_orders(character: str) -> bool:
    """Escape and its like; what turns the direction of a line also for what follows."""
    return (
        unicodedata.category(character) == "Cc" or unicodedata.bidirectional(character) in TURNING
    )
