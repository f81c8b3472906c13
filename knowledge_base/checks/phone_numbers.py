"""Every phone number that people read is in contacts.yaml, where its source stands.

What is a phone number? What begins like one (+355 …, 0800 …, 116 006); a short one (112, 1712)
that stands alone or in a line that speaks of calling; any other right behind "call" or "telefono".
What counts something (150 euro, 100 ditë), names a law or a date, is none.
"""

import re
from collections.abc import Iterator, Mapping

from rapidfuzz import fuzz, process

from knowledge_base.checks.edition import Edition
from knowledge_base.checks.passages import Passage, passages
from knowledge_base.model import Contact, Place
from knowledge_base.problems import Problem

_CANDIDATE = re.compile(
    r"""(?<![\w.,/:+-])(?<!\d[ ])(?:
        (?P<long>(?:\+|00)\d[\d ()/.-]{5,18}\d | 0\d(?:[ /.-]?\d){4,9} | 116[ ]?\d{3})
      | (?P<short>1\d\d | 1[78]\d\d)
      | (?P<other>\d{2,4}(?:[ ]\d{2,4}){0,4})
    )(?!\w|[€%/]|[.,:]\d|-\d)""",
    re.VERBOSE,
)
_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d\d-\d\d")
_CALLING = re.compile(
    r"telefon|thirr|merr |numri|linj|ambulanc|urgjenc|emergjenc|zjarrfik|polic|ndihm"
    r"|\bcall|\bphone|\bdial|\bring\b|helpline|hotline|emergenc|\bfire\b|\bhelp\b|answer|përgjigj"
    r"|ditë e natë|day and night",
    re.IGNORECASE,
)
_CALL_BEFORE = re.compile(
    r"(?:telefono\w*|tel\.?|thirr|merr|numri\w*|call|phone|dial|ring|number)\W+"
    r"(?:në |numrin |the |number |us at |on )*$",
    re.IGNORECASE,
)
_LAW_BEFORE = re.compile(
    r"(?:\b(?:ligj\w*|neni\w*|nen|law|articles?|art|act|vkm|nr|no|faqe|page|aneksi?n?|annex)|[§€$])"
    r"\W*(?:nr|no)?\W*$",
    re.IGNORECASE,
)
_JOINED = r"(?:\s*(?:-|–|to|deri|në|or|ose|and|dhe|,|x)+\s*\d[\d.,]*)"
_MONEY = r"€|\$|%|euro|eur\b|lek|usd|dollar|cents?\b|mij|milion|million|thousand|qind|per ?cent"
_PRICE = re.compile(rf"{_JOINED}*\s*(?:{_MONEY})", re.IGNORECASE)
_COUNTED = re.compile(
    rf"{_JOINED}*\s*(?:{_MONEY}"
    r"|dit(?!ë e natë|ë dhe natë)|day(?! and night)|jav|week|muaj|muj|month|vit|vjet|vjeç|year"
    r"|or[aëe]|hour|minut|sekond|second|për qind"
    r"|km|kg|metr|person|njerëz|people|vend|countr|shtet|state|shkronj"
    r"|karakter|character|fjal|word|mesazh|message|herë|time|fëmij|child|kërkes|application"
    r"|rast|case|student|punëtor|worker|shqiptar|albanian|institucion|qytetar|citizen)",
    re.IGNORECASE,
)


# A word right behind, as in "150 schools"; not "112 or 129".
_FOLLOWED = re.compile(rf"(?!{_JOINED})\s*[^\W\d]", re.IGNORECASE)


def check(edition: Edition) -> Iterator[Problem]:
    known = _known(edition.content.contacts)
    for passage in passages(edition.content):
        for found in _CANDIDATE.finditer(passage.words):
            if _is_phone(passage.words, found) and not _is_known(found[0], known):
                yield _unknown(passage, found, known)


def digits(number: str) -> str:
    """What two ways of writing one number share: "+355 4 22" and "04 22" are both "0422"."""
    bare = re.sub(r"\D", "", number)
    bare = bare.removeprefix("00") if number.startswith("00") else bare
    if number.startswith(("+", "00")):
        return re.sub(r"^(355|359|32)0?", "0", bare)
    return bare


def _known(contacts: Mapping[str, Contact]) -> dict[str, tuple[str, Place]]:
    found: dict[str, tuple[str, Place]] = {}
    for contact in contacts.values():
        for index, phone in enumerate(contact.phones):
            place = contact.places.get(f"phones[{index}]", contact.place)
            found.setdefault(digits(phone), (phone, place))
    return found


def _is_known(written: str, known: Mapping[str, object]) -> bool:
    # "116 006 24/7": what follows a number may look like more of it.
    groups = re.split(r"[ ]", written)
    return any(digits(" ".join(groups[:end])) in known for end in range(1, len(groups) + 1))


def _is_phone(words: str, found: re.Match[str]) -> bool:
    before = words[: found.start()].rpartition("\n")[2]
    after = words[found.end() :].partition("\n")[0]
    counted = _PRICE if found["long"] else _COUNTED
    if _DATE.fullmatch(found[0]) or _LAW_BEFORE.search(before) or counted.match(after):
        return False
    if found["long"]:
        return True
    if found["short"]:
        return not _FOLLOWED.match(after) or _CALLING.search(before + after) is not None
    return len(digits(found[0])) > 2 and _CALL_BEFORE.search(before) is not None


def _unknown(
    passage: Passage, found: re.Match[str], known: Mapping[str, tuple[str, Place]]
) -> Problem:
    near = process.extractOne(digits(found[0]), list(known), scorer=fuzz.ratio, score_cutoff=75)
    advice = "Add it there with its source, or take it out."
    if near is not None:
        phone, place = known[near[0]]
        advice = f'Write "{phone}" ({place}), or add this one there with its source.'
    what = f'the phone number "{found[0].strip()}" is not in contacts.yaml.'
    return passage.problem(what, advice, at=found.start())
