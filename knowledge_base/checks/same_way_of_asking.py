"""No way of asking leads to two entries: nobody could tell which is meant."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge_base.checks.edition import Edition
from knowledge_base.model import Content, Place
from knowledge_base.problems import Problem
from knowledge_base.words.folding import fold


@dataclass(frozen=True)
class Asked:
    """A text that leads to an entry: one of its ways of asking, or its own question."""

    text: str
    entry_id: str
    part: str
    place: Place


def check(edition: Edition) -> Iterator[Problem]:
    first: dict[str, Asked] = {}
    for asked in all_asked(edition.content):
        known = first.setdefault(bare(asked.text), asked)
        where = f"{asked.entry_id}, {asked.part}"
        if known.entry_id != asked.entry_id:
            what = f'"{asked.text}" also asks for "{known.entry_id}" ({known.place}).'
            yield Problem(asked.place, where, what, "Keep it where it belongs, and only there.")
        elif known is not asked and known.part == asked.part:
            what = f'"{asked.text}" stands here already (line {known.place.line}).'
            advice = "Write another one: case, signs, ë and ç make no difference."
            yield Problem(asked.place, where, what, advice, "warning")


def all_asked(content: Content) -> Iterator[Asked]:
    """Everything that leads to an entry, in the order of the files."""
    for entry in content.entries.values():
        for language, question in entry.question.items():
            place = entry.places.get(f"question.{language}", entry.place)
            yield Asked(question, entry.id, f"question, {language}", place)
        for variant in entry.asked:
            part = f"asked, {variant.language}"
            yield Asked(variant.text, entry.id, part, variant.place)


def bare(text: str) -> str:
    """What is left of a text for comparing: letters and digits, folded, single spaces."""
    return " ".join(re.findall(r"\w+", fold(text)))
