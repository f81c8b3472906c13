"""A plain text in Telegram's HTML."""

import html


def escaped(text: str) -> str:
    """The text as it is read, whatever signs are in it."""
    return html.escape(text, quote=False)
