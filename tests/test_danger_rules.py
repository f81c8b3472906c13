"""The rules of danger: how their file is written, and what is said about mistakes in it."""

from pathlib import Path

import pytest

from knowledge_base.problems import Problem
from knowledge_base.recognising.danger_rules import DangerRules

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
    DangerRules.load(folder, problems)
    return [f"{p.place.line}: {p.what}" for p in problems if p.place.file.endswith("danger.yaml")]


def test_sound_file(folder: Path) -> None:
    """A small file without mistakes has no problem and works."""
    assert problems_of(folder, SOUND) == []
    assert kind(load_quietly(folder), "shefi ma ka marre pasaporten") == "held"


def kind(danger: DangerRules, text: str) -> str | None:
    hit = danger.recognise(text)
    return hit.kind if hit else None


def load_quietly(folder: Path) -> DangerRules:
    return DangerRules.load(folder, [])


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
