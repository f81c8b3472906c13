"""YAML text → nodes that know their line. What YAML can do but no editor means is refused."""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import yaml

Note = Callable[[int, str, str], None]
"""Takes a problem: its line, counted from 1; what is wrong; what to do. Both are sentences."""

# libyaml is ten times faster; without it the same events come from Python.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 20
_TEXT = "tag:yaml.org,2002:str"
_NOTHING = "tag:yaml.org,2002:null"
_LIST = "tag:yaml.org,2002:seq"
_KEYS = "tag:yaml.org,2002:map"


def compose(text: str, note: Note) -> yaml.Node | None:
    """The one document of a text. None where there is none; the reason is noted.

    Scalars keep their text as it is written: `no`, `12:30` and `2027-03-31` are texts here.
    """
    try:
        events = list(yaml.parse(text, Loader=_LOADER))
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        note(line, "an invisible control character stands here.", "Write this line again by hand.")
        return None
    except yaml.MarkedYAMLError as error:
        note(*_explained(text, error))
        return None
    try:
        return _Composer(events, note).document()
    except _TooDeep as error:
        note(error.line, "too many brackets open here.", "Put the text between quotation marks.")
        return None


def is_nothing(node: yaml.Node) -> bool:
    """Nothing, "null" or "~" is written here."""
    return isinstance(node, yaml.ScalarNode) and node.tag == _NOTHING


class _TooDeep(Exception):
    """Values are nested deeper than any content is."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class _Composer:
    """Builds nodes from events, and notes what is refused on the way."""

    def __init__(self, events: list[yaml.Event], note: Note) -> None:
        self._events: Iterator[yaml.Event] = iter(events)
        self._note = note

    def document(self) -> yaml.Node | None:
        """The first document; a second one is noted and left out."""
        next(self._events)
        if isinstance(next(self._events), yaml.StreamEndEvent):
            self._empty()
            return None
        root = self._node(next(self._events), 0)
        next(self._events)
        after = next(self._events)
        if isinstance(after, yaml.DocumentStartEvent):
            self._refuse(after, 'a second part begins here with "---".', "Delete this line.")
        if is_nothing(root):
            self._empty()
            return None
        return root

    def _node(self, event: Any, depth: int) -> yaml.Node:
        self._refuse_names(event)
        if depth > _DEEPEST:
            raise _TooDeep(event.start_mark.line + 1)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(event, depth + 1)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, depth + 1)
        if isinstance(event, yaml.AliasEvent):
            return _scalar(event, f"*{event.anchor}")
        return _scalar(event, event.value)

    def _sequence(self, start: Any, depth: int) -> yaml.Node:
        items = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth))
        return yaml.SequenceNode(_LIST, items, start.start_mark)

    def _mapping(self, start: Any, depth: int) -> yaml.Node:
        pairs = []
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key, value = self._node(event, depth), self._node(next(self._events), depth)
            if isinstance(key, yaml.ScalarNode) and key.value == "<<" and not key.style:
                self._refuse(event, '"<<" borrows from another place.', "Write it out here.")
            else:
                pairs.append((key, value))
        return yaml.MappingNode(_KEYS, pairs, start.start_mark)

    def _refuse_names(self, event: Any) -> None:
        quote = "A text that begins so needs quotation marks; otherwise write it out here."
        if isinstance(event, yaml.AliasEvent):
            self._refuse(event, f'"*{event.anchor}" borrows from another place.', quote)
        elif event.anchor is not None:
            self._refuse(event, f'"&{event.anchor}" is a name for YAML, not a text.', quote)
        if getattr(event, "tag", None) is not None:
            self._refuse(event, '"!" at the beginning is an order to YAML, not a text.', quote)

    def _refuse(self, event: Any, what: str, advice: str) -> None:
        self._note(event.start_mark.line + 1, what, advice)

    def _empty(self) -> None:
        self._note(1, "nothing is written in this file.", "Fill it or delete it.")


def _scalar(event: Any, value: str) -> yaml.ScalarNode:
    style = getattr(event, "style", None)
    nothing = not style and value in ("", "~", "null", "Null", "NULL")
    tag = _NOTHING if nothing else _TEXT
    return yaml.ScalarNode(tag, value, event.start_mark, event.end_mark, style=style)


class Mistake(NamedTuple):
    """What libyaml says, and what an editor should hear. "{sign}" is the character there."""

    said: str
    what: str
    advice: str
    at_beginning: bool = False
    """The line that matters is where the value begins, not where YAML gave up."""


MISTAKES = (
    Mistake(
        r"tab character|'\\t'",
        "this line is indented with the tabulator key.",
        "Indent with spaces.",
    ),
    Mistake(
        "cannot start any token",
        'a text cannot begin with "{sign}".',
        "Put the text between quotation marks.",
    ),
    Mistake(
        "alphabetic or numeric character",
        'a text cannot begin with "{sign}".',
        "Put the text between quotation marks.",
        at_beginning=True,
    ),
    Mistake(
        "mapping values are not allowed",
        "this colon cannot stand here.",
        'Put a text with ": " in it between quotation marks; otherwise look at the indentation of '
        "this line, and for a colon without a space in the line above.",
    ),
    Mistake(
        "unexpected end of stream",
        "the quotation mark that opens here is never closed.",
        "Close it at the end of the text.",
        at_beginning=True,
    ),
    Mistake(
        "expected ',' or",
        'the "{sign}" that opens here is not closed as it should be.',
        'Close it, with commas between its parts; a text that begins with "{sign}" needs quotation '
        "marks.",
        at_beginning=True,
    ),
    Mistake(
        "comment or (a )?line break",
        'a text stands in the same line as "{sign}".',
        "Begin the text in the next line, or put it between quotation marks.",
        at_beginning=True,
    ),
    Mistake(
        "expected ':'",
        "this line has no colon.",
        'Write "name: text", or indent the line as far as the text that it belongs to.',
        at_beginning=True,
    ),
    Mistake(
        "expected key|expected <block end>",
        "this line does not go with those above it.",
        "Look at its indentation; a text that begins with a quotation mark must end with one.",
    ),
    Mistake(
        "unknown escape",
        "a backslash between double quotation marks means something else to YAML.",
        "Use single quotation marks around the text.",
    ),
)


def _explained(text: str, error: yaml.MarkedYAMLError) -> tuple[int, str, str]:
    said = f"{error.problem}"
    where = error.problem_mark or error.context_mark
    if _sign(text, where) == "\t":
        said = "tab character"
    for mistake in MISTAKES:
        if re.search(mistake.said, said):
            mark = (mistake.at_beginning and error.context_mark) or where
            sign = _sign(text, mark)
            what, advice = (part.replace("{sign}", sign) for part in (mistake.what, mistake.advice))
            return _line(text, mark), what, advice
    advice = "Look at this line and the one above: indentation, quotation marks and colons."
    return _line(text, where), f"this is not readable YAML ({said}).", advice


def _line(text: str, mark: Any) -> int:
    # At the end of the file YAML counts one line more than an editor sees.
    last = max(1, len(text.splitlines()))
    return 1 if mark is None else min(int(mark.line) + 1, last)


def _sign(text: str, mark: Any) -> str:
    lines: list[str] = text.split("\n")
    if mark is None or mark.line >= len(lines):
        return ""
    line, column = int(mark.line), int(mark.column)
    return lines[line][column : column + 1]
