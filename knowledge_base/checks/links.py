"""Every link is https, and can be one."""

import re
from collections.abc import Iterator, Mapping

from knowledge_base.checks.edition import Edition
from knowledge_base.checks.passages import passages
from knowledge_base.model import Content, Place
from knowledge_base.problems import Problem

_LINK = re.compile(r"https://[\w-]+(\.[\w-]+)+(:\d+)?(/\S*)?(\?\S*)?")
_PLAIN_HTTP = re.compile(r"http://[^\s)]+", re.IGNORECASE)


def check(edition: Edition) -> Iterator[Problem]:
    for where, url, place in _urls(edition.content):
        if url and not _LINK.fullmatch(url):
            yield Problem(place, where, f'"{url}" is not an https link.', _advice(url))
    for passage in passages(edition.content):
        for found in _PLAIN_HTTP.finditer(passage.words):
            what = f'"{found[0]}" is not an https link.'
            yield passage.problem(what, _advice(found[0]), at=found.start())


def _urls(content: Content) -> Iterator[tuple[str, str, Place]]:
    for entry in content.entries.values():
        for index, source in enumerate(entry.sources):
            place = _at(entry.places, f"sources[{index}].url", entry.place)
            yield f"{entry.id}, sources", source.url, place
    for contact in content.contacts.values():
        yield (
            f"{contact.id}, source",
            contact.source.url,
            _at(contact.places, "source.url", contact.place),
        )
        place = _at(contact.places, "website", contact.place)
        yield f"{contact.id}, website", contact.website or "", place


def _at(places: Mapping[str, Place], way: str, otherwise: Place) -> Place:
    return places.get(way, otherwise)


def _advice(url: str) -> str:
    if url.lower().startswith("http://"):
        return f'Open "https{url[len("http") :]}" in a browser; if it works, write that.'
    return 'Copy the whole address from the browser: it begins with "https://".'
