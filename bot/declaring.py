"""How a setting is declared: a type, a default, how it is read, and a sentence."""

import re
from collections.abc import Callable
from dataclasses import field
from typing import Any, TypeVar

from knowledge_base.model import Both

T = TypeVar("T")

_ADDRESS = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?", re.IGNORECASE)
_GROUP_NUMBER = re.compile(r"-[0-9]{1,18}", re.ASCII)
NOT_SET: Both = {"sq": "", "en": ""}


class Wrong(Exception):
    """A single value cannot be used: what it is, and what to write instead."""

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(f"{what} {advice}")
        self.what, self.advice = what, advice


def whole(least: int, most: int) -> Callable[[str], int]:
    """Reads a whole number from `least` to `most`."""

    def reads(text: str) -> int:
        usable = text.isascii() and text.isdecimal() and len(text) <= 20
        if not usable or not least <= int(text) <= most:
            raise Wrong(f'"{text}" cannot be used.', f"Write a number from {least} to {most}.")
        return int(text)

    return reads


def share(least: float, most: float) -> Callable[[str], float]:
    """Reads a share such as 0.9."""

    def reads(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = -1.0
        if not least <= number <= most:
            raise Wrong(f'"{text}" cannot be used.', f"Write a share from {least} to {most}.")
        return number

    return reads


def one_of(options: tuple[str, ...]) -> Callable[[str], Any]:
    """Reads one of a few words."""

    def reads(text: str) -> str:
        if text.lower() not in options:
            raise Wrong(f'"{text}" is not possible here.', f"Write one of: {', '.join(options)}.")
        return text.lower()

    return reads


def any_text(text: str) -> str:
    return text


def secret(text: str) -> str:
    """Reads a key of at least 32 characters; never says what was written."""
    if len(text) < 32:
        raise Wrong("it is too short.", "Write 32 characters or more, best made by chance.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Wrong("it is not written in UTF-8.", "Letters and digits always are.") from None
    return text


def address(text: str) -> str:
    """Reads a web address without its closing slash. A path is put behind it, so it ends there."""
    if not re.match("https?://", text, re.IGNORECASE):
        raise Wrong("it is not a web address.", "It begins with https://.")
    if not _ADDRESS.fullmatch(text):
        raise Wrong("it cannot be called.", "Write one such as https://udha.example.")
    return re.sub("^[a-zA-Z]+", lambda found: found[0].lower(), text).rstrip("/")


def group_number(text: str) -> str:
    """Reads the number that Telegram gives a group."""
    if not _GROUP_NUMBER.fullmatch(text):
        raise Wrong(f'"{text}" is not the number of a group.', "Write one such as -1001234567890.")
    return text


def setting(default: T, reads: Callable[[str], T], says: str, *, variable: str = "") -> T:
    """One setting. `variable`: its name in the environment; without one it is in config.yaml."""
    metadata = {"reads": reads, "says": says, "variable": variable}
    hidden = reads is secret or variable.endswith("_TOKEN")
    made: Any = field(default=default, repr=not hidden, metadata=metadata)
    return made  # type: ignore[no-any-return]  # a field to dataclass, a T to whoever reads it


def each(reads: Callable[[str], T], says: str) -> tuple[T, ...]:
    """A list of config.yaml, each item read by itself; left empty, there is none."""
    made: Any = field(default=(), metadata={"reads": reads, "says": says, "list": True})
    return made  # type: ignore[no-any-return]


def words(says: str) -> Both:
    """A text in both languages; left empty, it is not set."""
    made: Any = field(default_factory=lambda: NOT_SET, metadata={"says": says, "variable": ""})
    return made  # type: ignore[no-any-return]
