"""Requests to the bot itself, put in words: "a person please", "delete my data", "yes".

A request is a whole message, never a part of one: "how do I talk to a person at the embassy" is a
question. Words of politeness around it do not count, and neither do small slips of the thumb.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import OSA

from knowledge_base.files.marked_yaml import Marked, read
from knowledge_base.model import LANGUAGES
from knowledge_base.problems import Problem
from knowledge_base.words.language_data import LanguageData
from knowledge_base.words.normalising import normalise

FILE = "language/requests.yaml"
LONGEST = 100
"""Characters: whoever writes more has something to say."""
_FORGIVING_FROM = 8
"""Letters; a shorter request must be written as it stands: "po" is not "jo"."""
_ALIKE = 0.88


@dataclass(frozen=True)
class Requests:
    """What people may ask of the bot in words, and the action that each asks for."""

    phrases: Mapping[str, str]
    """Normalised words, joined by spaces → action."""
    polite: frozenset[str]
    """Normalised words that may stand around a request."""
    data: LanguageData

    @classmethod
    def load(cls, folder: Path, data: LanguageData, problems: list[Problem]) -> "Requests":
        """Read the file in `folder`; what is wrong in it goes to `problems`."""
        top = read(folder, FILE, problems)
        fields = top.fields(("polite", "requests")) if top else {}
        polite = _words(fields.get("polite"), data)
        phrases: dict[str, str] = {}
        for action, both in fields["requests"].pairs() if "requests" in fields else ():
            for phrase in _in_both_languages(both):
                words = _without(polite, normalise(phrase.text(), data))
                known = phrases.setdefault(words, action.text())
                if known != action.text():
                    phrase.problem(
                        f'"{phrase.text()}" already asks for "{known}".',
                        "Keep it in one of the two places.",
                    )
        return cls(phrases, polite, data)

    def recognise(self, text: str) -> str | None:
        """The action that a whole message asks for; None where it is something else."""
        if len(text) > LONGEST:
            return None
        words = normalise(text, self.data)
        exact = self.phrases.get(" ".join(words))
        return exact or self._nearly(_without(self.polite, words))

    def _nearly(self, asked: str) -> str | None:
        if not asked or asked in self.phrases:
            return self.phrases.get(asked)
        if len(asked) < _FORGIVING_FROM:
            return None
        alike, action = max(
            (OSA.normalized_similarity(asked, phrase, score_cutoff=_ALIKE), action)
            for phrase, action in self.phrases.items()
        )
        return action if alike else None


def _in_both_languages(both: Marked) -> list[Marked]:
    fields = both.fields(LANGUAGES)
    return [
        item for language in LANGUAGES if language in fields for item in fields[language].items()
    ]


def _words(both: Marked | None, data: LanguageData) -> frozenset[str]:
    items = _in_both_languages(both) if both else []
    return frozenset(word for item in items for word in normalise(item.text(), data))


def _without(polite: frozenset[str], words: list[str]) -> str:
    """The words without politeness at either end; all of them where nothing else is left."""
    first, last = 0, len(words)
    while first < last and words[first] in polite:
        first += 1
    while last > first and words[last - 1] in polite:
        last -= 1
    return " ".join(words[first:last] or words)
