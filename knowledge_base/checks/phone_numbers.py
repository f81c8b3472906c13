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
    r"|\bcall|\bphone|\bdial|\bring\b|helpline|hotline|emergenc|\bfire\b|\bhelp\b|answer|përgjigj|report|denonco|raporto"
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
# "– 150", "deri në 500": what may stand between a number and its unit. One way to read it only, so
# that no text takes long.
_JOINED = r"(?:\s*(?:(?:-|–|to|deri|në|or|ose|and|dhe|,|x)\s*){1,2}\d+(?:\.\d+)*)"
_MONEY = r"€|\$|%|euro|eur\b|lek|usd|dollar|cents?\b|mij|milion|million|thousand|qind|per ?cent"
_PRICE = re.compile(rf"{_JOINED}*\s*(?:{_MONEY})", re.IGNORECASE)
_STREET_BEFORE = re.compile(
    r"\b(?:avenue|rue|street|rruga|rr|bulevard\w*|blvd|lagj\w*)\b[^,\n]{0,40}$", re.IGNORECASE
)
_COUNTED = re.compile(
    rf"{_JOINED}*\s*(?:{_MONEY}"
    r"|dit(?!ë e natë|ë dhe natë)|day(?! and night)|jav|week|muaj|muj|month|vit|vjet|vjeç|year"
    r"|or[aëe]|hour|minut|sekond|second|për qind"
    r"|km|kg|metr|person|njerëz|people|vend|countr|shtet|state|shkronj"
    r"|karakter|character|fjal|word|mesazh|message|herë|time|fëmij|child|kërkes|application"
    r"|rast|case|student|punëtor|worker|shqiptar|albanian|institucion|qytetar|citizen)",
    re.IGNORECASE,
)


_SHORTEST = 3
"""Digits of a phone number."""
_GROUPED_FROM = 6
"""Digits from which a number in groups, such as 416 006, may be one."""
_WHERE = re.compile(r"\s+(?:në|in|për|for|nga|from)\b", re.IGNORECASE)
# A word right behind, as in "150 schools"; not "112 or 129".
_FOLLOWED = re.compile(rf"(?!{_JOINED})\s*[^\W\d]", re.IGNORECASE)


def check(edition: Edition) -> Iterator[Problem]:
    known = _known(edition.content.contacts)
    for passage in passages(edition.content):
        for found in _CANDIDATE.finditer(passage.words):
            if _is_phone(passage.words, found) and not _is_known(found[0], known):
                yield _unknown(passage, found[0], found.start(), known)


def _digits(number: str) -> str:
    """Digits only; of an international number those behind "+" or "00"."""
    digits = re.sub(r"\D", "", number)
    return digits.removeprefix("00") if number.startswith("00") else digits


def _known(contacts: Mapping[str, Contact]) -> dict[str, tuple[str, Place]]:
    """Digits of each number, as dialled from abroad and at home → how and where it is written."""
    found: dict[str, tuple[str, Place]] = {}
    for contact in contacts.values():
        for index, phone in enumerate(contact.phones):
            place = contact.places.get(f"phones[{index}]", contact.place)
            found.setdefault(_digits(phone), (phone, place))
            if phone.startswith("+"):
                at_home = re.sub(r"^(355|359|32)", "0", _digits(phone))
                found.setdefault(at_home, (phone, place))
    return found


def _is_known(written: str, known: Mapping[str, object]) -> bool:
    # "116 006 24/7": what follows a number may look like more of it.
    groups = written.split(" ")
    return any(_digits(" ".join(groups[:end])) in known for end in range(1, len(groups) + 1))


def _is_phone(words: str, found: re.Match[str]) -> bool:
    before = words[: found.start()].rpartition("\n")[2]
    after = words[found.end() :].partition("\n")[0]
    counted = _PRICE if found["long"] else _COUNTED
    if _DATE.fullmatch(found[0]) or counted.match(after):
        return False
    if _LAW_BEFORE.search(before) or _STREET_BEFORE.search(before):
        return False
    if found["long"] or _CALL_BEFORE.search(before):
        return len(_digits(found[0])) >= _SHORTEST
    alone = not _FOLLOWED.match(after)
    calling = _CALLING.search(before + after) is not None
    if found["short"] or (" " in found[0] and len(_digits(found[0])) >= _GROUPED_FROM):
        return alone or calling
    return calling and len(found[0]) == _SHORTEST and (alone or bool(_WHERE.match(after)))


def _unknown(
    passage: Passage, written: str, at: int, known: Mapping[str, tuple[str, Place]]
) -> Problem:
    near = process.extractOne(_digits(written), list(known), scorer=fuzz.ratio, score_cutoff=75)
    advice = "Add it there with its source, or take it out."
    if near is not None:
        phone, place = known[near[0]]
        advice = f'Write "{phone}" ({place}), or add this one there with its source.'
    what = f'the phone number "{written.strip()}" is not in contacts.yaml.'
    return passage.problem(what, advice, at=at)
