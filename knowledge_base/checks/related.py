"""Related entries exist, can be reached, and are called by their present id."""

from collections.abc import Iterator

from knowledge_base.checks.edition import Edition
from knowledge_base.checks.naming import meant
from knowledge_base.model import Content, Entry
from knowledge_base.problems import Problem, Severity


def check(edition: Edition) -> Iterator[Problem]:
    for entry in edition.content.entries.values():
        for index, name in enumerate(entry.related):
            fault = _fault(edition.content, entry, index, name)
            if fault is not None:
                place = entry.places.get(f"related[{index}]", entry.place)
                yield Problem(place, f"{entry.id}, related", *fault)


def _fault(
    content: Content, entry: Entry, index: int, name: str
) -> tuple[str, str, Severity] | None:
    other = content.entries.get(name)
    if name in content.aliases and other is None:
        now = content.aliases[name]
        return f'"{name}" is now called "{now}".', f'Write "{now}".', "warning"
    if other is None:
        return f'no entry is called "{name}".', meant(name, content.entries), "error"
    if other is entry:
        return "this is the entry itself.", "Take it out.", "error"
    if name in entry.related[:index]:
        return f'"{name}" stands here twice.', "Take one of the two out.", "warning"
    if other.status == "draft" and entry.status == "published":
        what = f'"{name}" is a draft, so nobody can get there.'
        return what, f"Publish it ({other.place}) or take it out.", "error"
    return None
