"""Cuts a text that is longer than a platform takes: at a paragraph, a line, a word, or anywhere."""

import json
from collections.abc import Callable

BREAKS = ("\n\n", "\n", " ")
"""Where to cut, the best place first."""


def in_parts(text: str, fits: Callable[[str], bool]) -> list[str]:
    """The text in parts that all fit, without white space around them; none of them is empty.

    fits: True for whatever is short enough. Must be True for every single character.
    """
    parts = []
    rest = text.strip()
    while rest and not fits(rest):
        cut = _cut(rest, _longest(rest, fits))
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [part for part in (*parts, rest) if part]


def utf16_units(text: str) -> int:
    """How long a text is where emoji count twice, as platforms count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def json_bytes(text: str) -> int:
    """How many bytes a text takes in a JSON body that spells letters out."""
    return len(json.dumps(text, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def _longest(text: str, fits: Callable[[str], bool]) -> int:
    """How many characters from the beginning fit; at least one."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(text[:middle]) else (low, middle - 1)
    return low


def _cut(text: str, longest: int) -> int:
    """The best place at or before `longest`, unless that would leave a part of a few words."""
    for mark in BREAKS:
        found = text.rfind(mark, 0, longest + 1)
        if found >= longest // 2:
            return found
    return longest
