"""A phone that is answered day and night is marked so: in danger at night only these are named."""

import re
from collections.abc import Iterator

from knowledge_base.checks.edition import Edition
from knowledge_base.model import Contact
from knowledge_base.problems import Problem

_DAY_AND_NIGHT = re.compile("day and night|at any time|24/7", re.IGNORECASE)


def check(edition: Edition) -> Iterator[Problem]:
    for contact in edition.content.contacts.values():
        if contact.phones and not contact.at_any_hour and _says_so(contact):
            place = contact.places.get("hours.en", contact.place)
            what = "the hours say day and night, but nobody in danger is told so at night."
            advice = 'Add the line "at_any_hour: yes", or say in "hours" what is meant.'
            yield Problem(place, f"{contact.id}, hours", what, advice, "warning")


def _says_so(contact: Contact) -> bool:
    return contact.hours is not None and _DAY_AND_NIGHT.search(contact.hours["en"]) is not None
