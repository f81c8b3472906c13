"""A word → the part that its inflected forms share, for Albanian and English alike.

Deliberately small: it need not find the stem, only send the forms of one word to one key and
those of different words mostly to different keys.
"""

import re

_DOUBLED = re.compile(r"([a-z])\1")
_SHORTEST = 3
"""Letters that must remain."""

_ENDINGS = """
    a e i u n t s en es et it in at ut un ve ne te se ja je jet jen jes
    ave eve ive are ri rit rin imi imit imin imet esa esat esit ese
    oj on oni ojm ojme ojn ojne ova uar uam uan ohet ohem oja onte onim
    hem het hen hesh em esh im ni me min
    ed ing ings ies ly er ers
"""
"""Nouns and adjectives (pasaportave, kufirit), verbs (punojne, punohet), English (working)."""
_KNOWN_ENDINGS = frozenset(_ENDINGS.split())
_LONGEST = max(map(len, _KNOWN_ENDINGS))


def stem(word: str) -> str:
    """The key of a normalised word. Words of up to four letters and numbers stay as they are."""
    word = _DOUBLED.sub(r"\1", word)
    if len(word) <= _SHORTEST + 1:
        return word
    for start in range(max(len(word) - _LONGEST, _SHORTEST), len(word)):
        if word[start:] in _KNOWN_ENDINGS:
            return word[:start]
    return word
