"""YAML values that know their file and line, and say what is wrong with them.

Every reading method notes a problem and returns an empty value where the file does not hold what
was expected, so that one run finds all problems; whoever loads raises them at the end.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import cast

import yaml

from knowledge_base.model import LANGUAGES, Both, Place
from knowledge_base.problems import Problem, Severity

_KINDS = {
    yaml.ScalarNode: "one text",
    yaml.SequenceNode: "a list (lines that begin with a dash)",
    yaml.MappingNode: 'keys with values (lines such as "sq: …")',
}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Marked:
    """One YAML value, where it stands, and the list in which its problems are collected."""

    node: yaml.Node
    file: str
    where: str
    """The way to it, in an editor's words: "overstay, related"."""
    problems: list[Problem]

    @property
    def place(self) -> Place:
        """The line where the value begins."""
        return Place(self.file, self.node.start_mark.line + 1)

    def named(self, where: str) -> "Marked":
        """The same value under a name that an editor recognises, such as an entry's id."""
        return replace(self, where=where)

    def problem(self, what: str, advice: str, severity: Severity = "error") -> None:
        """Note a problem of this value. Both are sentences."""
        self.problems.append(Problem(self.place, self.where, what, advice, severity))

    def is_empty(self) -> bool:
        """Nothing, "null" or "~" is written here."""
        return isinstance(self.node, yaml.ScalarNode) and self.node.tag.endswith(":null")

    def text(self) -> str:
        """A single text, trimmed; numbers and dates as they are written."""
        if not isinstance(self.node, yaml.ScalarNode):
            self._expected(yaml.ScalarNode)
            return ""
        if self.is_empty() or not str(self.node.value).strip():
            self.problem("nothing is written here.", "Write a text after the colon.")
            return ""
        return str(self.node.value).strip()

    def choice(self, options: Sequence[str]) -> str:
        """One of a few words; the first of them where it is none."""
        text = self.text()
        if text in options:
            return text
        if text:
            self.problem(f'"{text}" is not possible here.', f"Write {_one_of(options)}.")
        return options[0]

    def date(self) -> date:
        """A day, written as 2027-03-31."""
        text = self.text()
        try:
            if not _DATE.fullmatch(text):
                raise ValueError(text)
            return date.fromisoformat(text)
        except ValueError:
            if text:
                self.problem(f'"{text}" is not a day.', "Write it as 2027-03-31.")
            return date.max

    def items(self) -> list["Marked"]:
        """The values of a list; an empty value is an empty list."""
        if self.is_empty():
            return []
        if not isinstance(self.node, yaml.SequenceNode):
            self._expected(yaml.SequenceNode)
            return []
        return [replace(self, node=node) for node in self.node.value]

    def texts(self) -> tuple[str, ...]:
        """The texts of a list."""
        return tuple(item.text() for item in self.items())

    def pairs(self) -> Iterator[tuple["Marked", "Marked"]]:
        """Each key with its value, in order. A key that stands twice is a problem."""
        if self.is_empty():
            return
        if not isinstance(self.node, yaml.MappingNode):
            self._expected(yaml.MappingNode)
            return
        seen: dict[str, int] = {}
        for key_node, value_node in self.node.value:
            key = replace(self, node=key_node)
            name = key.text()
            if name in seen:
                key.problem(
                    f'"{name}" stands here twice.',
                    f"The first is in line {seen[name]}: keep one of the two.",
                )
                continue
            seen[name] = key.place.line
            yield key, replace(self, node=value_node, where=f"{self.where}, {name}".lstrip(", "))

    def fields(
        self, required: Collection[str], optional: Collection[str] = ()
    ) -> dict[str, "Marked"]:
        """The values of known keys. A missing or unknown key is a problem."""
        allowed = [*required, *optional]
        found: dict[str, Marked] = {}
        for key, value in self.pairs():
            name = key.text()
            if name in allowed:
                found[name] = value
            else:
                key.problem(f'there is no key "{name}" here.', _instead(name, allowed))
        if isinstance(self.node, yaml.MappingNode):
            for name in required:
                if name not in found:
                    self.problem(f'"{name}" is missing.', f'Add a line "{name}: …".')
        return found

    def both(self) -> Both:
        """One text in both languages."""
        fields = self.fields(LANGUAGES)
        return {
            language: fields[language].text() if language in fields else ""
            for language in LANGUAGES
        }

    def _expected(self, kind: type[yaml.Node]) -> None:
        found = _KINDS[cast(type[yaml.ScalarNode], type(self.node))]
        self.problem(
            f"{_KINDS[kind]} should stand here, not {found}.",
            "Look at another place of the same kind and write it like that.",
        )


def read(folder: Path, file: str, problems: list[Problem]) -> Marked | None:
    """The top value of a YAML file; None, with its problem noted, where it cannot be read."""
    try:
        node = yaml.compose((folder / file).read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        problems.append(
            Problem(
                Place(file, 1),
                "file",
                f"it cannot be opened ({error.strerror}).",
                "Put the file there or make it readable.",
            )
        )
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problems.append(
            Problem(
                Place(file, line),
                "file",
                "it is not written in UTF-8, so ë and ç are lost.",
                'Save it again with the encoding "UTF-8".',
            )
        )
    except yaml.YAMLError as error:
        problems.append(_not_yaml(file, error))
    else:
        if node is None:
            problems.append(
                Problem(Place(file, 1), "file", "it is empty.", "Fill it or delete it.")
            )
            return None
        return Marked(node, file, "", problems)
    return None


def _not_yaml(file: str, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark is not None else 1
    reason = getattr(error, "problem", None) or str(error).splitlines()[0]
    if "found character '\\t'" in reason:
        advice = "Indent with spaces, never with the tabulator key."
    elif "mapping values are not allowed" in reason:
        advice = 'Put the text between quotation marks: a text with ": " in it needs them.'
    else:
        advice = "Look at this line and the one above: indentation, quotation marks and colons."
    return Problem(Place(file, line), "file", f"this is not readable YAML ({reason}).", advice)


def _instead(name: str, allowed: Sequence[str]) -> str:
    close = get_close_matches(name, allowed, n=1)
    if close:
        return f'Write "{close[0]}" or take the line out.'
    return f"Take the line out; possible here: {', '.join(allowed)}."


def _one_of(options: Sequence[str]) -> str:
    quoted = [f'"{option}"' for option in options]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
