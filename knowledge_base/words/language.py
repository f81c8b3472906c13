"""In which language a message is written. A chat's language is a hint, never a filter."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping

from knowledge_base.model import Language
from knowledge_base.words.language_data import LanguageData
from knowledge_base.words.normalising import normalise

_FREQUENT = 3.0
"""What a frequent word of one language counts; see `_one_sided`."""
_AT_MOST = 1.4
"""What any other word counts at most, however typical its letters are: less than the chat's."""
_ALBANIAN_LETTERS = 2.0
"""Nobody types ë or ç in English."""
_READ = 2_000
"""Characters. More do not change what language it is."""
_LAST_SPOKEN = 1.5
"""What the chat's language counts: less than one clear word."""


class LanguageGuesser:
    """Tells Albanian from English by frequent words, and other words by their letters."""

    def __init__(self, data: LanguageData, examples: Iterable[tuple[str, Language]]) -> None:
        """`examples`: texts whose language is known, such as all ways of asking."""
        self._data = data
        self._frequent = _one_sided(data.frequent)
        self._letters = _letter_odds(data, examples)

    def guess(self, text: str, spoken: Language | None = None) -> Language:
        """The language of a text, Albanian if in doubt. `spoken`: what the chat last spoke."""
        odds = {"sq": _LAST_SPOKEN, "en": -_LAST_SPOKEN}.get(spoken or "", 0.0)
        if any(letter in text for letter in "ëçËÇ"):
            odds += _ALBANIAN_LETTERS
        odds += sum(self._word(word) for word in normalise(text[:_READ], self._data))
        return "sq" if odds >= 0 else "en"

    def _word(self, word: str) -> float:
        """How much a word speaks for Albanian; below 0: for English."""
        frequent = self._frequent.get(word)
        if frequent is not None:
            return frequent
        odds = sum(self._letters.get(run, 0.0) for run in _letter_runs(word))
        return max(-_AT_MOST, min(_AT_MOST, odds))


def _one_sided(frequent: Mapping[Language, frozenset[str]]) -> dict[str, float]:
    """Words that only one of the languages has, in favour of it."""
    albanian, english = frequent.get("sq", frozenset()), frequent.get("en", frozenset())
    return {
        **dict.fromkeys(albanian - english, _FREQUENT),
        **dict.fromkeys(english - albanian, -_FREQUENT),
        **dict.fromkeys(albanian & english, 0.0),
    }


def _letter_odds(data: LanguageData, examples: Iterable[tuple[str, Language]]) -> dict[str, float]:
    """For each run of three letters the logarithm of how much oftener Albanian has it."""
    counts: dict[Language, Counter[str]] = {"sq": Counter(), "en": Counter()}
    for text, language in examples:
        for word in normalise(text, data):
            counts[language].update(_letter_runs(word))
    albanian, english = counts["sq"], counts["en"]
    all_albanian, all_english = 1 + albanian.total(), 1 + english.total()
    return {
        run: math.log((albanian[run] + 0.5) / all_albanian)
        - math.log((english[run] + 0.5) / all_english)
        for run in albanian | english
    }


def _letter_runs(word: str) -> list[str]:
    if not word.isalpha():
        return []
    edged = f"<{word}>"
    return [edged[at : at + 3] for at in range(len(edged) - 2)]
