"""Letters as people type them → letters that can be compared."""

import re
import unicodedata

_MARKS = re.compile(
    r"[\u0300-\u036f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+"
)
"""Over letters, and what nobody sees."""
_APOSTROPHES = re.compile(r"[’‘ʼ´`′]")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")


def fold(text: str) -> str:
    """Lower case, no diacritics (ë → e, ç → c), one apostrophe, "poooo" → "po".

    Digits stay as they are; "€" becomes a word, since "50€" and "50 euro" are the same question.
    """
    text = _APOSTROPHES.sub("'", text).replace("€", " euro ")
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text)).replace("ı", "i")
    return _STRETCHED.sub(_once, text.casefold())


def _once(stretched: re.Match[str]) -> str:
    # A template would be read anew for every text.
    return stretched[1]
