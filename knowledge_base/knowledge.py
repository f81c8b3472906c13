"""The knowledge base as the other rooms see it: content, and what to do with a question."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from knowledge_base.decision import Decision, DecisionKind, Ranked
from knowledge_base.explaining import Explanation, explain_match
from knowledge_base.files.content_folder import language_version_of
from knowledge_base.following import Following
from knowledge_base.lacking import what_was_lacking
from knowledge_base.learning.calibration import Goals
from knowledge_base.learning.learned import VARIED
from knowledge_base.loading import load_with_problems
from knowledge_base.matching import Heard, Matcher
from knowledge_base.model import LANGUAGES, Content, Entry, Language, Place
from knowledge_base.problems import ContentProblems, Problem
from knowledge_base.recognising.asking import Asking
from knowledge_base.recognising.danger import Danger, DangerHit
from knowledge_base.recognising.out_of_scope import OutOfScope
from knowledge_base.recognising.requests import Requests
from knowledge_base.recognising.small_talk import SmallTalk
from knowledge_base.two_questions import two_questions, with_both
from knowledge_base.words.language import LanguageGuesser
from knowledge_base.words.language_data import LanguageData

_RANKED = 5
_SURE_OF_AN_ENTRY = 0.97
"""From this confidence on an entry is answered although a foreign subject was recognised."""
_A_STORY = 200
"""Characters. In longer messages a foreign subject may be told beside the question, so there an
entry need only be sure enough to answer with."""


class RecognisesDanger(Protocol):
    """Sees danger in a text of any length."""

    def recognise(self, text: str) -> DangerHit | None: ...


class RecognisesByName(Protocol):
    """Sees something in a text that has a name, such as a kind of small talk."""

    def recognise(self, text: str) -> str | None: ...


class RecognisesSubject(RecognisesByName, Protocol):
    """Sees a foreign subject, and can say by what."""

    def because(self, text: str) -> str | None: ...


@dataclass(frozen=True)
class Recognisers:
    """What is looked for beside entries, each by its own rules."""

    danger: RecognisesDanger
    small_talk: RecognisesByName
    out_of_scope: RecognisesSubject
    requests: RecognisesByName
    asking: Asking


@dataclass(frozen=True)
class _Judged:
    """A decision with what it was made from."""

    decision: Decision
    reason: str
    heard: Heard | None = None


@dataclass(frozen=True)
class Understanding:
    """All that was learned from a content."""

    matcher: Matcher
    """Its labels are entry ids."""
    guesser: LanguageGuesser
    recognisers: Recognisers
    learned_from: str
    """Changes with whatever in a content is learned from: ways of asking and language files."""


class KnowledgeBase:
    """Content, and what to do with a question. Immutable: new content is a new one."""

    def __init__(self, content: Content, understanding: Understanding) -> None:
        self.content = content
        self.learned_from = understanding.learned_from
        self._understanding = understanding
        self._matcher = understanding.matcher
        self._guesser = understanding.guesser
        self._recognisers = understanding.recognisers
        self._following = Following(
            understanding.matcher, understanding.recognisers.asking, content
        )

    @classmethod
    def build(
        cls, folder: Path, *, cache: Path | None = None, precision: float = 0.81
    ) -> "KnowledgeBase":
        """Load a content folder and learn from it. Blocks for up to seconds.

        `cache`: a folder to keep what was learned in. `precision`: how many of the answers must
        be right, 0 to 1. Raises ContentProblems.
        """
        content, problems = load_with_problems(folder)
        data = LanguageData.load(folder, problems)
        asked = asked_texts(content) if content else []
        recognisers = _recognisers(folder, data, problems, asked, cache)
        errors = [problem for problem in problems if problem.severity == "error"]
        if content is None or errors:
            raise ContentProblems(errors)
        recipe = replace(VARIED, goals=Goals(precision=precision))
        pairs = [(text, entry.id) for entry in _published(content) for text in _ways(entry)]
        understanding = Understanding(
            Matcher.build(pairs, data, recipe, cache, _answers(content)),
            LanguageGuesser(data, _examples(content)),
            recognisers,
            learned_from(folder, content),
        )
        return cls(content, understanding)

    def with_words_of(self, content: Content) -> "KnowledgeBase | None":
        """The understanding of now with a newer content's words; costs nothing.

        An entry that the newer content has not is not offered any more. None: this understanding
        may name a text that it has not.
        """
        texts = {text.key for text in self.content.texts}
        if not texts <= {text.key for text in content.texts}:
            return None
        return KnowledgeBase(content, self._understanding)

    def decide(
        self, text: str, language: Language | None = None, shown: str | None = None
    ) -> Decision:
        """What to do with a question of any length.

        `language`: what the chat last spoke. `shown`: the entry shown just before, which a short
        question may go on from.
        """
        return self._judge(text, language, shown).decision

    def request(self, text: str) -> str | None:
        """The action that a whole message asks for in words, such as "person" or "yes"."""
        return self._recognisers.requests.recognise(text)

    def explain(
        self, text: str, language: Language | None = None, shown: str | None = None
    ) -> Explanation:
        """Why `decide` decides as it does."""
        judged = self._judge(text, language, shown)
        match = explain_match(self._matcher, judged.heard)
        places = [self._place(*way) for way in match.ways_of_asking] if match else []
        return Explanation(judged.decision, judged.reason, match, tuple(places))

    def lacking(self, text: str, entry_id: str) -> list[str]:
        """What a question lacks to be answered by an entry (or an alias), as lines for an editor.

        Empty where the entry is not there or the question has no words.
        """
        entry = self.content.find(entry_id)
        found = entry and what_was_lacking(self._matcher, self._matcher.hear(text), entry.id)
        return list(found.lines(self._place(found.entry, found.way_of_asking))) if found else []

    def _judge(self, text: str, spoken: Language | None, shown: str | None) -> _Judged:
        language = self._guesser.guess(text, spoken)
        small_talk = None
        danger = self._recognisers.danger.recognise(text)
        if danger is None:
            small_talk = self._recognisers.small_talk.recognise(text)
        if small_talk is not None:
            decision = Decision("smalltalk", language, small_talk=small_talk)
            return _Judged(decision, f"smalltalk: the whole message is {small_talk}, no question.")
        heard = self._matcher.hear(text)
        ranked = self._offered(Ranked(*pair) for pair in self._matcher.rank(heard))[:_RANKED]
        if danger is not None:
            decision = Decision("urgent", language, ranked, danger=danger.kind)
            return _Judged(decision, f"urgent: danger comes first ({danger.because}).", heard)
        foreign = self._recognisers.out_of_scope.recognise(text)
        sure = self._matcher.answer_threshold if len(text) > _A_STORY else _SURE_OF_AN_ENTRY
        if foreign is not None and (not ranked or ranked[0].confidence < sure):
            decision = Decision("escalate", language, ranked, out_of_scope=foreign)
            reason = f"escalate: {self._foreign_because(text, sure)}"
            return _Judged(decision, reason, heard)
        alone = replace(self._on_its_own(language, ranked), heard=heard)
        return self._going_on(text, alone, shown) or self._of_two(text, alone) or alone

    def _offered(self, ranked: Iterable[Ranked]) -> tuple[Ranked, ...]:
        """Without entries that have been withdrawn since they were learned."""
        entries = self.content.entries
        return tuple(
            one
            for one in ranked
            if one.entry_id in entries and entries[one.entry_id].status == "published"
        )

    def _on_its_own(self, language: Language, ranked: tuple[Ranked, ...]) -> _Judged:
        kind, reason = self._by_confidence(ranked[0].confidence if ranked else 0.0)
        return _Judged(Decision(kind, language, ranked), f"{kind}: {reason}")

    def _going_on(self, text: str, alone: _Judged, shown: str | None) -> _Judged | None:
        """The question taken together with the entry shown before it, if it goes on from that."""
        entry = self.content.find(shown) if shown is not None else None
        if entry is None:
            return None
        ranked, language = alone.decision.ranked, alone.decision.language
        gone_on = self._following.goes_on(text, ranked, entry, language)
        together = self._offered(gone_on.ranked) if gone_on is not None else ()
        if gone_on is None or not together:
            return None
        kind, reason = self._by_confidence(together[0].confidence)
        decision = Decision(kind, language, together[:_RANKED], goes_on_from=entry.id)
        because = f'it goes on from {entry.id}, and was read as "{gone_on.read_as}". {reason}'
        return _Judged(decision, f"{kind}: {because}", self._matcher.hear(gone_on.read_as))

    def _of_two(self, text: str, alone: _Judged) -> _Judged | None:
        """The same with both entries first, if the message holds two questions."""
        both = two_questions(self._matcher, self._recognisers.asking, text)
        there = both is not None and len(self._offered(both)) == len(both)
        two = with_both(alone.decision, both) if both is not None and there else None
        if two is None:
            return None
        first, second = (one.entry_id for one in two.ranked[:2])
        reason = f"{two.kind}: two questions, one for {first} and one for {second}."
        two = replace(two, ranked=two.ranked[:_RANKED])
        return replace(alone, decision=two, reason=reason)

    def _foreign_because(self, text: str, sure: float) -> str:
        return (
            f"{self._recognisers.out_of_scope.because(text)} is a subject that Udha does not have. "
            f"Only an entry at {sure:.2f} or more is answered all the same."
        )

    def _by_confidence(self, confidence: float) -> tuple[DecisionKind, str]:
        answer, suggest = self._matcher.answer_threshold, self._matcher.suggest_threshold
        if 0 < confidence >= answer:
            return "answer", f"{confidence:.2f} is at least {answer:.2f}, the answer threshold."
        if 0 < confidence >= suggest:
            sure = f"{confidence:.2f} is enough to suggest ({suggest:.2f})"
            return "suggest", f"{sure}, not enough to answer ({answer:.2f})."
        return "escalate", f"{confidence:.2f} is below {suggest:.2f}, the suggest threshold."

    def _place(self, entry_id: str, way_of_asking: str) -> Place:
        """Where a way of asking, a question or a label of an entry stands."""
        entry = self.content.entries[entry_id]
        places = {variant.text: variant.place for variant in entry.asked}
        return places.get(way_of_asking, entry.place)


def learned_from(folder: Path, content: Content) -> str:
    """Which ways of asking and which language files an understanding would be learned from."""
    asked = [(entry.id, *_ways(entry)) for entry in _published(content)]
    return hashlib.sha256(repr((asked, language_version_of(folder))).encode()).hexdigest()[:12]


def asked_texts(content: Content) -> list[str]:
    """All that the entries may be asked by."""
    return [text for entry in _published(content) for text in _ways(entry)]


def _published(content: Content) -> Iterator[Entry]:
    return (entry for entry in content.entries.values() if entry.status == "published")


def _ways(entry: Entry) -> Iterator[str]:
    """All that an entry may be asked by: ways of asking, its question and its label."""
    yield from (variant.text for variant in entry.asked)
    for language in LANGUAGES:
        yield entry.question[language]
        yield entry.label[language]


def _answers(content: Content) -> dict[str, str]:
    """What each entry answers, in both languages."""
    return {
        entry.id: "\n".join(entry.answer[language] for language in LANGUAGES)
        for entry in _published(content)
    }


def _examples(content: Content) -> Iterator[tuple[str, Language]]:
    """Texts whose language is known."""
    for entry in _published(content):
        yield from ((variant.text, variant.language) for variant in entry.asked)
        for language in LANGUAGES:
            yield entry.question[language], language
            yield entry.answer[language], language


def _recognisers(
    folder: Path,
    data: LanguageData,
    problems: list[Problem],
    asked: Sequence[str],
    cache: Path | None,
) -> Recognisers:
    requests = Requests.load(folder, data, problems)
    calm = [*asked, *requests.phrases]
    return Recognisers(
        danger=Danger.load(folder, problems, data, calm=calm, cache=cache),
        small_talk=SmallTalk.load(folder, problems, data),
        out_of_scope=OutOfScope.load(folder, problems, data, asked=asked),
        requests=requests,
        asking=Asking.load(folder, problems, data),
    )
