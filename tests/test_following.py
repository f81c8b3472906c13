"""Short questions after an answer, and two questions in one message: what is decided."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.decision import Decision
from knowledge_base.knowledge import KnowledgeBase

SENTENCES = Path(__file__).parent / "following"


def sentences(name: str) -> list[dict[str, Any]]:
    """What was written before any rule; of each file, every other line was only counted."""
    lines: list[dict[str, Any]] = yaml.safe_load((SENTENCES / f"{name}.yaml").read_text("utf-8"))
    return lines


def shown_first(decision: Decision) -> str:
    return decision.ranked[0].entry_id


@pytest.mark.parametrize(
    ("shown", "text", "first"),
    [
        ("etias", "sa kushton?", "etias"),
        ("biometric-passport", "ku?", "biometric-passport"),
        ("diploma-recognition", "how long does it take", "diploma-recognition"),
        ("visa-free-stay", "a mund te punoj?", "work-during-visa-free"),
        ("student-visa", "sa kushton?", "study-costs"),
        ("voluntary-return", "kush e paguan?", "voluntary-return"),
    ],
)
def test_a_short_question_goes_on_from_the_entry_shown(
    knowledge: KnowledgeBase, shown: str, text: str, first: str
) -> None:
    """What names no subject is asked of the entry shown, and of those that belong with it."""
    decision = knowledge.decide(text, None, shown)
    assert decision.kind == "answer"
    assert decision.goes_on_from == shown
    assert shown_first(decision) == first


def test_what_the_words_themselves_suggest_is_offered_too(knowledge: KnowledgeBase) -> None:
    """ "What about the children?" goes on, and the entry on children is next."""
    decision = knowledge.decide("po per femijet?", None, "visa-free-stay")
    assert [one.entry_id for one in decision.ranked[:2]] == ["visa-free-stay", "minors-travelling"]


@pytest.mark.parametrize(
    "text",
    ["etias", "a vlen patenta ime?", "po bursa?", "kush je ti", "po", "flm shum", "?", ""],
)
def test_what_stands_on_its_own_does_not_go_on(knowledge: KnowledgeBase, text: str) -> None:
    """A message with a subject of its own, or none at all, is decided as if nothing were shown."""
    assert knowledge.decide(text, None, "overstay") == knowledge.decide(text)


def test_danger_never_goes_on(knowledge: KnowledgeBase) -> None:
    """Danger after an answer is danger."""
    decision = knowledge.decide("po nese me rreh?", None, "family-reunification")
    assert decision.kind == "urgent"
    assert decision.goes_on_from is None


def test_an_entry_that_is_gone_is_nothing_to_go_on_from(knowledge: KnowledgeBase) -> None:
    """A short question after an entry that no longer exists stands alone."""
    assert knowledge.decide("sa kushton?", None, "never-there") == knowledge.decide("sa kushton?")


def test_two_questions_have_both_entries_first(knowledge: KnowledgeBase) -> None:
    """The surer one is answered, the other is second and named so."""
    decision = knowledge.decide("Si hiqet ndalimi i hyrjes? A vlen patenta shqiptare në Belgjikë?")
    assert decision.kind == "answer"
    assert {one.entry_id for one in decision.ranked[:2]} == {"entry-ban", "driving-licence"}
    assert decision.second == decision.ranked[1].entry_id


def test_two_questions_that_blur_each_other_are_both_suggested(knowledge: KnowledgeBase) -> None:
    """Where the whole message is clear of nothing, both of its questions are on top."""
    text = "what rights do i have at work and what is the minimum to show at the border?"
    decision = knowledge.decide(text)
    assert decision.kind == "suggest"
    ids = [one.entry_id for one in decision.ranked[:2]]
    assert ids == ["worker-rights", "means-of-subsistence"]


def test_most_follow_ups_are_understood(knowledge: KnowledgeBase) -> None:
    """Of 60 written before any rule, at least 45 lead to a right answer, and few to a wrong one."""
    lines = sentences("follow_ups")
    decided = [(line, knowledge.decide(line["says"], None, line["shown"])) for line in lines]
    answers = [(line, one) for line, one in decided if one.kind == "answer"]
    right = [line for line, one in answers if shown_first(one) in line["means"]]
    assert len(right) >= 45
    assert len(answers) - len(right) <= 4


def test_most_messages_with_two_questions_are_seen(knowledge: KnowledgeBase) -> None:
    """Of 60 written before any rule, at least 44 have both of their entries first."""
    seen = 0
    for line in sentences("two_questions"):
        decision = knowledge.decide(line["says"])
        first, second = (one.entry_id for one in decision.ranked[:2])
        one, other = line["asks"]
        both = (first in one and second in other) or (first in other and second in one)
        seen += decision.second is not None and both
    assert seen >= 44


def test_ordinary_messages_are_mistaken_for_neither(knowledge: KnowledgeBase) -> None:
    """Of 101 messages that look like one or the other, at most 3 are taken for it."""
    mistaken = []
    for line in sentences("ordinary"):
        decision = knowledge.decide(line["says"], None, line["shown"])
        if decision.goes_on_from or decision.second:
            mistaken.append(line["says"])
    assert len(mistaken) <= 3, mistaken


def test_ways_of_asking_stand_on_their_own(knowledge: KnowledgeBase) -> None:
    """Of 500 ways of asking, after an entry of another topic, at most 2 are mistaken."""
    entries = list(knowledge.content.entries.values())
    asked = [(variant.text, entry.topic) for entry in entries for variant in entry.asked]
    mistaken = []
    for number, (text, topic) in enumerate(asked[:: len(asked) // 500][:500]):
        others = [entry.id for entry in entries if entry.topic != topic]
        decision = knowledge.decide(text, None, others[number % len(others)])
        if decision.goes_on_from or decision.second:
            mistaken.append(text)
    assert len(mistaken) <= 2, mistaken


def test_an_editor_sees_that_it_goes_on(knowledge: KnowledgeBase) -> None:
    """The explanation says from what it goes on, and what was read for it."""
    lines = knowledge.explain("sa kushton?", None, "etias").lines()
    assert 'it goes on from etias, and was read as "ETIAS sa kushton?"' in lines[0]


def test_an_editor_sees_both_questions(knowledge: KnowledgeBase) -> None:
    """The explanation names both entries."""
    text = "Si hiqet ndalimi i hyrjes? A vlen patenta shqiptare në Belgjikë?"
    reason = knowledge.explain(text).lines()[0]
    assert "two questions" in reason
    assert "entry-ban" in reason
    assert "driving-licence" in reason


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=300))
def test_any_text_after_an_answer_gives_a_decision(knowledge: KnowledgeBase, text: str) -> None:
    """Whatever is written after an answer, there is a decision, and it is explained alike."""
    decision = knowledge.decide(text, None, "etias")
    assert knowledge.explain(text, None, "etias").decision == decision
