"""The sentences by which danger is learned, as editors wrote them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from knowledge_base.files.marked_yaml import Marked, read
from knowledge_base.model import DANGER_KINDS, LANGUAGES, DangerKind, Place
from knowledge_base.problems import Problem

FILE = "language/danger_examples.yaml"
CALM = "calm"


@dataclass(frozen=True)
class DangerExample:
    """A sentence that means danger, or one that does not although it may sound so."""

    text: str
    kind: DangerKind | None
    """None: calm."""
    place: Place


def read_examples(folder: Path, problems: list[Problem]) -> tuple[DangerExample, ...]:
    """The sentences in the file's order. What is wrong goes to `problems`, and is left out."""
    top = read(folder, FILE, problems)
    fields = top.fields((*DANGER_KINDS, CALM)) if top else {}
    return tuple(_without_repetition(fields))


def _without_repetition(fields: dict[str, Marked]) -> Iterator[DangerExample]:
    seen: dict[str, DangerExample] = {}
    for name, value in fields.items():
        kind = None if name == CALM else cast(DangerKind, name)
        for item in _sentences(value):
            example = DangerExample(item.text(), kind, item.place)
            first = seen.setdefault(example.text.casefold(), example)
            if first is not example and example.text:
                item.problem(
                    f'"{example.text}" stands here twice.',
                    f"The first is in line {first.place.line}: keep one of the two.",
                )
            elif example.text:
                yield example


def _sentences(value: Marked) -> Iterator[Marked]:
    if value.is_empty():
        return
    both = value.fields((), LANGUAGES)
    for language in both:
        yield from both[language].items()
