"""Every entry can be asked for in both languages, in neither far better than in the other."""

from collections.abc import Iterator

from knowledge_base.checks.edition import Edition
from knowledge_base.model import LANGUAGES, Entry
from knowledge_base.problems import Problem

_ENOUGH = 0.5
"""The poorer language should have at least this share of the richer one's ways."""


def check(edition: Edition) -> Iterator[Problem]:
    for entry in edition.content.entries.values():
        yield from _entry(entry)


def _entry(entry: Entry) -> Iterator[Problem]:
    counts = {
        language: sum(variant.language == language for variant in entry.asked)
        for language in LANGUAGES
    }
    most = max(counts.values())
    for language, count in counts.items():
        place = entry.places.get(f"asked.{language}", entry.places.get("asked", entry.place))
        where = f"{entry.id}, asked, {language}"
        if count == 0:
            advice = "Write how people would ask, one way a line."
            yield Problem(place, where, "no way of asking is written here.", advice)
        elif count < most * _ENOUGH:
            what = f"{_ways(count)} here, {most} in the other language."
            advice = "Write more here, so that both are understood alike."
            yield Problem(place, where, what, advice, "warning")


def _ways(count: int) -> str:
    return "one way of asking" if count == 1 else f"{count} ways of asking"
