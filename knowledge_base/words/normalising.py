"""Text → normalised words, the same for what people ask and for what the content holds."""

import re
from collections.abc import Sequence

from knowledge_base.words.folding import fold
from knowledge_base.words.language_data import LanguageData

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+){0,4}'?|\d+")
"""More apostrophes than four are no word of any language: without a bound it takes forever."""
_SENTENCE_END = re.compile(r"[.!?…]+(?=\s|$)|[\n\r;]+")


def normalise(text: str, data: LanguageData) -> list[str]:
    """The words of a text: folded, chat abbreviations and dialect as standard words.

    No word is dropped, negation least of all. Digits are words of their own ("3muj" → "3", "muj").
    """
    words: list[str] = []
    for written in written_words(text):
        words.extend(standard(written, data))
    return words


def written_words(text: str) -> list[str]:
    """The words of a text as they are written, only folded."""
    return _WORD.findall(fold(text))


def written_sentences(text: str) -> list[list[str]]:
    """The words of each sentence as they are written, only folded; folded at once, since a long
    message has a thousand sentences.
    """
    return [_WORD.findall(line) for line in fold("\n".join(sentences(text))).split("\n")]


def sentences(text: str) -> list[str]:
    """The sentences of a text as written, without empty ones. A number's full stop ends none."""
    return [part for raw in _SENTENCE_END.split(text) if (part := raw.strip())]


def marked_sentences(text: str) -> list[tuple[str, bool]]:
    """The same, each with whether a question mark ends it."""
    found: list[tuple[str, bool]] = []
    start = 0
    for end in (*_SENTENCE_END.finditer(text), None):
        part = text[start : end.start() if end else len(text)].strip()
        if part:
            found.append((part, end is not None and "?" in end[0]))
        start = end.end() if end else len(text)
    return found


def standard(written: str, data: LanguageData) -> Sequence[str]:
    """One written word as standard words: "n'belgjike" and "brother's" split, "don't" joined where
    "dont" is known.
    """
    if "'" not in written:
        return data.spellings.get(written, (written,))
    words: list[str] = []
    rest = written
    while rest:
        joined = rest.replace("'", "")
        known = data.spellings.get(rest) or data.spellings.get(joined)
        if known is not None:
            return (*words, *known)
        first, apostrophe, rest = rest.partition("'")
        if not rest or rest == "s":
            return (*words, first)
        words += data.spellings.get(first + apostrophe, (first,))
    return words
