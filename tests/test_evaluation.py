"""The measures of understanding: counted as they are defined, with honest intervals."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from rich.console import Console

from knowledge_base.decision import Decision, Ranked
from knowledge_base.evaluation import Measure, Measures, Rate, measure
from knowledge_base.evaluation_reading import read_questions
from knowledge_base.files.evaluation_file import MeasuringQuestion
from knowledge_base.model import Language, Place
from knowledge_base.problems import ContentProblems

LOADED = {"visa", "passport"}


def _question(
    text: str, kind: str = "faq", expect: tuple[str, ...] = (), language: str = "sq"
) -> MeasuringQuestion:
    return MeasuringQuestion(text, kind, language, "plain", expect, Place("questions.jsonl", 1))


def _ranked(*entries: str) -> tuple[Ranked, ...]:
    return tuple(Ranked(entry, 0.9 - n / 10) for n, entry in enumerate(entries))


def _measured(
    decisions: Mapping[str, Decision], questions: list[MeasuringQuestion]
) -> Mapping[Measure, Rate]:
    return measure(questions, lambda text: decisions[text], LOADED.__contains__).in_all


def _answer(*entries: str, language: Language = "sq") -> Decision:
    return Decision("answer", language, _ranked(*entries))


def _suggest(*entries: str) -> Decision:
    return Decision("suggest", "sq", _ranked(*entries))


URGENT = Decision("urgent", "sq", danger="held")
SMALL_TALK = Decision("smalltalk", "sq", small_talk="greeting")
ESCALATE = Decision("escalate", "sq", _ranked("visa"))


def test_answers_and_suggestions_are_told_apart() -> None:
    """Right by answer, helped by one of four suggestions, wrong by another answer."""
    decisions = {
        "right": _answer("visa", "passport"),
        "second": _answer("passport", "visa"),
        "fourth": _suggest("a", "b", "c", "visa"),
        "fifth": _suggest("a", "b", "c", "d", "visa"),
        "not shown": ESCALATE,
    }
    found = _measured(decisions, [_question(text, expect=("visa",)) for text in decisions])
    assert found["answered_right"] == Rate(1, 5)
    assert found["helped"] == Rate(2, 5)
    assert found["wrong_answer"] == Rate(1, 5)


def test_out_of_scope_must_not_be_answered() -> None:
    """For questions that no entry fits, only an answer is false; suggestions are not."""
    decisions = {"a": _answer("visa"), "b": _suggest("visa"), "c": ESCALATE}
    found = _measured(decisions, [_question(text, "oos") for text in decisions])
    assert found["false_answer"] == Rate(1, 3)
    assert found["answered_right"] == Rate(0, 0)


def test_danger_is_counted_both_ways() -> None:
    """Recall over the urgent, false alarms over all others."""
    decisions = {"help": URGENT, "missed": ESCALATE, "calm": URGENT, "hi": SMALL_TALK}
    questions = [
        _question("help", "urgent", ("passport",)),
        _question("missed", "urgent"),
        _question("calm", expect=("visa",)),
        _question("hi", "smalltalk"),
    ]
    found = _measured(decisions, questions)
    assert found["recall"] == Rate(1, 2)
    assert found["false_alarm"] == Rate(1, 2)
    assert found["smalltalk"] == Rate(1, 1)


def test_language_counts_where_it_is_one() -> None:
    """Mixed questions have no right language."""
    decisions = {"a": _answer("visa"), "b": _answer("visa", language="en"), "c": _answer("visa")}
    questions = [
        _question("a", expect=("visa",)),
        _question("b", expect=("visa",)),
        _question("c", expect=("visa",), language="mixed"),
    ]
    assert _measured(decisions, questions)["language_right"] == Rate(1, 2)


def test_what_is_not_loaded_is_counted_apart() -> None:
    """A question whose entries are not there spoils no measure; what was done with it is told."""
    decisions = {"a": _answer("visa"), "b": URGENT}
    questions = [_question("a", expect=("asylum",)), _question("b", expect=("asylum",))]
    measures = measure(questions, lambda text: decisions[text], LOADED.__contains__)
    assert measures.in_all["answered_right"] == Rate(0, 0)
    assert measures.in_all["false_alarm"] == Rate(0, 0)
    assert measures.not_loaded == {"answer": 1, "urgent": 1}


@pytest.mark.parametrize(
    ("rate", "low", "high"),
    [
        (Rate(0, 10), 0.0, 0.2775),
        (Rate(10, 10), 0.7225, 1.0),
        (Rate(50, 100), 0.4038, 0.5962),
        (Rate(1, 1000), 0.0002, 0.0056),
    ],
)
def test_intervals_are_wilsons(rate: Rate, low: float, high: float) -> None:
    """The 95 % interval stays within 0 and 1 and is as wide as few cases make it."""
    assert rate.interval is not None
    assert list(rate.interval) == pytest.approx([low, high], abs=5e-4)


def test_without_cases_there_is_no_rate() -> None:
    """Nothing counted is not the same as nothing found."""
    assert Rate(0, 0).share is None
    assert Rate(0, 0).interval is None


@pytest.fixture
def measures() -> Measures:
    """Two questions, one answered rightly."""
    decisions = {"a": _answer("visa"), "b": ESCALATE}
    questions = [
        _question("a", expect=("visa",)),
        _question("b", expect=("visa",), language="en"),
    ]
    return measure(questions, lambda text: decisions[text], LOADED.__contains__)


def test_groups_are_measured_by_themselves(measures: Measures) -> None:
    """Each language and each style has its own figures."""
    assert measures.by_language["sq"]["answered_right"] == Rate(1, 1)
    assert measures.by_language["en"]["answered_right"] == Rate(0, 1)
    assert measures.by_style["plain"]["answered_right"] == Rate(1, 2)


def test_measures_can_be_read_by_programs(measures: Measures) -> None:
    """The JSON holds counts, share and interval of every measure."""
    found = json.loads(json.dumps(measures.as_json()))
    assert found["in_all"]["answered_right"]["count"] == 1
    assert found["in_all"]["answered_right"]["of"] == 2
    assert found["in_all"]["answered_right"]["share"] == 0.5
    assert found["in_all"]["recall"]["share"] is None
    assert found["by_style"]["plain"]["helped"]["of"] == 2


def test_measures_can_be_read_by_people(measures: Measures) -> None:
    """The table shows percent, interval and count."""
    console = Console(width=200, record=True, file=None, quiet=False)
    with console.capture() as captured:
        console.print(measures.table())
    assert "50.0%" in captured.get()
    assert "1/2" in captured.get()


def test_progress_is_told() -> None:
    """After each question the number done so far is told."""
    told: list[int] = []
    questions = [_question("a", "oos"), _question("a", "oos")]
    measure(questions, lambda text: ESCALATE, LOADED.__contains__, told.append)
    assert told == [1, 2]


GOOD = {"text": "sa kohe", "kind": "faq", "language": "sq", "style": "plain", "expect": ["visa"]}


def test_json_lines_are_read(tmp_path: Path) -> None:
    """One question a line; empty lines and further keys do not matter."""
    file = tmp_path / "questions.jsonl"
    file.write_text(f"{json.dumps({**GOOD, 'id': 'v1'})}\n\n{json.dumps(GOOD)}\n")
    questions = read_questions(file)
    assert [question.text for question in questions] == ["sa kohe", "sa kohe"]
    assert questions[1].place.line == 3


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{broken", "it is not JSON."),
        ("[" * 100_000, "it is nested too deeply."),
        ("[]", "it is no JSON object."),
        (json.dumps({**GOOD, "text": 5}), '"text" is missing or no text.'),
        (json.dumps({**GOOD, "kind": "question"}), '"question" is no kind; possible:'),
        (json.dumps({**GOOD, "language": "de"}), '"de" is no language; possible: sq, en, mixed.'),
        (json.dumps({**GOOD, "expect": "visa"}), '"expect" is no list of entry ids.'),
    ],
)
def test_wrong_lines_are_named(tmp_path: Path, line: str, what: str) -> None:
    """Every line that is wrong is named with its number, and what is wrong with it."""
    file = tmp_path / "questions.jsonl"
    file.write_text(f"{json.dumps(GOOD)}\n{line}\n{line}\n")
    with pytest.raises(ContentProblems) as caught:
        read_questions(file)
    assert [problem.place.line for problem in caught.value.problems] == [2, 3]
    assert what in caught.value.problems[0].what


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A missing file is a problem in words, whatever its form."""
    for name in ("questions.jsonl", "questions.yaml"):
        with pytest.raises(ContentProblems, match="cannot be opened"):
            read_questions(tmp_path / name)


def test_our_own_set_is_read() -> None:
    """The content's evaluation set is read from its YAML."""
    content = Path(__file__).parents[1] / "knowledge_base" / "content"
    questions = read_questions(content / "evaluation.yaml")
    assert len(questions) >= 150
    assert {question.kind for question in questions} == {"faq", "urgent", "oos", "smalltalk"}
