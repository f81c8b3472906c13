"""contacts.yaml → the institutions that answers may name."""

import re
from typing import Literal, cast

from knowledge_base.files.entry_files import read_review, read_source
from knowledge_base.files.marked_yaml import Marked
from knowledge_base.model import Contact, Source

_REQUIRED = ("id", "name", "what_for", "country", "region", "phones", "source")
_OPTIONAL = ("website", "hours", "at_any_hour", "verified")
_COUNTRIES = ("al", "be", "bg")


def read_contacts(top: Marked) -> tuple[Contact, ...]:
    """The contacts in the file's order. What is wrong is noted."""
    fields = top.fields(["contacts"])
    found = [_contact(item, number) for number, item in enumerate(fields.list("contacts"), 1)]
    return tuple(contact for contact in found if contact.id)


def _contact(item: Marked, number: int) -> Contact:
    item = item.named(item.written("id") or f"contact {number}")
    fields = item.fields(_REQUIRED, _OPTIONAL)
    country = fields["country"].choice(_COUNTRIES) if "country" in fields else "al"
    return Contact(
        id=fields["id"].name() if "id" in fields else "",
        name=fields.both("name"),
        what_for=fields.both("what_for"),
        country=cast(Literal["al", "be", "bg"], country),
        region=fields.text("region"),
        phones=tuple(_phone(phone) for phone in fields.list("phones")),
        website=fields.text("website") or None,
        hours=fields.both("hours") if "hours" in fields else None,
        at_any_hour="at_any_hour" in fields
        and fields["at_any_hour"].choice(("yes", "no")) == "yes",
        source=read_source(fields["source"]) if "source" in fields else Source("", "", None),
        verified=read_review(fields["verified"]) if "verified" in fields else None,
        place=item.place,
        places=item.places(),
    )


def _phone(value: Marked) -> str:
    text = value.text()
    if text and not re.fullmatch(r"\+?\d[\d /.-]+\d", text):
        value.problem(
            f'"{text}" is not a phone number.',
            'Write digits and spaces only, such as "116 006"; the rest belongs under "hours".',
        )
    return text
