"""Text → normalised words, the same for what people ask and for what the content holds."""

import re

from knowledge_base.words.folding import fold
from knowledge_base.words.language_data import LanguageData

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*'?|\d+")
_SENTENCE_END = re.compile(r"[.!?…]+(?=\s|$)|[\n\r;]+")


def normalise(text: str, data: LanguageData) -> list[str]:
    """The words of a text: folded, chat abbreviations and dialect as standard words.

    No word is dropped, negation least of all. Digits are words of their own ("3muj" → "3", "muj").
    """
    words: list[str] = []
    for written in written_words(text):
        words.extend(_standard(written, data))
    return words


def written_words(text: str) -> list[str]:
    """The words of a text as they are written, only folded."""
    return _WORD.findall(fold(text))


def sentences(text: str) -> list[str]:
    """The sentences of a text as written, without empty ones. A number's full stop ends none."""
    return [part for raw in _SENTENCE_END.split(text) if (part := raw.strip())]


def _standard(written: str, data: LanguageData) -> tuple[str, ...]:
    """One written word as standard words."""
    known = data.spellings.get(written)
    if known is not None:
        return known
    if "'" not in written:
        return (written,)
    return _without_apostrophe(written, data)


def _without_apostrophe(written: str, data: LanguageData) -> tuple[str, ...]:
    """Split "n'belgjike" and "brother's"; join "don't" where "dont" is known."""
    joined = written.replace("'", "")
    known = data.spellings.get(joined)
    if known is not None:
        return known
    first, _, rest = written.partition("'")
    if not rest or rest == "s":
        return (first,)
    return (*data.spellings.get(first + "'", (first,)), *_standard(rest, data))
