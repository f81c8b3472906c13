"""The two languages say the same thing: the same numbers, in words of their own."""

import re
from collections.abc import Iterator

from knowledge_base.checks.edition import Edition
from knowledge_base.checks.passages import Passage, passages
from knowledge_base.problems import Problem

_GROUPED = re.compile(r"(?<=\d)[., \u00a0](?=\d{3}(?!\d))")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)?")
_WORD = re.compile(r"[^\W\d_]{2,}")
_SHORT = 4
"""Words up to which a text may be alike in both languages, such as "ETIAS"."""


def check(edition: Edition) -> Iterator[Problem]:
    albanian: dict[tuple[str, str], Passage] = {}
    for passage in passages(edition.content):
        if passage.language == "sq":
            albanian[passage.owner, passage.part] = passage
            continue
        other = albanian.get((passage.owner, passage.part))
        if other is not None:
            yield from _compared(other, passage)


def _compared(albanian: Passage, english: Passage) -> Iterator[Problem]:
    if albanian.words == english.words and len(_WORD.findall(english.words)) > _SHORT:
        yield english.problem("this is the Albanian text.", "Write it in English.")
        return
    for here, there in ((albanian, english), (english, albanian)):
        odd = _numbers(here.words) - _numbers(there.words)
        if odd:
            what = f"{', '.join(sorted(odd))} stands in this language only."
            advice = "Write the same numbers in both, as digits or as words."
            yield here.problem(what, advice, severity="warning")


def _numbers(words: str) -> set[str]:
    return {found.replace(",", ".") for found in _NUMBER.findall(_GROUPED.sub("", words))}
