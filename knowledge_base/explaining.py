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


@dataclass(frozen=True)
class Match:
    """Why one entry won."""

    piece: str
    """The sentence that carried it, or the whole message, as normalised words."""
    winner: str
    confidence: float
    runner_up: str | None
    runner_up_confidence: float
    words: tuple[WordEvidence, ...]
    way_of_asking: str
    """The winner's closest."""
    similarity: float
    """Of the closest way of asking, 0 to 1."""


@dataclass(frozen=True)
class Explanation:
    """A decision and what it rests on."""

    decision: Decision
    reason: str
    """Why the decision fell so, as a sentence."""
    match: Match | None
    """None: nothing was matched, or the message has no words."""
    place: Place | None = None
    """Where the closest way of asking stands."""

    def lines(self) -> list[str]:
        """What an editor reads."""
        return [self.reason, *(_match_lines(self.match, self.place) if self.match else ())]


def explain_match(matcher: Matcher, heard: Sequence[Heard]) -> Match | None:
    """Why the best entry won; None where nothing was heard."""
    if not heard or matcher.learned is None or matcher.scorer is None:
        return None
    piece = max(heard, key=lambda piece: float(piece.confidences.max()))
    order = np.argsort(-piece.confidences, kind="stable")
    winner, second = int(order[0]), int(order[1]) if len(order) > 1 else None
    closest = matcher.scorer.closest(piece.asked, winner)
    return Match(
        piece=" ".join(token.word for token in piece.tokens),
        winner=matcher.labels[winner],
        confidence=float(piece.confidences[winner]),
        runner_up=None if second is None else matcher.labels[second],
        runner_up_confidence=0.0 if second is None else float(piece.confidences[second]),
        words=tuple(_words(matcher.learned, piece, winner, second)),
        way_of_asking=matcher.pairs[closest][0],
        similarity=float(piece.asked.similarities[closest]),
    )


def _match_lines(match: Match, place: Place | None) -> Iterator[str]:
    yield f'Matched: "{match.piece}"'
    yield f"Best entry: {match.winner}, confidence {match.confidence:.2f}"
    if match.runner_up:
        yield f"Runner-up: {match.runner_up}, confidence {match.runner_up_confidence:.2f}"
    where = f" ({place})" if place else ""
    yield f'Closest way of asking: "{match.way_of_asking}"{where}, {match.similarity:.0%} alike'
    yield from _word_lines(match)
    repaired = {word.written: word.word for word in match.words if word.written != word.word}
    if repaired:
        yield "Repaired: " + ", ".join(f"{one} to {other}" for one, other in repaired.items())
    unknown = dict.fromkeys(word.word for word in match.words if not word.known)
    if unknown:
        yield f"No way of asking knows: {', '.join(unknown)}"


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
    learned: Learned, piece: Heard, winner: int, second: int | None
) -> Iterator[WordEvidence]:
    known = learned.phrases.vocabulary.ids["words"]
    evidence = _evidence_by_token(learned, piece, winner, second)
    for token, amount in zip(piece.tokens, evidence, strict=True):
        ideas = tuple(map(idea_name, token.ideas))
        is_known = token.key in known or any(idea in known for idea in token.ideas)
        yield WordEvidence(token.written, token.word, ideas, is_known, amount)


def _evidence_by_token(
    learned: Learned, piece: Heard, winner: int, second: int | None
) -> list[float]:
    """Each feature's part of the score difference, divided among the tokens it comes from."""
    by_feature = _evidence_by_feature(learned, piece, winner, second)
    amounts = [0.0] * len(piece.tokens)
    ids = learned.phrases.vocabulary.ids
    for group, feature, _, positions in find(piece.tokens):
        number = ids[group].get(feature)
        amount = by_feature.pop(number, 0.0) if number is not None else 0.0
        for position in positions:
            amounts[position] += amount / len(positions)
    return amounts


def _evidence_by_feature(
    learned: Learned, piece: Heard, winner: int, second: int | None
) -> dict[int, float]:
    weights = learned.evidence.weights
    lead = weights[winner] - (weights[second] if second is not None else 0.0)
    index = learned.phrases.index
    found: dict[int, float] = {}
    for feature, value in zip(piece.asked.vector.ids, piece.asked.vector.values, strict=True):
        postings = slice(index.starts[feature], index.starts[feature + 1])
        found[int(feature)] = float(
            value * (index.values[postings] @ lead[index.phrases[postings]])
        )
    return found
