"""Foreign subjects are named as such, and no question for Udha is sent away."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.loading import load
from knowledge_base.problems import Problem
from knowledge_base.recognising.out_of_scope import OutOfScope

CONTENT = Path(__file__).parent.parent / "knowledge_base" / "content"


def asked() -> list[str]:
    """All that the entries may be asked by."""
    entries = load(CONTENT).entries.values()
    ways = [way.text for entry in entries for way in entry.asked]
    return ways + [text for entry in entries for text in entry.question.values()]


@pytest.fixture(scope="module")
def out_of_scope() -> OutOfScope:
    problems: list[Problem] = []
    loaded = OutOfScope.load(CONTENT, problems, asked=asked())
    assert problems == []
    return loaded


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("viza pune per gjermani", "other_country"),
        ("do i need a visa for italy", "other_country"),
        ("lottery green card", "green_card"),
        ("pasaporta e kosoves", "kosovo"),
        ("si do jete moti neser ne shkoder", "weather"),
        ("kush fitoi ligen e kampioneve", "sport"),
        ("a te blej bitcoin", "crypto"),
        ("me qera ne antwerp apartament", "renting"),
        ("open a bank account in brussels", "banks"),
        ("dogana per makinen nga belgjika", "cars"),
        ("sa kushton bileta tirane bruksel", "flights"),
        ("pensioni i babait", "pensions"),
        ("recipe for byrek", "recipes"),
        ("divorce lawyer in shkodra", "lawyers"),
        ("student visa for prague", "other_country"),
        (
            "kam punu ne itali te firenze, pastaj u ktheva, tash due vize pune per suedi",
            "other_country",
        ),
        ("si e marr nje kart debiti", "banks"),
        ("prepaid sim in brussels", "phone_credit"),
        ("avokat per aksident me makine", "lawyers"),
    ],
)
def test_foreign_subjects(out_of_scope: OutOfScope, text: str, subject: str) -> None:
    """Each foreign subject is named, so that its own honest sentence is said."""
    assert out_of_scope.recognise(text) == subject


@pytest.mark.parametrize(
    "text",
    [
        "a mund te kaloj permes italise per ne belgjike",
        "i spent 30 days in germany, do they count for my 90 days",
        "kam leje qendrimi italiane, a mund te punoj ne belgjike",
        "they took my fingerprints in germany, can i ask asylum in belgium",
        "my flight to brussels was refused at the border",
        "sa euro ne dite duhen ne kufi",
        "patenta shqiptare ne belgjike per shofer kamioni",
        "is a bank card enough at the border",
        "kam kart belge me afat",
        "",
    ],
)
def test_questions_for_udha(out_of_scope: OutOfScope, text: str) -> None:
    """A question that belongs to Belgium, short stays or the way there is not sent away."""
    assert out_of_scope.recognise(text) is None


def test_ways_of_asking_are_not_sent_away(out_of_scope: OutOfScope) -> None:
    """No way of asking and no question of any entry looks foreign."""
    assert [text for text in asked() if out_of_scope.recognise(text) is not None] == []


def test_a_word_of_the_entries_is_no_slip() -> None:
    """What the entries are asked by is never taken for a misspelt foreign word."""
    text = "does the komputer count my days"
    without = OutOfScope.load(CONTENT, [])
    assert without.recognise("footbal match") == "sport"
    assert OutOfScope.load(CONTENT, [], asked=["footbal match"]).recognise("footbal match") is None
    assert OutOfScope.load(CONTENT, [], asked=[text]).recognise(text) is None


def test_because_names_the_line(out_of_scope: OutOfScope) -> None:
    """An editor is told which words met which line of the file."""
    because = out_of_scope.because("pensioni i babait")
    assert because is not None
    assert because.startswith("pensions: pensions (language/out_of_scope.yaml:")
    assert out_of_scope.because("viza belge") is None


def test_every_subject_has_its_reply(out_of_scope: OutOfScope) -> None:
    """Nothing is recognised that Udha has no words for, and no words lie idle."""
    texts = yaml.safe_load((CONTENT / "texts/out_of_scope.yaml").read_text("utf-8"))
    assert {f"out_of_scope_{name}" for name in out_of_scope.names} == set(texts)


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=200))
def test_any_text(out_of_scope: OutOfScope, text: str) -> None:
    """Whatever is typed gives an answer and no exception."""
    out_of_scope.recognise(text)
