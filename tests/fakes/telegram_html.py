"""What Telegram makes of a text with parse_mode=HTML: the plain words, or a refusal."""

import html
import re
from dataclasses import dataclass

KINDS = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("span", "tg-spoiler"), "spoiler"),
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
"""The tags that it knows, and the kind of entity that each becomes."""
_PIECE = re.compile(r"<(?P<end>/?)(?P<tag>[^\s>]*)(?P<rest>[^>]*)>|&(?P<entity>#?\w+);|<")
_KNOWN_ENTITIES = ("lt", "gt", "amp", "quot")


class CannotParse(Exception):
    """The text is no sound HTML; its words are Telegram's."""


@dataclass(frozen=True)
class Entity:
    """A part of the plain text; offset and length in UTF-16 units."""

    type: str
    offset: int
    length: int
    url: str | None = None

    def as_json(self) -> dict[str, object]:
        found = {"type": self.type, "offset": self.offset, "length": self.length}
        return found if self.url is None else {**found, "url": self.url}


def units(text: str) -> int:
    """A text's length as Telegram counts it: in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def parsed(text: str) -> tuple[str, list[Entity]]:
    """The plain text and its entities. Raises CannotParse."""
    plain, at = "", 0
    open_tags: list[tuple[str, int, str | None]] = []
    entities: list[Entity] = []
    for piece in _PIECE.finditer(text):
        plain += text[at : piece.start()]
        at = piece.end()
        if piece["entity"] is not None:
            plain += _character(piece)
        elif piece["tag"] is None or (not piece["end"] and piece["tag"] not in KINDS):
            _refuse(f'Unsupported start tag "{piece["tag"] or ""}"', text, piece.start())
        elif piece["end"]:
            entities.append(_ended(open_tags, piece["tag"], plain, text, piece.start()))
        else:
            open_tags.append((piece["tag"], units(plain), _address(piece["rest"])))
    if open_tags:
        raise CannotParse(f'Can\'t find end tag corresponding to start tag "{open_tags[-1][0]}"')
    return plain + text[at:], [one for one in entities if one.length]


def _character(piece: re.Match[str]) -> str:
    known = piece["entity"] in _KNOWN_ENTITIES or piece["entity"].startswith("#")
    return html.unescape(piece[0]) if known else piece[0]


def _ended(
    open_tags: list[tuple[str, int, str | None]], tag: str, plain: str, text: str, at: int
) -> Entity:
    if not open_tags or open_tags[-1][0] != tag:
        _refuse("Unexpected end tag", text, at)
    _, began, url = open_tags.pop()
    return Entity(KINDS[tag], began, units(plain) - began, url)


def _address(rest: str) -> str | None:
    found = re.search(r'href="([^"]*)"', rest)
    return None if found is None else html.unescape(found[1])


def _refuse(what: str, text: str, at: int) -> None:
    raise CannotParse(f"{what} at byte offset {len(text[:at].encode())}")
