"""What an editor probably meant by a name that is not there."""

from collections.abc import Mapping
from typing import Protocol

from knowledge_base.model import Place
from knowledge_base.problems import closest


class Placed(Protocol):
    """Something that stands in a file."""

    @property
    def place(self) -> Place: ...


def meant(name: str, known: Mapping[str, Placed]) -> str:
    """Advice: the nearest name with its place, or to take the unknown one out."""
    near = closest(name, known)
    if near is None:
        return "Take it out, or write it before naming it here."
    return f'Write "{near}" ({known[near].place}) or take it out.'
