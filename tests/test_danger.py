"""Danger is recognised in whatever style it is written, and calm questions are left calm."""

import re
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.files.evaluation_file import read_evaluation
from knowledge_base.files.marked_yaml import read
from knowledge_base.knowledge import asked_texts
from knowledge_base.loading import load
from knowledge_base.model import DANGER_KINDS
from knowledge_base.problems import Problem
from knowledge_base.recognising.danger import Danger
from knowledge_base.recognising.danger_examples import DangerExample, read_examples
from knowledge_base.recognising.requests import Requests
from knowledge_base.words.language_data import LanguageData

CONTENT = Path(__file__).parent.parent / "knowledge_base" / "content"
SENTENCES = Path(__file__).parent / "danger_sentences"


@pytest.fixture(scope="session")
def danger(tmp_path_factory: pytest.TempPathFactory) -> Danger:
    """As the product has it, learnt once for all test processes."""
    problems: list[Problem] = []
    cache = tmp_path_factory.getbasetemp().parent / "learnt"
    data = LanguageData.load(CONTENT, problems)
    calm = [*asked_texts(load(CONTENT)), *Requests.load(CONTENT, data, problems).phrases]
    danger = Danger.load(CONTENT, problems, data, calm=calm, cache=cache)
    assert problems == []
    return danger


def sentences(name: str) -> list[dict[str, str]]:
    read: list[dict[str, str]] = yaml.safe_load((SENTENCES / f"{name}.yaml").read_text("utf-8"))
    return read


def examples() -> tuple[DangerExample, ...]:
    return read_examples(CONTENT, [])


def calm_texts() -> list[str]:
    """What the entries are asked by that no danger belongs to."""
    entries = load(CONTENT).entries.values()
    return [way.text for entry in entries if not entry.danger for way in entry.asked]


def kind(danger: Danger, text: str) -> str | None:
    hit = danger.recognise(text)
    return hit.kind if hit else None


@pytest.mark.parametrize(
    ("name", "heard", "false_alarms"),
    [
        ("develop", 0.96, 0.02),
        ("held_out", 0.9, 0.04),
        ("held_out_seven", 0.9, 0.06),
        ("eight", 0.95, 0.12),
    ],
)
def test_sentences(danger: Danger, name: str, heard: float, false_alarms: float) -> None:
    """No change makes danger worse recognised in sentences that are no examples."""
    rows = sentences(name)
    alarming = [danger.recognise(row["text"]) is not None for row in rows if row["kind"] != "calm"]
    calm = [danger.recognise(row["text"]) is not None for row in rows if row["kind"] == "calm"]
    assert sum(alarming) >= heard * len(alarming)
    assert sum(calm) <= false_alarms * len(calm)


def test_whole_stories(danger: Danger) -> None:
    """Danger told as a story is heard, and most calm stories stay calm."""
    stories = sentences("stories")
    alarms = [danger.recognise(story["text"]) is not None for story in stories]
    of_danger = [heard for heard, story in zip(alarms, stories, strict=True) if story["danger"]]
    assert sum(of_danger) >= 0.9 * len(of_danger)
    assert sum(alarms) - sum(of_danger) <= 0.3 * (len(alarms) - len(of_danger))


def test_own_questions(danger: Danger) -> None:
    """Of the content's own measuring questions, 95 in 100 of those that are danger are recognised;
    of the others at most one in fifty is taken for it.
    """
    top = read(CONTENT, "evaluation.yaml", [])
    assert top is not None
    questions = read_evaluation(top)
    alarms = {q.text: danger.recognise(q.text) is not None for q in questions}
    urgent = [alarms[q.text] for q in questions if q.kind == "urgent"]
    assert sum(urgent) >= 0.95 * len(urgent)
    others = [q.text for q in questions if q.kind != "urgent"]
    assert sum(alarms[text] for text in others) <= len(others) / 50


def test_what_measures_is_not_taught() -> None:
    """No sentence that measures is one of the examples."""
    top = read(CONTENT, "evaluation.yaml", [])
    assert top is not None
    files = ("develop", "held_out", "held_out_seven", "eight", "stories")
    measuring = [row["text"] for name in files for row in sentences(name)]
    measuring += [q.text for q in read_evaluation(top)]
    assert {bare(text) for text in measuring} & {bare(e.text) for e in examples()} == set()


def bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def test_an_example_is_recognised(danger: Danger) -> None:
    """What an editor writes under a kind is recognised, nearly always."""
    alarming = [danger.recognise(e.text) is not None for e in examples() if e.kind]
    calm = [danger.recognise(e.text) is not None for e in examples() if not e.kind]
    assert sum(alarming) >= 0.98 * len(alarming)
    assert sum(calm) <= 0.02 * len(calm)


def test_calm_ways_of_asking(danger: Danger) -> None:
    """Nothing that an entry without danger is asked by raises an alarm, nearly always."""
    calm = calm_texts()
    assert sum(danger.recognise(text) is not None for text in calm) <= len(calm) / 100


def test_passport_taken_and_not_let_out(danger: Danger) -> None:
    """The northern chat sentence from the first day means that somebody is held."""
    assert kind(danger, "ma kan marr pasaporten sme lene me dal") == "held"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nuk dua të jetoj më.", "self_harm"),
        ("burri me rreh", "violence"),
        ("my boss took my passport", "held"),
        ("me detyrojne te prostituohem", "trafficking"),
        ("po m'kercnojn se do ta djegin shpin", "threats"),
        ("vllau asht zhduk", "missing"),
        ("im 15 and alone in brussels, nowhere to sleep", "child"),
    ],
)
def test_each_kind(danger: Danger, text: str, expected: str) -> None:
    """Each kind of danger is told from the others."""
    assert kind(danger, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "What is human trafficking?",
        "si denoncohet nje trafikant",
        "a ka strehe per viktimat e dhunes ne shkoder",
        "kam humbur pasaporten ne bruksel",
        "how do i recognise a fake job offer",
        "nuk dua te jetoj me prinderit",
        "a e di ku eshte ambasada",
        "this paperwork is killing me",
        "",
    ],
)
def test_calm_questions(danger: Danger, text: str) -> None:
    """A question that only names danger, or only sounds like it, raises no alarm."""
    assert danger.recognise(text) is None


def test_one_word_is_no_danger(danger: Danger) -> None:
    """A single word that is in many stories of danger says nothing by itself."""
    words = {word for text in calm_texts() for word in text.split()}
    assert [word for word in sorted(words) if danger.recognise(word) is not None] == []


def test_calm_question_about_oneself(danger: Danger) -> None:
    """A calm question about what happens to the person or somebody near is danger all the same."""
    assert danger.recognise("where can a woman go if her husband beats her") is None
    assert kind(danger, "where can i go, my husband beats me") == "violence"


def test_first_kind_wins(danger: Danger) -> None:
    """Where several kinds fit, the life of the person comes first."""
    assert kind(danger, "shefi ma mori pasaporten dhe dua te vras veten") == "self_harm"
    assert kind(danger, "me rreh dhe me ka marre pasaporten") == "violence"


def test_all_of_a_long_message(danger: Danger) -> None:
    """The last sentence of the longest message is read, without delay."""
    calm = "Dua të di sa kohë mund të qëndroj te motra në Gent dhe çfarë letrash duhen. "
    story = calm * (9_900 // len(calm)) + "ma kan marr pasaporten"
    danger.recognise(story)
    began = time.process_time()
    assert kind(danger, story) == "held"
    assert time.process_time() - began < 0.05


@pytest.mark.parametrize(
    "text",
    [
        "nuk " * 4000,
        "me rreth " * 1800,
        "he not let my " * 1100,
        "s'm'n'" * 2600,
        "ma mori\n" * 2000,
    ],
)
def test_no_message_is_slow(danger: Danger, text: str) -> None:
    """A message made to be slow is not."""
    began = time.process_time()
    danger.recognise(text)
    assert time.process_time() - began < 0.25


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=400))
def test_any_text(danger: Danger, text: str) -> None:
    """Whatever is typed gives an answer and no exception."""
    danger.recognise(text)


@pytest.mark.parametrize("text", ["", " \n", "\u200b\u200d\ufeff", "\u2066\u202e\u2069" * 3000])
def test_nothing_that_can_be_seen(danger: Danger, text: str) -> None:
    """A text of which nothing can be seen is no danger, however long."""
    assert danger.recognise(text) is None


def test_danger_in_the_middle(danger: Danger) -> None:
    """One sentence of danger is heard in the middle of the longest message."""
    calm = calm_texts()[::7]
    story = [*calm[:130], "burri me rreh dhe nuk me le te dal", *calm[130:260]]
    assert kind(danger, ". ".join(story)) in ("violence", "held")


def test_because_names_the_lines(danger: Danger) -> None:
    """An editor is told which words met which lines of the files."""
    hit = danger.recognise("my boss took my passport yesterday")
    assert hit is not None
    lines = dict(re.findall(r"language/(danger\w*\.yaml):(\d+)", hit.because))
    assert set(lines) == {"danger.yaml", "danger_examples.yaml"}
    for file, line in lines.items():
        written = (CONTENT / "language" / file).read_text("utf-8").splitlines()[int(line) - 1]
        assert re.search("papers|passport|pasaport", written), written
    assert '"took"' in hit.because


# --- the replies


def replies() -> dict[str, dict[str, str]]:
    texts: dict[str, dict[str, str]] = yaml.safe_load(
        (CONTENT / "texts/danger.yaml").read_text("utf-8")
    )
    return texts


def test_replies_begin_with_112() -> None:
    """Every reply to danger begins with the number that works in both countries, and is short."""
    for key in [*(f"danger_{kind}" for kind in DANGER_KINDS), "danger_again"]:
        for words in replies()[key].values():
            assert words.startswith("112")
            assert len(words) <= 500


def test_numbers_in_replies_are_known() -> None:
    """Every number in a reply stands in the contacts."""
    contacts = yaml.safe_load((CONTENT / "contacts.yaml").read_text("utf-8"))["contacts"]
    known = {"".join(phone.split()) for contact in contacts for phone in contact["phones"]}
    for both in replies().values():
        for words in both.values():
            numbers = re.findall(r"\+?\d[\d ]*\d", words)
            assert {"".join(number.split()) for number in numbers} <= known
