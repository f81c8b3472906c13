"""A text that people read → the words in it that a dictionary can be asked about."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge_base.model import Language

_NO_WORDS = re.compile(
    r"\{[^{}]*\}"  # filled in by the program
    r"|\S*(?:://|@)\S*|(?<![\w.])(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?"  # links, e-mail addresses
    r"|(?<![\w/])/\w+"  # commands such as /start
)
_WORD = re.compile(r"[^\W_]+(?:['’‘-][^\W_]+)*")
_LETTERS = re.compile(r"[^\W\d_]+")
_ALBANIAN_ENDINGS = frozenset(
    ("i", "it", "in", "u", "ut", "un", "a", "ja", "je", "së", "s", "n", "në", "ën", "t", "ve")
)
"""Joined with a hyphen to a number or an abbreviation: 9-it, BE-ja."""
_SHORTENED = re.compile(r"(?P<short>[tsmç]')(?P<rest>.+)", re.IGNORECASE)
"""t'i, s'ka, m'u, ç'është. Not n', which is no standard Albanian before a noun."""
_POSSESSIVE = re.compile(r"(?P<rest>.+?)(?:'s|(?<=s)')")


@dataclass(frozen=True)
class Spelled:
    """One word as it is written, apostrophes straight."""

    word: str
    at: int
    """The character of the text at which it begins."""


def spelled(text: str) -> Iterator[Spelled]:
    """The words of a text in their order: no links, addresses, placeholders or bare numbers."""
    # What is no word gives way to spaces, so that every word keeps its place.
    text = _NO_WORDS.sub(lambda found: " " * len(found[0]), text)
    for found in _WORD.finditer(text):
        if _LETTERS.search(found[0]):
            yield Spelled(re.sub("[’‘]", "'", found[0]), found.start())


def parts(word: str, language: Language) -> Iterator[str]:
    """What must be known where a dictionary does not know the word as a whole.

    The parts of a word with hyphens or digits, without the endings and short words that Albanian
    joins to anything, and without single capital letters. Nothing is left of "9-it".
    """
    before = ""
    for piece in word.split("-"):
        ending = language == "sq" and _takes_endings(before) and piece in _ALBANIAN_ENDINGS
        before = piece
        if not ending:
            yield from _words_of(piece, language)


def _takes_endings(piece: str) -> bool:
    return piece.isupper() or piece[-1:].isdigit()


def _words_of(piece: str, language: Language) -> Iterator[str]:
    joined = (_SHORTENED if language == "sq" else _POSSESSIVE).fullmatch(piece)
    rest = joined["rest"] if joined else piece
    if any(sign.isdigit() for sign in rest):
        # "3bis" and "32A" are names of papers: only what looks like a word is one.
        yield from (letters for letters in _LETTERS.findall(rest) if len(letters) > 1)
    elif len(rest) > 1 or not rest.isupper():
        yield rest
