"""Every answer names where its facts were read; only what Udha says about itself may not."""

from collections.abc import Iterator

from knowledge_base.checks.edition import Edition
from knowledge_base.problems import Problem

OWN_TOPIC = "about"


def check(edition: Edition) -> Iterator[Problem]:
    for entry in edition.content.entries.values():
        if not entry.sources and entry.topic != OWN_TOPIC:
            place = entry.places.get("sources", entry.place)
            advice = "Name the page where you read it: url, title and its date."
            yield Problem(place, f"{entry.id}, sources", "no source is named.", advice)
