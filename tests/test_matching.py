"""Matching: from plain texts with labels to ranked labels with an honest confidence."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.explaining import explain_match
from knowledge_base.learning import index_cache
from knowledge_base.learning.calibration import (
    UNFITTED,
    Calibration,
    Example,
    Goals,
    calibrate,
    set_thresholds,
)
from knowledge_base.learning.index_cache import FILE, fingerprint, kept_or_learned
from knowledge_base.learning.learned import PLAIN, VARIED, Learned
from knowledge_base.learning.scoring import Standing
from knowledge_base.matching import Matcher, Pair, excerpt
from knowledge_base.words.language_data import Idea, LanguageData

PHRASES = {
    "balance": [
        "how much money is in my account",
        "what is my balance",
        "show me the balance of my savings account",
        "how much do i have left",
        "tell me my account balance please",
        "is there any money in the bank",
    ],
    "lost_card": [
        "i lost my card",
        "my card was stolen yesterday",
        "someone took my bank card",
        "i cannot find my credit card anywhere",
        "block my card it is gone",
        "report a missing card",
    ],
    "weather": [
        "will it rain tomorrow",
        "what is the weather like today",
        "do i need an umbrella",
        "is it going to be sunny this weekend",
        "temperature outside right now",
        "forecast for monday",
    ],
    "transfer": [
        "send fifty dollars to my brother",
        "transfer money to another account",
        "move funds from checking to savings",
        "i want to wire money abroad",
        "make a payment to my landlord",
        "can i transfer cash to a friend",
    ],
}
PAIRS: list[Pair] = [(text, label) for label, texts in PHRASES.items() for text in texts]


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    """Four intents, six phrases each."""
    return Matcher.from_pairs(PAIRS, language="en")


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("what's the balance on my account?", "balance"),
        ("somebody has stolen my credit card", "lost_card"),
        ("is rain in the forecast", "weather"),
        ("please transfer 50 dollars to my friend", "transfer"),
        ("MY CRAD WAS STOELN", "lost_card"),
        ("whats theweather today", "weather"),
    ],
)
def test_the_right_label_comes_first(matcher: Matcher, question: str, label: str) -> None:
    """A question in other words, with slips or a lost space finds its label."""
    assert matcher.match(question)[0][0] == label


def test_all_labels_are_ranked(matcher: Matcher) -> None:
    """Every label comes once, best first, with a confidence between 0 and 1."""
    ranked = matcher.match("how much money do i have")
    confidences = [confidence for _, confidence in ranked]
    assert {label for label, _ in ranked} == set(PHRASES)
    assert confidences == sorted(confidences, reverse=True)
    assert all(0 <= confidence <= 1 for confidence in confidences)


def test_confidence_is_comparable_across_questions(matcher: Matcher) -> None:
    """What no label is about gets less confidence than what one is about."""
    about = min(matcher.match(texts[0])[0][1] for texts in PHRASES.values())
    for foreign in ("who won the football match", "recipe for apple pie", "zzz qqq"):
        assert matcher.match(foreign)[0][1] < about


@pytest.mark.parametrize("text", ["", "   ", "???", "👍👍", "\n\n", "'''"])
def test_no_words_no_confidence(matcher: Matcher, text: str) -> None:
    """A message without a word gets every label, with no confidence in any."""
    assert matcher.match(text) == [(label, 0.0) for label in PHRASES]


@pytest.mark.parametrize(
    "pairs",
    [
        [("hello", "greeting")],
        [("hello", "greeting"), ("good bye", "parting")],
        [("hello", "greeting"), ("hi there", "greeting")],
        [("hello", "greeting"), ("hello", "greeting"), ("hello", "greeting")],
        [("hello", "greeting"), ("hello", "parting")],
        [("hello", "greeting"), ("", "parting"), ("???", "doubt")],
        [(f"{word} {n}", word) for word in ("one", "two", "three") for n in range(12)],
    ],
)
def test_any_set_of_pairs_will_do(pairs: list[Pair]) -> None:
    """One label, one phrase a label, repetitions and empty texts are matched without failing."""
    matcher = Matcher.from_pairs(pairs)
    label, confidence = matcher.match(pairs[0][0])[0]
    assert label in {label for _, label in pairs}
    assert confidence > 0
    assert 0 <= matcher.suggest_threshold <= matcher.answer_threshold <= 1


def test_without_pairs_nothing_matches() -> None:
    """An empty matcher finds nothing and would never answer."""
    matcher = Matcher.from_pairs([])
    assert matcher.match("hello") == []
    assert matcher.answer_threshold == 1.0


@given(st.text(max_size=300))
def test_any_text_can_be_matched(text: str) -> None:
    """Whatever is typed, matching does not raise and confidences stay between 0 and 1."""
    matcher = _SMALL
    assert all(0 <= confidence <= 1 for _, confidence in matcher.match(text))


_SMALL = Matcher.from_pairs(PAIRS)


def test_the_same_pairs_give_the_same_matcher() -> None:
    """Learning is repeatable to the last digit, and blind to the order of the labels' pairs."""
    one, other = Matcher.from_pairs(PAIRS), Matcher.from_pairs(PAIRS)
    assert one.match("my card is gone") == other.match("my card is gone")


def test_a_question_after_a_story_is_found(matcher: Matcher) -> None:
    """The sentence that asks carries the message, whatever else is told."""
    story = "Hello there. I was born in a small village. We have two dogs and a cat. "
    assert matcher.match(story + "My card was stolen yesterday!")[0][0] == "lost_card"


def test_long_messages_are_read_at_both_ends(matcher: Matcher) -> None:
    """The first 1,500 and the last 500 characters are matched, and nothing between."""
    filler = "lorem ipsum dolor sit amet. " * 200
    assert matcher.match("my card was stolen yesterday. " + filler)[0][0] == "lost_card"
    assert matcher.match(filler + "will it rain tomorrow")[0][0] == "weather"
    assert "my card" not in excerpt(filler + " my card was stolen " + filler)
    assert len(excerpt(filler)) <= 2_001


@pytest.mark.parametrize("piece", [" ", "a", "a. ", "?! ", "a b ", "ë\n", "xq "])
def test_long_nonsense_is_matched_too(matcher: Matcher, piece: str) -> None:
    """Ten thousand characters of anything are matched without failing."""
    assert all(confidence < 0.9 for _, confidence in matcher.match(piece * (10_000 // len(piece))))


def test_too_many_phrases_are_thinned_out_evenly() -> None:
    """Above the limit every label keeps a share, small ones all they have."""
    pairs = [(f"big phrase number {n}", "big") for n in range(60)]
    pairs += [(f"small words {n}", "small") for n in range(5)]
    recipe = dataclasses.replace(PLAIN, most_phrases=30)
    matcher = Matcher.build(pairs, LanguageData(), recipe)
    labels = [label for _, label in matcher.pairs]
    assert labels.count("small") == 5
    assert labels.count("big") == 25


def test_ideas_join_what_shares_no_word() -> None:
    """Words of two languages that carry one idea find each other."""
    ideas = (Idea("work", (("pune*",), ("job",))), Idea("visa", (("vize*",), ("visa",))))
    pairs = [("a gjej pune atje", "jobs"), ("sa kushton viza", "visas"), ("ku eshte deti", "sea")]
    matcher = Matcher.build(pairs, LanguageData(ideas=ideas))
    assert matcher.match("is there any job")[0][0] == "jobs"


# --- why


def test_the_evidence_of_the_words_adds_up(matcher: Matcher) -> None:
    """What the words say, winner over runner-up, is the difference of the scores but for bias."""
    heard = matcher.hear("somebody took my crad")
    match = explain_match(matcher, heard)
    assert heard is not None
    assert match is not None
    assert match.winner == "lost_card"
    assert matcher.learned is not None
    first, second = (matcher.labels.index(label or "") for label in (match.winner, match.runner_up))
    scores, bias = heard.asked.standing.scores, matcher.learned.evidence.bias
    lead = (scores[first] - bias[first]) - (scores[second] - bias[second])
    assert sum(word.evidence for word in match.words) == pytest.approx(lead, abs=1e-5)


def test_the_explanation_names_what_was_repaired(matcher: Matcher) -> None:
    """Repaired and unknown words and the closest phrase are named."""
    match = explain_match(matcher, matcher.hear("somebody took my crad xylophone"))
    assert match is not None
    assert [(w.written, w.word) for w in match.words if w.written != w.word] == [("crad", "card")]
    assert [word.word for word in match.words if not word.known] == ["somebody", "xylophone"]
    assert match.way_of_asking == "someone took my bank card"


# --- confidence and thresholds


def _examples(right: Callable[[float], bool], outside: int = 0) -> list[Example]:
    """A hundred questions to two entries, the lead rising from 0 to 1."""
    examples = []
    for lead in np.linspace(0, 1, 100):
        standing = Standing(np.array([lead, 0.0]), lead, 1.0, lead, 0.5, 5)
        examples.append(Example(standing, outside=False, entry=0 if right(lead) else 1))
    low = Standing(np.array([0.1, 0.0]), 0.1, 1.0, 0.1, 0.5, 5)
    return [*examples, *[Example(low, outside=True, entry=None)] * outside]


def test_confidence_rises_with_the_evidence() -> None:
    """Where a greater lead was oftener right, a greater lead gives more confidence."""
    examples = _examples(lambda lead: lead > 0.4)
    scale = calibrate(examples)
    confidences = [scale.confidence(example.standing) for example in examples]
    assert confidences == sorted(confidences)
    assert confidences[0] < 0.2
    assert confidences[-1] > 0.8


def test_misleading_signals_are_not_used() -> None:
    """A signal that would lower confidence as it rises is left out."""
    scale = calibrate(_examples(lambda lead: lead < 0.6))
    assert all(coefficient >= 0 for coefficient in scale.coefficients)


@pytest.mark.parametrize("goal", [0.8, 0.9, 0.99])
def test_answers_reach_the_precision_asked_for(goal: float) -> None:
    """Of the questions above the answer threshold the asked share is right."""
    examples = _examples(lambda lead: lead > 0.5, outside=20)
    scale = calibrate(examples)
    answer = set_thresholds(examples, scale, Goals(precision=goal, outside=0.2)).answer
    answered = [e.right for e in examples if scale.confidence(e.standing) >= answer]
    assert answered
    assert sum(answered) / len(answered) >= goal


def test_too_few_examples_are_not_fitted() -> None:
    """Where nothing was ever wrong or right, a fixed scale serves."""
    assert calibrate(_examples(lambda lead: True)) is UNFITTED
    assert calibrate([]) is UNFITTED


# --- kept on disk


def _never() -> Learned:
    raise AssertionError("it should not have been learned again")


def _learned(matcher: Matcher) -> Learned:
    assert matcher.learned is not None
    return matcher.learned


def test_what_was_learned_is_read_back(tmp_path: Path, matcher: Matcher) -> None:
    """The second start reads what the first kept, and matches the same to the last digit."""
    kept_or_learned(tmp_path, "key", lambda: _learned(matcher))
    again = kept_or_learned(tmp_path, "key", _never)
    assert again.calibration == _learned(matcher).calibration
    assert again.thresholds == _learned(matcher).thresholds
    Matcher.build(PAIRS, LanguageData(), VARIED, tmp_path)
    kept = Matcher.build(PAIRS, LanguageData(), VARIED, tmp_path)
    fresh = Matcher.build(PAIRS, LanguageData(), VARIED)
    for question in ("my crad is gone", "umbrella", "how much"):
        assert kept.match(question) == fresh.match(question)


@pytest.mark.parametrize(
    "damage",
    [b"", b"not a zip file", b"PK\x03\x04 almost"],
    ids=["empty", "foreign", "cut off"],
)
def test_a_damaged_file_is_learned_anew(tmp_path: Path, matcher: Matcher, damage: bytes) -> None:
    """What cannot be read is replaced, without a word to the user."""
    (tmp_path / FILE).write_bytes(damage)
    kept_or_learned(tmp_path, "key", lambda: _learned(matcher))
    kept_or_learned(tmp_path, "key", _never)


def test_every_cut_is_noticed(tmp_path: Path, matcher: Matcher) -> None:
    """A file that was cut off anywhere is not used."""
    kept_or_learned(tmp_path, "key", lambda: _learned(matcher))
    whole = (tmp_path / FILE).read_bytes()
    for part in range(1, 20):
        (tmp_path / FILE).write_bytes(whole[: len(whole) * part // 20])
        learned = kept_or_learned(tmp_path, "key", lambda: _learned(matcher))
        assert learned is _learned(matcher)


def test_pickled_objects_are_refused(tmp_path: Path, matcher: Matcher) -> None:
    """A file with Python objects in it is not opened, since opening could run code."""
    np.savez(tmp_path / FILE, facts=np.array([{"key": "key"}], dtype=object))
    learned = kept_or_learned(tmp_path, "key", lambda: _learned(matcher))
    assert learned is _learned(matcher)


def test_other_content_is_learned_anew(tmp_path: Path, matcher: Matcher) -> None:
    """What was learned from something else is not used."""
    kept_or_learned(tmp_path, "one", lambda: _learned(matcher))
    assert kept_or_learned(tmp_path, "other", lambda: _learned(matcher)) is _learned(matcher)


def test_the_key_covers_all_that_counts() -> None:
    """Content, language data and settings each give another key."""
    data = LanguageData(spellings={"flm": ("faleminderit",)})
    goals = dataclasses.replace(PLAIN, goals=Goals(precision=0.95))
    keys = {
        fingerprint(PAIRS, LanguageData(), PLAIN),
        fingerprint(PAIRS[1:], LanguageData(), PLAIN),
        fingerprint(PAIRS, data, PLAIN),
        fingerprint(PAIRS, LanguageData(), VARIED),
        fingerprint(PAIRS, LanguageData(), goals),
    }
    assert len(keys) == 5


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path, matcher: Matcher) -> None:
    """Where nothing can be kept, it is learned each time."""
    (tmp_path / "cache").write_text("a file where the folder should be")
    learned = kept_or_learned(tmp_path / "cache", "key", lambda: _learned(matcher))
    assert learned is _learned(matcher)


def test_nothing_is_left_beside_the_file(tmp_path: Path, matcher: Matcher) -> None:
    """Only the finished file is in the folder."""
    kept_or_learned(tmp_path / "cache", "key", lambda: _learned(matcher))
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [FILE]


def test_without_a_folder_nothing_is_kept(matcher: Matcher) -> None:
    """No folder, no file: it is learned each time."""
    assert kept_or_learned(None, "key", lambda: _learned(matcher)) is _learned(matcher)
    assert isinstance(_learned(matcher).calibration, Calibration)
    assert index_cache.FILE.endswith(".npz")
