"""No source and no signature is dated later than today."""

from collections.abc import Iterator

from knowledge_base.checks.edition import Edition
from knowledge_base.model import Contact, Entry, Place
from knowledge_base.problems import Problem

_Dated = tuple[str, str, Place]
"""A day, or its beginning such as "2024-06"; whose it is; where it stands."""


def check(edition: Edition) -> Iterator[Problem]:
    today = edition.today.isoformat()
    for day, where, place in _dated(edition):
        if day > today[: len(day)]:
            what = f"{day} is still to come."
            yield Problem(place, where, what, "Write the day that the source or signature shows.")


def _dated(edition: Edition) -> Iterator[_Dated]:
    for entry in edition.content.entries.values():
        yield from _of_entry(entry)
    for contact in edition.content.contacts.values():
        yield from _of_contact(contact)


def _of_entry(entry: Entry) -> Iterator[_Dated]:
    for index, source in enumerate(entry.sources):
        if source.date is not None:
            place = entry.places.get(f"sources[{index}].date", entry.place)
            yield source.date, f"{entry.id}, sources", place
    if entry.reviewed is not None:
        place = entry.places.get("reviewed.date", entry.place)
        yield entry.reviewed.date.isoformat(), f"{entry.id}, reviewed", place


def _of_contact(contact: Contact) -> Iterator[_Dated]:
    if contact.source.date is not None:
        place = contact.places.get("source.date", contact.place)
        yield contact.source.date, f"{contact.id}, source", place
    if contact.verified is not None:
        place = contact.places.get("verified.date", contact.place)
        yield contact.verified.date.isoformat(), f"{contact.id}, verified", place
