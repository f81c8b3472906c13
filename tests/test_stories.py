"""Long messages: a story is matched as one, its sentences speak too, and answers bear witness."""

from pathlib import Path

import numpy as np
import pytest

from knowledge_base.explaining import explain_match
from knowledge_base.learning.answers import Answers
from knowledge_base.learning.features import Vocabulary
from knowledge_base.learning.stories import Stories
from knowledge_base.learning.told import Sentence
from knowledge_base.matching import Matcher
from knowledge_base.problems import Problem
from knowledge_base.words.language_data import BACKGROUND, LanguageData
from knowledge_base.words.reading import Reader

PAIRS = [
    ("i lost my card", "card"),
    ("my card was stolen in the shop", "card"),
    ("block the card that is gone", "card"),
    ("will it rain tomorrow", "weather"),
    ("what is the weather like on monday", "weather"),
    ("do i need an umbrella this weekend", "weather"),
    ("send money to my brother", "transfer"),
    ("how can i wire money abroad", "transfer"),
    ("make a payment to my landlord", "transfer"),
]
READER = Reader(LanguageData())
VOCABULARY = Vocabulary.of([READER.phrase(text) for text, _ in PAIRS])


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    """Three intents, three phrases each."""
    return Matcher.from_pairs(PAIRS)


def _sentence(text: str) -> Sentence:
    tokens = READER.phrase(text)
    return Sentence(tokens, VOCABULARY.weigh(tokens))


# --- matched as one


def test_the_sentence_that_asks_decides(matcher: Matcher) -> None:
    """Of two sentences of one length the one with a question mark says what is meant."""
    rain, money = "will it rain tomorrow", "send money to my brother"
    assert matcher.match(f"{rain}? {money}.")[0][0] == "weather"
    assert matcher.match(f"{rain}. {money}?")[0][0] == "transfer"


def test_what_is_said_twice_counts_once(matcher: Matcher) -> None:
    """Repeating a sentence changes nothing."""
    once = matcher.match("I lost my card. Will it rain?")
    assert matcher.match("I lost my card. Will it rain? I lost my card.") == once


def test_the_evidence_of_a_story_adds_up(matcher: Matcher) -> None:
    """In a story, too, each word has its exact part of what set winner and runner-up apart."""
    heard = matcher.hear("My brother is here. We were in the shop on Monday. Is the card gone?")
    match = explain_match(matcher, heard)
    assert heard is not None
    assert match is not None
    assert matcher.learned is not None
    first, second = (matcher.labels.index(label or "") for label in (match.winner, match.runner_up))
    scores = heard.asked.standing.scores - matcher.learned.evidence.bias
    lead = scores[first] - scores[second]
    assert sum(word.evidence for word in match.words) == pytest.approx(lead, abs=1e-5)


# --- stories to learn from


def test_stories_are_told_the_same_each_time() -> None:
    """The same beginnings give the same stories, and each holds its question."""
    background = [[_sentence("we have two dogs"), _sentence("the shop is big")]]
    question, sibling = _sentence("i lost my card"), _sentence("block the card")
    one, other = Stories(background), Stories(background)
    for _ in range(20):
        story = one.around(question, [sibling])
        assert story == other.around(question, [sibling])
        assert [told.tokens for told in story].count(question.tokens) == 1
        assert len(story) >= 2


def test_without_background_no_stories_are_told() -> None:
    """Plain pairs of texts are not made stories of."""
    assert Stories([]).around(_sentence("i lost my card"), []) == []
    assert Stories([[], []]).around(_sentence("i lost my card"), []) == []


def test_the_content_may_do_without_background(tmp_path: Path) -> None:
    """The file may be absent; what is wrong in it is said."""
    (tmp_path / "language").mkdir()
    for name in ("abbreviations", "dialect", "ideas", "frequent_words"):
        (tmp_path / "language" / f"{name}.yaml").write_text("{}\n")
    problems: list[Problem] = []
    assert LanguageData.load(tmp_path, problems).background == ()
    assert not [problem for problem in problems if problem.place.file == BACKGROUND]
    (tmp_path / BACKGROUND).write_text("sq: [jam nga Puka]\nfr: [bonjour]\n", encoding="utf-8")
    assert LanguageData.load(tmp_path, problems).background == (("jam nga Puka",), ())
    assert [problem.place.line for problem in problems if problem.place.file == BACKGROUND]


# --- answers bear witness


def test_answers_say_who_speaks_of_the_question() -> None:
    """Nobody is ahead of the entry whose answer has the question's words."""
    texts = ["we block your card", "rain on monday", "money is sent"]
    answers = Answers.of([READER.phrase(text) for text in texts], VOCABULARY)
    asked, three = _sentence("my card").weighed, np.arange(3)
    assert answers.ahead_of(0, asked, three) == 0
    assert answers.ahead_of(1, asked, three) < 0


def test_without_answers_nobody_is_ahead() -> None:
    """Where no answers are known they say nothing."""
    none = Answers.of([], VOCABULARY)
    assert none.ahead_of(1, _sentence("my card").weighed, np.arange(3)) == 0


def test_answers_are_part_of_what_is_kept(tmp_path: Path) -> None:
    """What was read back weighs answers as what was learned; other answers are learned anew."""
    data, said = LanguageData(), {"card": "we block it", "weather": "rain", "transfer": "money"}
    fresh = Matcher.build(PAIRS, data, cache=tmp_path, answers=said)
    again = Matcher.build(PAIRS, data, cache=tmp_path, answers=said)
    assert again.match("is my card gone") == fresh.match("is my card gone")
    assert again.learned is not None
    assert again.learned.phrases.answers.words.shape[1] == 3
