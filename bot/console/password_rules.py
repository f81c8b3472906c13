"""Is a password good enough? Long, and not what anybody would try first; no other rules."""

import re
from typing import Literal

SHORTEST = 12
LONGEST = 200
FEWEST_DIFFERENT = 5
WORST = frozenset(
    {
        *("password", "passwort", "passw", "pass", "fjalekalim", "fjalekalimi", "sekret", "secret"),
        *("qwerty", "qwertyuiop", "qwertz", "qwertzuiop", "asdfghjkl", "zxcvbnm", "asdf", "qazwsx"),
        *("admin", "administrator", "welcome", "letmein", "login", "changeme", "test", "iloveyou"),
        *("udha", "tirana", "tirane", "shqiperia", "shqiperi", "albania", "kosova", "belgjika"),
        *("mirdita", "miresevini", "abcdefghijkl", "abcdefghijklmnop", "monkey", "dragon"),
    }
)
"""Words that are tried first, also with digits around them and twice in a row."""
RUN = "0123456789" * 3

WhyNot = Literal["short", "long", "name", "common"]


def why_not(password: str, name: str) -> WhyNot | None:
    """What is wrong with a password of somebody of this name; None: nothing."""
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    bare = _letters(password)
    if _is_made_of(bare, _letters(name)):
        return "name"
    if len(set(password)) < FEWEST_DIFFERENT or any(_is_made_of(bare, word) for word in WORST):
        return "common"
    return "common" if password in RUN or password[::-1] in RUN else None


def _is_made_of(bare: str, word: str) -> bool:
    """Is it this word, once or more often in a row?"""
    return bool(word) and bool(bare) and not bare.replace(word, "")


def _letters(text: str) -> str:
    plain = text.casefold().replace("ë", "e").replace("ç", "c")
    return re.sub(r"[\W\d_]+", "", plain)
