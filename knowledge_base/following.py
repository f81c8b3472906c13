"""A short question after an answer: does it go on from that answer, and what does it mean then?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge_base.decision import Ranked
from knowledge_base.matching import Matcher
from knowledge_base.model import Content, Entry, Language
from knowledge_base.recognising.asking import Asking, Shape

_LONGEST_WRITTEN = 200
"""Characters: longer messages are not looked at word by word."""
_LONGEST = 9
"""Words: whoever writes more names what it is about."""
_LONGEST_UNOPENED = 6
"""The same of a question with words of its own that does not begin with "and" or "what about"."""
_SAYS_LITTLE = 0.25
"""A word that so many of the entries know tells none of them from the others."""


@dataclass(frozen=True)
class GoneOn:
    """A question understood together with the entry shown before it."""

    ranked: tuple[Ranked, ...]
    """Best first: the entry shown and those it belongs with, then what the words alone suggest."""
    read_as: str
    """What was matched."""


class Following:
    """Knows which questions go on from an entry."""

    def __init__(self, matcher: Matcher, asking: Asking, content: Content) -> None:
        self._matcher = matcher
        self._asking = asking
        self._content = content

    def goes_on(
        self, text: str, alone: Sequence[Ranked], shown: Entry, language: Language
    ) -> GoneOn | None:
        """The question with the entry `shown`; None where it stands on its own.

        `alone`: what the text is taken for by itself, best first.
        """
        if len(text) > _LONGEST_WRITTEN:
            return None
        shape, near = self._asking.shape(text), self._near(shown)
        if not _may_go_on(shape) or self._stands(shape.subject, alone, near):
            return None
        read_as = f"{shown.label[language]} {text}"
        ranked = self._among(near, read_as)
        if not ranked or ranked[0].confidence < self._matcher.suggest_threshold:
            return None
        return GoneOn((*ranked[:1], *self._others(ranked, alone if shape.subject else ())), read_as)

    def _near(self, shown: Entry) -> frozenset[str]:
        """The entry, those that it names as related, and those that name it."""
        naming = (entry.id for entry in self._content.entries.values() if shown.id in entry.related)
        return frozenset((shown.id, *shown.related, *naming))

    def _stands(self, subject: str, alone: Sequence[Ranked], near: frozenset[str]) -> bool:
        """Is it sure by itself, or does a word of it belong to entries far from the one shown?"""
        if not subject:
            return False
        if alone and alone[0].confidence >= self._matcher.answer_threshold:
            return True
        many = _SAYS_LITTLE * len(self._matcher.labels)
        known_to = self._matcher.known_to(subject)
        return any(len(those) < many and near.isdisjoint(those) for those in known_to)

    def _among(self, near: frozenset[str], read_as: str) -> list[Ranked]:
        return [Ranked(*pair) for pair in self._matcher.match(read_as) if pair[0] in near]

    def _others(self, ranked: Sequence[Ranked], alone: Sequence[Ranked]) -> Iterator[Ranked]:
        """What else it may be: first what the words alone suggest, then what belongs with it."""
        suggested = [one for one in alone if one.confidence >= self._matcher.suggest_threshold]
        seen = {ranked[0].entry_id}
        for one in (*suggested, *ranked[1:]):
            if one.entry_id not in seen:
                seen.add(one.entry_id)
                yield one


def _may_go_on(shape: Shape) -> bool:
    if shape.to_udha:
        return False
    if not shape.subject:
        return shape.asks and shape.words <= _LONGEST
    return (
        shape.words <= _LONGEST if shape.opened else shape.asks and shape.words <= _LONGEST_UNOPENED
    )
