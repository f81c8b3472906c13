"""Who answers the phone at any hour."""

import re
from collections.abc import Iterable

from knowledge_base.model import Contact


def reached_at_any_hour(contacts: Iterable[Contact], said: str) -> list[str]:
    """Those numbers of a text that are answered day and night, in the order of the text."""
    phones = {phone for contact in contacts if contact.at_any_hour for phone in contact.phones}
    places = {phone: re.search(rf"(?<!\d){re.escape(phone)}(?![ ]?\d)", said) for phone in phones}
    found = [(place.start(), phone) for phone, place in places.items() if place is not None]
    return [phone for _, phone in sorted(found)]
