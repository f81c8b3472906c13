"""The contacts that an entry names are in contacts.yaml."""

from collections.abc import Iterator

from knowledge_base.checks.edition import Edition
from knowledge_base.checks.naming import meant
from knowledge_base.problems import Problem


def check(edition: Edition) -> Iterator[Problem]:
    known = edition.content.contacts
    for entry in edition.content.entries.values():
        for index, name in enumerate(entry.contacts):
            if name not in known:
                place = entry.places.get(f"contacts[{index}]", entry.place)
                where = f"{entry.id}, contacts"
                yield Problem(place, where, f'no contact is called "{name}".', meant(name, known))
