"""A word → the part that its inflected forms share, for Albanian and English alike.

Deliberately small: it need not find the stem, only send the forms of one word to one key and
those of different words mostly to different keys.
"""

import re

_DOUBLED = re.compile(r"([a-z])\1")
_SHORTEST = 3
"""Letters that must remain."""

# Longest first. Albanian without ë and ç, as normalised words are.
_ENDINGS = sorted(
    (
        # nouns and adjectives: puna, pasaportave, kufirit, azilkerkuesve
        *"a e i u n t s en es et it in at ut un ve ne te se in at ja je jet jen jes".split(),
        *"ave eve ive are ri rit rin imi imit imin imet esa esat esit ese".split(),
        # verbs: punoj, punojne, punova, punuar, punohet, punonte
        *"oj on oni ojm ojme ojn ojne ova uar uam uan ohet ohem oja onte onim".split(),
        *"hem het hen hesh em esh im ni me min".split(),
        # English: working, worked, countries
        *"s es ed ing ings ies ly er ers".split(),
    ),
    key=len,
    reverse=True,
)


def stem(word: str) -> str:
    """The key of a normalised word. Words of up to four letters and numbers stay as they are."""
    word = _DOUBLED.sub(r"\1", word)
    if len(word) <= _SHORTEST + 1:
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word[: -len(ending)]
    return word
