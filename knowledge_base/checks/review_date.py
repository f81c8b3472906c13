"""An entry is looked at again in time."""

from collections.abc import Iterator

from knowledge_base.checks.edition import Edition
from knowledge_base.problems import Problem


def check(edition: Edition) -> Iterator[Problem]:
    for entry in edition.content.entries.values():
        if entry.review_by < edition.today:
            place = entry.places.get("review_by", entry.place)
            what = f"it was to be looked at again by {entry.review_by}."
            advice = "Compare it with its sources, mend it, and set the next day."
            yield Problem(place, f"{entry.id}, review_by", what, advice, "warning")
