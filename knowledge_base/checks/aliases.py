"""A former id belongs to one entry only: buttons in old chats must open what they promised."""

from collections.abc import Iterator

from knowledge_base.checks.edition import Edition
from knowledge_base.model import Place
from knowledge_base.problems import Problem


def check(edition: Edition) -> Iterator[Problem]:
    entries = edition.content.entries
    taken: dict[str, Place] = {entry.id: entry.place for entry in entries.values()}
    for entry in entries.values():
        for index, alias in enumerate(entry.aliases):
            place = entry.places.get(f"aliases[{index}]", entry.place)
            if alias in taken:
                what = f'"{alias}" already leads to another place ({taken[alias]}).'
                if taken[alias] == entry.place:
                    what = f'"{alias}" is the id that the entry has now.'
                yield Problem(place, f"{entry.id}, aliases", what, "Take it out here.")
            else:
                taken[alias] = place
