"""YAML values that know their file and line, and say what is wrong with them.

Every reading method notes a problem and returns an empty value where the file does not hold what
was expected, so that one run finds all problems; whoever loads raises them at the end.
"""

import codecs
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

import yaml

from knowledge_base.files.yaml_nodes import compose, is_nothing
from knowledge_base.model import LANGUAGES, Both, Place
from knowledge_base.problems import Problem, Severity, closest

_Kind = type[yaml.ScalarNode] | type[yaml.SequenceNode] | type[yaml.MappingNode]
_KINDS: Mapping[_Kind, tuple[str, str]] = {
    yaml.ScalarNode: (
        "one text",
        'Write one text; if it has ": " in it, or begins with "[" or "{", between quotation marks.',
    ),
    yaml.SequenceNode: ("a list", 'Begin each item in a line of its own, with "- ".'),
    yaml.MappingNode: ("lines with keys", 'Write lines such as "sq: …", indented further.'),
}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_LONGEST_NAME = 40


@dataclass(frozen=True)
class Marked:
    """One YAML value, where it stands, and the list in which its problems are collected."""

    node: yaml.Node
    file: str
    where: str
    """The way to it, in an editor's words: "overstay, related". Empty: the file as a whole."""
    problems: list[Problem]

    @property
    def place(self) -> Place:
        """The line where the value begins."""
        return Place(self.file, self.node.start_mark.line + 1)

    def named(self, where: str) -> "Marked":
        """The same value under a name that an editor recognises, such as an entry's id."""
        return Marked(self.node, self.file, where, self.problems)

    def _part(self, node: yaml.Node) -> "Marked":
        # There are tens of thousands of them: `replace` would take five times as long.
        return Marked(node, self.file, self.where, self.problems)

    def problem(self, what: str, advice: str, severity: Severity = "error") -> None:
        """Note a problem of this value. Both are sentences."""
        self.problems.append(Problem(self.place, self.where, what, advice, severity))

    def is_empty(self) -> bool:
        """Nothing, "null" or "~" is written here."""
        return is_nothing(self.node)

    def text(self) -> str:
        """A single text, trimmed; numbers and dates as they are written."""
        if not isinstance(self.node, yaml.ScalarNode):
            self._expected(yaml.ScalarNode)
            return ""
        text = str(self.node.value).strip()
        if self.is_empty() or not text:
            self._nothing()
            return ""
        return text

    def name(self, shape: str = "[a-z0-9]+(-[a-z0-9]+)*", joint: str = "-") -> str:
        """A name for programs, such as an id; where it is none, the nearest that is one.

        `shape`: a regular expression; `joint`: the sign that joins the words of such a name.
        """
        text = self.text()
        if not text or (re.fullmatch(shape, text) and len(text) <= _LONGEST_NAME):
            return text
        plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
        name = joint.join(re.findall(r"[a-z0-9]+", plain))[:_LONGEST_NAME].strip(joint) or "name"
        self.problem(
            f'"{text}" cannot be a name for the program.',
            f'Use small letters without ë or ç, digits and "{joint}", at most {_LONGEST_NAME} '
            f'signs, such as "{name}".',
        )
        return name

    def number(self) -> int:
        """A whole number, not negative; 0 where it is none."""
        text = self.text()
        if text and not (text.isascii() and text.isdigit()):
            self.problem(f'"{text}" is not a whole number.', "Write digits only, such as 3.")
            return 0
        return int(text or 0)

    def choice(self, options: Sequence[str]) -> str:
        """One of a few words; the first of them where it is none."""
        text = self.text()
        if text in options:
            return text
        if text:
            self.problem(f'"{text}" is not possible here.', f"Write {_one_of(options)}.")
        return options[0]

    def date(self) -> date:
        """A day, written as 2027-03-31; the last day of all where it is none."""
        text = self.text()
        try:
            if not _DATE.fullmatch(text):
                raise ValueError(text)
            return date.fromisoformat(text)
        except ValueError:
            if text:
                self.problem(f'"{text}" is not a day.', "Write a day such as 2027-03-31.")
            return date.max

    def items(self) -> list["Marked"]:
        """The values of a list; an empty value is an empty list."""
        if self.is_empty():
            return []
        if not isinstance(self.node, yaml.SequenceNode):
            self._expected(yaml.SequenceNode)
            return []
        return [self._part(node) for node in self.node.value]

    def texts(self) -> tuple[str, ...]:
        """The texts of a list. An empty one is a problem and left out."""
        return tuple(text for item in self.items() if (text := item.text()))

    def pairs(self) -> Iterator[tuple["Marked", "Marked"]]:
        """Each key with its value, in order. A key that stands twice is a problem."""
        if self.is_empty():
            return
        if not isinstance(self.node, yaml.MappingNode):
            self._expected(yaml.MappingNode)
            return
        seen: dict[str, int] = {}
        for key_node, value_node in self.node.value:
            key = self._part(key_node)
            name = key.text()
            if name in seen:
                key.problem(
                    f'"{name}" stands here twice.',
                    f"The first is in line {seen[name]}: keep one of the two.",
                )
            elif name:
                seen[name] = key.place.line
                where = f"{self.where}, {name}" if self.where else name
                yield key, self._part(value_node).named(where)

    def fields(self, required: Collection[str], optional: Collection[str] = ()) -> "Fields":
        """The values of known keys. A missing or unknown key is a problem."""
        allowed = [*required, *optional]
        found = Fields()
        for key, value in self.pairs():
            name = str(key.node.value)
            if name in allowed:
                found[name] = value
            else:
                key.problem(f'there is no key "{name}" here.', _instead(name, allowed))
        if self.is_empty():
            self._nothing()
        elif isinstance(self.node, yaml.MappingNode):
            for name in required:
                if name not in found:
                    self.problem(f'"{name}" is missing.', f'Add a line "{name}: …".')
        return found

    def written(self, key: str) -> str:
        """What is written under a key, unchecked: names a value before it is read."""
        pairs = self.node.value if isinstance(self.node, yaml.MappingNode) else []
        return next((str(value.value) for name, value in pairs if name.value == key), "")

    def both(self) -> Both:
        """One text in both languages."""
        fields = self.fields(LANGUAGES)
        return {language: fields.text(language) for language in LANGUAGES}

    def places(self, name: str = "") -> Mapping[str, Place]:
        """Where all that is in this value stands, by its way: "answer.sq", "related[1]".

        Of a text with several lines also each line: "answer.sq[0]" is the first. Counted from 0.
        """
        inside: list[tuple[str, yaml.Node]] = []
        if isinstance(self.node, yaml.MappingNode):
            dot = "." if name else ""
            inside = [(f"{name}{dot}{key.value}", node) for key, node in self.node.value]
        elif isinstance(self.node, yaml.SequenceNode):
            inside = [(f"{name}[{index}]", node) for index, node in enumerate(self.node.value)]
        found = {name: self.place, **self._line_places(name)}
        for way, node in inside:
            found |= self._part(node).places(way)
        return found

    def _line_places(self, name: str) -> Mapping[str, Place]:
        # Only in a block that begins with "|" is every line of the text a line of the file.
        if not isinstance(self.node, yaml.ScalarNode) or self.node.style != "|":
            return {}
        written = str(self.node.value)
        blank = len(written) - len(written.lstrip("\n"))
        first = self.place.line + 1 + blank
        return {
            f"{name}[{index}]": Place(self.file, first + index)
            for index, _ in enumerate(written.strip().split("\n"))
        }

    def _nothing(self) -> None:
        self.problem("nothing is written here.", "Fill it in, or take the line out.")

    def _expected(self, kind: type[yaml.Node]) -> None:
        expected, advice = _KINDS[cast(_Kind, kind)]
        found, _ = _KINDS[cast(_Kind, type(self.node))]
        self.problem(f"{expected} should stand here, not {found}.", advice)


class Fields(dict[str, Marked]):
    """The values of a mapping by key. A key that is not there reads as an empty value."""

    def text(self, key: str) -> str:
        """The text of a key."""
        return self[key].text() if key in self else ""

    def both(self, key: str) -> Both:
        """The text of a key in both languages."""
        return self[key].both() if key in self else dict.fromkeys(LANGUAGES, "")

    def list(self, key: str) -> list[Marked]:
        """The items under a key."""
        return self[key].items() if key in self else []

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts of the list under a key."""
        return self[key].texts() if key in self else ()

    def date(self, key: str) -> date:
        """The day of a key; the last day of all where there is none."""
        return self[key].date() if key in self else date.max


def read(folder: Path, file: str, problems: list[Problem]) -> Marked | None:
    """The top value of a YAML file; None, with its problem noted, where it cannot be read."""

    def note(line: int, what: str, advice: str, severity: Severity = "error") -> None:
        problems.append(Problem(Place(file, line), "", what, advice, severity))

    try:
        data = (folder / file).read_bytes()
    except OSError as error:
        reason = f"this file cannot be opened ({error.strerror})."
        note(1, reason, "Put the file there, or make it readable.")
        return None
    text = _decoded(data, note)
    node = compose(text, note) if text is not None else None
    return None if node is None else Marked(node, file, "", problems)


def _decoded(data: bytes, note: Callable[..., None]) -> str | None:
    if data.startswith(codecs.BOM_UTF8):
        data = data.removeprefix(codecs.BOM_UTF8)
        note(
            1,
            "an invisible sign (a byte order mark) stands before the text.",
            'Save the file with the encoding "UTF-8", not "UTF-8 with BOM".',
            "warning",
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        what = "this is not written in UTF-8, so ë and ç are lost."
        note(line, what, 'Save the file again with the encoding "UTF-8".')
        return None
    if "\r" in text:
        note(
            text[: text.index("\r")].count("\n") + 1,
            "the lines end as on Windows (CRLF).",
            'Save the file with line endings "LF", so that a comparison shows only real changes.',
            "warning",
        )
    # A Mac may write ë as two signs; lengths and comparisons count on one.
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n"))


def _instead(name: str, allowed: Sequence[str]) -> str:
    close = closest(name, allowed)
    if close:
        return f'Write "{close}" or take the line out.'
    return f"Take the line out; possible here: {', '.join(allowed)}."


def _one_of(options: Sequence[str]) -> str:
    quoted = [f'"{option}"' for option in options]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
