"""Tables for eyes: as wide as the terminal, and whole where a file or a pipe takes them."""

from rich.console import Console

PIPE_WIDTH = 320
"""Characters of a line in a file or a pipe."""


def console(at_least: int = 0) -> Console:
    """Standard output. at_least: characters below which the table would lose something."""
    found = Console()
    width = found.width if found.is_terminal else PIPE_WIDTH
    return Console(width=max(width, at_least))
