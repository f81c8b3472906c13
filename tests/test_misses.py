"""What editors see of misses: what went wrong, its cost, what was lacking, what has changed."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from knowledge_base.decision import Decision, DecisionKind, Ranked
from knowledge_base.evaluation import Outcome, counted
from knowledge_base.evaluation_runs import NotARun, Run, changes
from knowledge_base.files.evaluation_file import MeasuringQuestion
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.lacking import what_was_lacking
from knowledge_base.matching import Matcher
from knowledge_base.misses import confusions, described, fault_of, misses, summary
from knowledge_base.model import Language, Place


def _outcome(
    text: str,
    decision: DecisionKind,
    *shown: str,
    kind: str = "faq",
    found: Language = "sq",
    loaded: bool = True,
) -> Outcome:
    """A question in Albanian whose right answer is "visa"."""
    expect = ("visa",) if kind == "faq" else ()
    question = MeasuringQuestion(text, kind, "sq", "plain", expect, Place("questions.jsonl", 7))
    ranked = tuple(Ranked(entry, 0.9 - n / 10) for n, entry in enumerate(shown))
    return Outcome(question, Decision(decision, found, ranked), loaded)


RIGHT = _outcome("right", "answer", "visa")
WRONG = _outcome("wrong", "answer", "passport", "visa")
SUGGESTED = _outcome("second", "suggest", "passport", "visa")
UNSURE = _outcome("unsure", "suggest", "visa", "passport")
NO_HELP = _outcome("nothing", "escalate", "passport")
ALARM = _outcome("alarm", "urgent", "visa")
MISSED = _outcome("danger", "escalate", kind="urgent")


@pytest.mark.parametrize(
    ("outcome", "fault"),
    [
        (RIGHT, None),
        (WRONG, "wrong answer"),
        (SUGGESTED, "only suggested"),
        (UNSURE, "only suggested"),
        (NO_HELP, "no help"),
        (_outcome("hi?", "smalltalk"), "no help"),
        (ALARM, "false alarm"),
        (MISSED, "danger missed"),
        (_outcome("danger", "urgent", kind="urgent"), None),
        (_outcome("moon", "answer", "visa", kind="oos"), "answered out of scope"),
        (_outcome("moon", "suggest", "visa", kind="oos"), None),
        (_outcome("hi", "escalate", kind="smalltalk"), "small talk missed"),
        (_outcome("english?", "answer", "visa", found="en"), "wrong language"),
    ],
)
def test_each_fault_has_a_name(outcome: Outcome, fault: str | None) -> None:
    """What went wrong with a question is said in two words, the worst first."""
    assert fault_of(outcome) == fault


def test_the_costliest_misses_come_first() -> None:
    """An editor who stops reading early has read what costs most."""
    found = [fault for fault, _ in misses([UNSURE, RIGHT, NO_HELP, WRONG, MISSED])]
    assert found == ["danger missed", "wrong answer", "no help", "only suggested"]


def test_what_is_not_loaded_is_no_miss() -> None:
    """Nobody is asked to mend a question on an entry that is not there."""
    assert misses([_outcome("x", "escalate", loaded=False)]) == []


def test_confusions_are_weighed_by_what_they_cost() -> None:
    """One wrong answer outweighs an entry that stood first among suggestions twice."""
    found = confusions([WRONG, ALARM, ALARM, UNSURE, RIGHT])
    assert [(one.instead, one.count, one.cost) for one in found] == [
        ("urgent", 2, 10),
        ("passport", 1, 5),
    ]
    both = confusions([WRONG, SUGGESTED, NO_HELP])
    assert [(one.expected, one.instead, one.count, one.cost) for one in both] == [
        ("visa", "passport", 3, 8)
    ]


def test_the_summary_is_short() -> None:
    """Without asking for more, an editor reads the counts and the costliest confusions."""
    lines = list(summary([WRONG, ALARM], most=1))
    assert lines[0] == "Misses: 1 wrong answer, 1 false alarm"
    assert "visa taken for" in lines[2]
    assert "--misses" in lines[3]
    assert list(summary([RIGHT], most=1)) == ["Misses: none"]


def test_a_miss_is_described_with_advice() -> None:
    """Each miss says where it stands, what was typed, what happened, and what helps."""
    lines = "\n".join(described([RIGHT, WRONG], lambda outcome: ["write this"]))
    assert "questions.jsonl:7: wrong answer (plain)" in lines
    assert '"wrong"' in lines
    assert "expected visa; was answer: passport 0.90, visa 0.80" in lines
    assert "- write this" in lines
    assert '"right"' not in lines


def test_what_was_lacking_is_named(knowledge: KnowledgeBase) -> None:
    """For an entry that was missed: its nearest way of asking with its line, and what was not
    in the question.
    """
    lines = "\n".join(knowledge.lacking("a mbushen tre muaj te tezja zzyxqw", "visa-free-stay"))
    assert "nearest way of asking of visa-free-stay:" in lines
    assert "faq/travel.yaml:" in lines
    assert "ideas that the question lacks:" in lines
    assert "no entry knows: zzyxqw" in lines


@pytest.mark.parametrize(("text", "entry"), [("", "etias"), ("???", "etias"), ("viza", "nowhere")])
def test_nothing_lacks_where_nothing_is(knowledge: KnowledgeBase, text: str, entry: str) -> None:
    """Without words or without the entry there is nothing to say."""
    assert knowledge.lacking(text, entry) == []


def test_an_empty_matcher_lacks_nothing() -> None:
    """Content without ways of asking can be asked, too."""
    matcher = Matcher.from_pairs([])
    assert what_was_lacking(matcher, matcher.hear("viza"), "visa") is None


def _run(*outcomes: Outcome) -> Run:
    return Run.of(counted(outcomes), outcomes)


def _changes(before: Sequence[Outcome], now: Sequence[Outcome]) -> list[str]:
    return list(changes(_run(*before), _run(*now)))


def test_a_run_is_kept_and_read_again(tmp_path: Path) -> None:
    """What --save writes, --since reads."""
    run = _run(RIGHT, WRONG, MISSED)
    run.save(tmp_path / "run.json")
    assert Run.read(tmp_path / "run.json") == run


def test_two_runs_are_compared() -> None:
    """Shares before and now, and which questions got better or worse."""
    nearly = _outcome("wrong", "suggest", "visa")
    lost = _outcome("right", "escalate")
    lines = _changes([RIGHT, WRONG], [lost, nearly])
    assert "answered right       50.0% →   0.0%  (-50.0)" in lines
    assert "Better: 1" in lines
    assert '  wrong answer → only suggested: "wrong"' in lines
    assert "Worse: 1" in lines
    assert '  right → no help: "right"' in lines


def test_other_questions_are_said() -> None:
    """Shares over other questions cannot be compared without a word."""
    assert any(line.startswith("2 questions stand in one") for line in _changes([RIGHT], [WRONG]))
    assert _changes([RIGHT], [RIGHT])[-2:] == ["Better: 0", "Worse: 0"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"shares": 1, "faults": {}}',
        '{"shares": {}, "faults": {"x": "odd"}}',
        "[" * 100_000,
    ],
)
def test_what_is_no_run_is_refused(tmp_path: Path, text: str) -> None:
    """Any other file is refused in a sentence, however deep it is nested."""
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(NotARun, match="holds no run"):
        Run.read(tmp_path / "run.json")
    with pytest.raises(NotARun, match="cannot be opened"):
        Run.read(tmp_path / "nowhere.json")
