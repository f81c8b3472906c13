"""What a question lacked to reach the entry that should have answered it, for editors."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge_base.learning.learned import Learned
from knowledge_base.matching import Heard, Matcher
from knowledge_base.model import Place
from knowledge_base.words.ideas import idea_name, is_idea
from knowledge_base.words.reading import Token

_NAMED = 5
"""Words or ideas that a line names."""


@dataclass(frozen=True)
class Lacking:
    """How far a question is from an entry's nearest way of asking."""

    entry: str
    way_of_asking: str
    similarity: float
    """0 to 1."""
    ideas: tuple[str, ...]
    """Of the nearest way of asking and not of the question, the rarest first."""
    strange: tuple[str, ...]
    """The question's words that nothing of the entry knows, by themselves or by an idea; the
    rarest first."""
    unknown: tuple[str, ...]
    """Those that no entry knows."""

    def lines(self, place: Place | None = None) -> Iterator[str]:
        """What an editor reads. `place`: where the way of asking stands."""
        where = f" ({place})" if place else ""
        yield (
            f'nearest way of asking of {self.entry}: "{self.way_of_asking}"{where}, '
            f"{self.similarity:.0%} alike"
        )
        if self.ideas:
            yield f"it has ideas that the question lacks: {', '.join(self.ideas)}"
        unknown = [word for word in self.strange if word in self.unknown]
        if unknown:
            yield f"words that no entry knows: {', '.join(unknown)}"
        strange = [word for word in self.strange if word not in self.unknown]
        if strange:
            yield f"words that {self.entry} does not know: {', '.join(strange)}"


def what_was_lacking(matcher: Matcher, heard: Heard | None, entry: str) -> Lacking | None:
    """Between a question and an entry; None where nothing was heard or the entry is not there."""
    if heard is None or entry not in matcher.labels or not matcher.learned or not matcher.scorer:
        return None
    number = matcher.labels.index(entry)
    closest = matcher.scorer.closest(heard.asked, number)
    own_ideas = {idea for token in heard.tokens for idea in token.ideas}
    wanted = set(_ideas_of(matcher.learned, closest))
    strange = [token for token in heard.tokens if not _knows(matcher.learned, token, number)]
    return Lacking(
        entry=entry,
        way_of_asking=matcher.pairs[closest][0],
        similarity=float(heard.asked.similarities[closest]),
        ideas=tuple(map(idea_name, _rarest(matcher.learned, wanted - own_ideas))),
        strange=_rarest_words(matcher.learned, strange),
        unknown=tuple(t.word for t in strange if not _knows(matcher.learned, t, None)),
    )


def _ideas_of(learned: Learned, phrase: int) -> Iterator[str]:
    """The ideas of a way of asking, as keys."""
    for word, number in learned.phrases.vocabulary.ids["words"].items():
        if is_idea(word) and phrase in learned.phrases.index.phrases_with(number):
            yield word


def _knows(learned: Learned, token: Token, entry: int | None) -> bool:
    """Does any way of asking, of this entry if one is named, have the word or one of its ideas?"""
    ids, phrases = learned.phrases.vocabulary.ids["words"], learned.phrases
    for feature in (token.key, *token.ideas):
        number = ids.get(feature)
        if number is None:
            continue
        if entry is None or np.any(phrases.owners[phrases.index.phrases_with(number)] == entry):
            return True
    return False


def _rarest(learned: Learned, features: set[str]) -> list[str]:
    return sorted(features, key=lambda feature: (-_rarity(learned, feature), feature))[:_NAMED]


def _rarest_words(learned: Learned, tokens: Sequence[Token]) -> tuple[str, ...]:
    ordered = sorted(tokens, key=lambda token: -_rarity(learned, token.key))
    return tuple(dict.fromkeys(token.word for token in ordered))[:_NAMED]


def _rarity(learned: Learned, feature: str) -> float:
    number = learned.phrases.vocabulary.ids["words"].get(feature)
    return float("inf") if number is None else float(learned.phrases.vocabulary.idf[number])
