"""Why a question was understood as it was, in an editor's words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge_base.decision import Decision
from knowledge_base.learning.features import find
from knowledge_base.learning.learned import Learned
from knowledge_base.matching import Heard, Matcher
from knowledge_base.model import Place
from knowledge_base.words.ideas import idea_name

_SHOWN_WORDS = 12
_MOST_SPOKEN = 4
_CLOSE = 0.7
"""From this share of the winner's confidence on, the runner-up might as well be right."""


@dataclass(frozen=True)
class WordEvidence:
    """What one word of the question says."""

    written: str
    """Normalised."""
    word: str
    """After repair."""
    ideas: tuple[str, ...]
    known: bool
    """Does any way of asking have it?"""
    evidence: float
    """For the winner over the runner-up; below 0: for the runner-up. All words together make up
    the difference of the two scores, but for what the entries' shapes add."""

    def __str__(self) -> str:
        return f"{self.word} (ideas: {', '.join(self.ideas)})" if self.ideas else self.word


@dataclass(frozen=True)
class Match:
    """Why one entry won."""

    piece: str
    """The message as normalised words."""
    winner: str
    confidence: float
    runner_up: str | None
    runner_up_confidence: float
    words: tuple[WordEvidence, ...]
    way_of_asking: str
    """The winner's closest."""
    similarity: float
    """Of the closest way of asking, 0 to 1."""
    other_way_of_asking: str | None = None
    """The runner-up's closest."""

    @property
    def ways_of_asking(self) -> tuple[tuple[str, str], ...]:
        """The closest of the winner, then of the runner-up: the entry and the way of asking."""
        ways = [(self.winner, self.way_of_asking)]
        if self.runner_up is not None and self.other_way_of_asking is not None:
            ways.append((self.runner_up, self.other_way_of_asking))
        return tuple(ways)

    @property
    def close(self) -> bool:
        """Is the runner-up nearly as likely?"""
        return self.runner_up is not None and self.runner_up_confidence >= (
            _CLOSE * self.confidence
        )

    def spoke_for_winner(self) -> str:
        """The words that carried the winner past the runner-up, as a line; "" where none did."""
        heaviest = sorted(self.words, key=lambda word: -word.evidence)[:_MOST_SPOKEN]
        words = dict.fromkeys(str(word) for word in heaviest if word.evidence > 0)
        return f"what spoke for {self.winner}: {', '.join(words)}" if words else ""


@dataclass(frozen=True)
class Explanation:
    """A decision and what it rests on."""

    decision: Decision
    reason: str
    """Why the decision fell so, as a sentence."""
    match: Match | None
    """None: nothing was matched, or the message has no words."""
    places: tuple[Place, ...] = ()
    """Where the ways of asking stand that `match` names, in its order."""

    def lines(self) -> list[str]:
        """What an editor reads."""
        return [self.reason, *self._match_lines()]

    def _match_lines(self) -> Iterator[str]:
        if self.match is not None:
            yield from _entries(self.match, self.places)
            yield from _word_lines(self.match)
            yield from _strange_words(self.match)


def explain_match(matcher: Matcher, heard: Heard | None) -> Match | None:
    """Why the best entry won; None where nothing was heard."""
    if heard is None or matcher.learned is None or matcher.scorer is None:
        return None
    order = np.argsort(-heard.confidences, kind="stable")
    winner, second = int(order[0]), int(order[1]) if len(order) > 1 else None
    closest = matcher.scorer.closest(heard.asked, winner)
    return Match(
        piece=" ".join(token.word for token in heard.tokens),
        winner=matcher.labels[winner],
        confidence=float(heard.confidences[winner]),
        runner_up=None if second is None else matcher.labels[second],
        runner_up_confidence=0.0 if second is None else float(heard.confidences[second]),
        words=tuple(_words(matcher.learned, heard, winner, second)),
        way_of_asking=matcher.pairs[closest][0],
        similarity=float(heard.asked.similarities[closest]),
        other_way_of_asking=None if second is None else _closest_text(matcher, heard, second),
    )


def _closest_text(matcher: Matcher, heard: Heard, entry: int) -> str | None:
    scorer = matcher.scorer
    return matcher.pairs[scorer.closest(heard.asked, entry)][0] if scorer else None


def _entries(match: Match, places: Sequence[Place]) -> Iterator[str]:
    """Who won, over whom, and by which way of asking."""
    where = [f" ({place})" for place in places] + ["", ""]
    yield f'Matched: "{match.piece}"'
    yield f"Best entry: {match.winner}, confidence {match.confidence:.2f}"
    if match.runner_up:
        yield f"Runner-up: {match.runner_up}, confidence {match.runner_up_confidence:.2f}"
    yield (
        f'Closest way of asking: "{match.way_of_asking}"{where[0]}, {match.similarity:.0%} alike'
    )
    if match.close:
        yield (
            f"{match.confidence:.2f} against {match.runner_up_confidence:.2f}: these ways of "
            f'asking are alike. That of {match.runner_up}: "{match.other_way_of_asking}"{where[1]}'
        )
        yield "Give the right one a way of asking with the words that only it answers."


def _strange_words(match: Match) -> Iterator[str]:
    """What was repaired, and what nobody knows."""
    repaired = {word.written: word.word for word in match.words if word.written != word.word}
    if repaired:
        yield "Repaired: " + ", ".join(f"{one} to {other}" for one, other in repaired.items())
    unknown = dict.fromkeys(word.word for word in match.words if not word.known)
    if unknown:
        yield (
            f"No way of asking knows: {', '.join(unknown)}. A word that means something belongs "
            "to an idea in language/ideas.yaml."
        )


def _word_lines(match: Match) -> Iterator[str]:
    """The words that weigh most, with their ideas."""
    yield f"What spoke for {match.winner}" + (
        f" (+) and for {match.runner_up} (-):" if match.runner_up else ":"
    )
    heaviest = sorted(match.words, key=lambda word: -abs(word.evidence))[:_SHOWN_WORDS]
    for word in heaviest:
        ideas = f"  ideas: {', '.join(word.ideas)}" if word.ideas else ""
        yield f"  {100 * word.evidence:+6.2f}  {word.word}{ideas}"


def _words(
    learned: Learned, heard: Heard, winner: int, second: int | None
) -> Iterator[WordEvidence]:
    known = learned.phrases.vocabulary.ids["words"]
    evidence = _evidence_by_token(learned, heard, winner, second)
    for token, amount in zip(heard.tokens, evidence, strict=True):
        ideas = tuple(map(idea_name, token.ideas))
        is_known = token.key in known or any(idea in known for idea in token.ideas)
        yield WordEvidence(token.written, token.word, ideas, is_known, amount)


def _evidence_by_token(
    learned: Learned, heard: Heard, winner: int, second: int | None
) -> list[float]:
    """Each feature's part of the score difference, divided among the tokens it comes from."""
    by_feature = _evidence_by_feature(learned, heard, winner, second)
    amounts = [0.0] * len(heard.tokens)
    ids = learned.phrases.vocabulary.ids
    for group, feature, _, positions in find(heard.tokens):
        number = ids[group].get(feature)
        amount = by_feature.pop(number, 0.0) if number is not None else 0.0
        for position in positions:
            amounts[position] += amount / len(positions)
    return amounts


def _evidence_by_feature(
    learned: Learned, heard: Heard, winner: int, second: int | None
) -> dict[int, float]:
    weights = learned.evidence.weights
    lead = weights[winner] - (weights[second] if second is not None else 0.0)
    index = learned.phrases.index
    found: dict[int, float] = {}
    for feature, value in zip(heard.asked.vector.ids, heard.asked.vector.values, strict=True):
        postings = slice(index.starts[feature], index.starts[feature + 1])
        found[int(feature)] = float(
            value * (index.values[postings] @ lead[index.phrases[postings]])
        )
    return found
