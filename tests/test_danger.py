"""Danger is recognised in whatever style it is written, and calm questions are left calm."""

import re
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.model import DANGER_KINDS
from knowledge_base.problems import Problem
from knowledge_base.recognising.danger import Danger

CONTENT = Path(__file__).parent.parent / "knowledge_base" / "content"
SENTENCES = Path(__file__).parent / "danger_sentences"


@pytest.fixture(scope="module")
def danger() -> Danger:
    return load(CONTENT)


def load(folder: Path) -> Danger:
    problems: list[Problem] = []
    danger = Danger.load(folder, problems)
    assert problems == []
    return danger


def sentences(name: str) -> list[dict[str, str]]:
    read: list[dict[str, str]] = yaml.safe_load((SENTENCES / f"{name}.yaml").read_text("utf-8"))
    return read


def shares(danger: Danger, rows: list[dict[str, str]]) -> tuple[float, float]:
    """Recall over the danger sentences, false alarms over the calm ones."""
    alarms = [danger.recognise(row["text"]) is not None for row in rows]
    calm = [row["kind"] == "calm" for row in rows]
    missed = sum(not a and not c for a, c in zip(alarms, calm, strict=True))
    false = sum(a and c for a, c in zip(alarms, calm, strict=True))
    return 1 - missed / (len(rows) - sum(calm)), false / sum(calm)


def kind(danger: Danger, text: str) -> str | None:
    hit = danger.recognise(text)
    return hit.kind if hit else None


def test_sentences_to_develop_with(danger: Danger) -> None:
    """The sentences that the rules were made with are recognised, and none that is calm."""
    recall, false_alarms = shares(danger, sentences("develop"))
    assert recall >= 0.95
    assert false_alarms <= 0.005


def test_sentences_held_out(danger: Danger) -> None:
    """No change of the rules makes them worse on sentences that they were not made with."""
    recall, false_alarms = shares(danger, sentences("held_out"))
    assert recall >= 0.88
    assert false_alarms <= 0.03


def test_no_sentence_is_in_both_halves() -> None:
    """A sentence that measures is not one that the rules were made with."""
    both = [row["text"].casefold() for name in ("develop", "held_out") for row in sentences(name)]
    assert len(both) == len(set(both))


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


@pytest.mark.parametrize("text", ["nuk " * 2500, "me rreth " * 1100, "he not let my " * 700])
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


def test_because_names_the_line(danger: Danger) -> None:
    """An editor is told which words met which line of the file."""
    hit = danger.recognise("my boss took my passport")
    assert hit is not None
    place = re.search(r"language/danger\.yaml:(\d+)", hit.because)
    assert place is not None
    line = (CONTENT / "language/danger.yaml").read_text("utf-8").splitlines()[int(place[1]) - 1]
    assert "papers" in line or "passport" in line or "pasaport" in line
    assert '"took my"' in hit.because


# --- the file


SOUND = """
groups:
  took: [ma ka marrë]
  papers: [pasaport*]
  calm_words: [si e]
kinds:
  self_harm: {phrases: [vras veten]}
  child: {}
  violence: {}
  held: {together: [{all: [took, papers]}]}
  trafficking: {}
  threats: {}
  missing: {}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "language").mkdir()
    return tmp_path


def problems_of(folder: Path, text: str) -> list[str]:
    (folder / "language/danger.yaml").write_text(text, "utf-8")
    problems: list[Problem] = []
    Danger.load(folder, problems)
    return [f"{p.place.line}: {p.what}" for p in problems if p.place.file.endswith("danger.yaml")]


def test_sound_file(folder: Path) -> None:
    """A small file without mistakes has no problem and works."""
    assert problems_of(folder, SOUND) == []
    assert kind(load_quietly(folder), "shefi ma ka marre pasaporten") == "held"


def load_quietly(folder: Path) -> Danger:
    return Danger.load(folder, [])


def test_order_can_matter(folder: Path) -> None:
    """Groups under "then" count only in their order."""
    (folder / "language/danger.yaml").write_text(SOUND.replace("{all: [took", "{then: [took"))
    danger = load_quietly(folder)
    assert kind(danger, "shefi ma ka marre pasaporten") == "held"
    assert kind(danger, "pasaporten shefi ma ka marre") is None


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ("[took, papers]", "[took, paper]", '10: no group is called "paper".'),
        ("pasaport*", "pa*", '4: "pa*" would take in too many words.'),
        ("[ma ka marrë]", "[ma (ka marrë]", '3: "ma (ka marrë" has a bracket that is not closed'),
        ("[ma ka marrë]", "[… marrë]", '3: "… marrë" is empty, or begins or ends with "…".'),
        ("{all: [took, papers]}", "{within: 5}", '10: neither or both of "all" and "then"'),
        ("papers]}", "papers], within: many}", '10: "many" is no number of words.'),
        ("  child: {}\n", "", '7: "child" is missing.'),
    ],
)
def test_mistakes_say_where(folder: Path, right: str, wrong: str, problem: str) -> None:
    """Each mistake in the file is said with its line."""
    assert right in SOUND
    found = problems_of(folder, SOUND.replace(right, wrong))
    assert any(line.startswith(problem) for line in found), found


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
