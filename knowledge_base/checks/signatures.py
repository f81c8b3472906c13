"""Nothing pretends to have been checked: what nobody has signed is listed, a line for each file."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Protocol

from knowledge_base.checks.edition import Edition
from knowledge_base.model import Place
from knowledge_base.problems import Problem


class _Signable(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def place(self) -> Place: ...


def check(edition: Edition) -> Iterator[Problem]:
    entries = edition.content.entries.values()
    contacts = edition.content.contacts.values()
    for unsigned in _by_file(entry for entry in entries if entry.reviewed is None):
        advice = 'Who has checked one against its sources adds "reviewed: {by: …, date: …}".'
        yield _notice("not signed by anybody", unsigned, advice)
    for unverified in _by_file(contact for contact in contacts if contact.verified is None):
        advice = 'Who has called or written adds "verified: {by: …, date: …}".'
        yield _notice("not verified by anybody", unverified, advice)


def _by_file(things: Iterable[_Signable]) -> Iterator[list[_Signable]]:
    files: dict[str, list[_Signable]] = defaultdict(list)
    for thing in things:
        files[thing.place.file].append(thing)
    yield from files.values()


def _notice(what: str, things: list[_Signable], advice: str) -> Problem:
    names = ", ".join(thing.id for thing in things)
    return Problem(things[0].place, f"{len(things)} {what}", f"{names}.", advice, "notice")
