"""Small talk is recognised only where the whole message is small talk."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.loading import load
from knowledge_base.problems import Problem
from knowledge_base.recognising.danger_examples import read_examples
from knowledge_base.recognising.small_talk import SmallTalk

CONTENT = Path(__file__).parent.parent / "knowledge_base" / "content"
SENTENCES = Path(__file__).parent / "small_talk_sentences"


@pytest.fixture(scope="module")
def small_talk() -> SmallTalk:
    problems: list[Problem] = []
    loaded = SmallTalk.load(CONTENT, problems)
    assert problems == []
    return loaded


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Përshëndetje!", "greeting"),
        ("tung bro", "greeting"),
        ("hi, how are you?", "how_are_you"),
        ("flm shum", "thanks"),
        ("ok thanks bye", "thanks"),
        ("natën e mirë", "goodbye"),
        ("what's your name", "name"),
        ("kush je ti", "name"),
        ("a je robot apo njeri", "name"),
        ("tell me a joke", "joke"),
        ("hahahahaha", "laugh"),
        ("okk", "ok"),
        ("je budalla", "insult"),
        ("bravo", "praise"),
        ("👍", "ok"),
        ("❤️", "thanks"),
    ],
)
def test_whole_message(small_talk: SmallTalk, text: str, name: str) -> None:
    """Each kind of small talk has its name, in both languages, in signs too."""
    assert small_talk.recognise(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "Përshëndetje, sa kohë mund të rri në Belgjikë?",
        "hello do i need a visa",
        "faleminderit, po per femijet?",
        "ok po sa kushton",
        "kush je ti dhe a je nga policia",
        "visa",
        "?",
        "",
        "belgjike",
    ],
)
def test_a_question_is_a_question(small_talk: SmallTalk, text: str) -> None:
    """A greeting with a question after it, or a key word, is left to the entries."""
    assert small_talk.recognise(text) is None


def test_own_questions(small_talk: SmallTalk) -> None:
    """Nine of ten of the evaluation set are recognised, and no question of another kind."""
    questions = yaml.safe_load((CONTENT / "evaluation.yaml").read_text("utf-8"))["questions"]
    ours = [q for q in questions if q["kind"] == "smalltalk"]
    assert sum(small_talk.recognise(q["text"]) is not None for q in ours) >= 0.9 * len(ours)
    assert [
        q["text"]
        for q in questions
        if q["kind"] != "smalltalk" and small_talk.recognise(q["text"]) is not None
    ] == []


@pytest.mark.parametrize(
    ("name", "least"), [("develop", 0.95), ("held_out", 0.92), ("held_out_later", 0.87)]
)
def test_messages_of_all_styles(small_talk: SmallTalk, name: str, least: float) -> None:
    """Greetings, thanks, laughs and the rest are recognised in whatever style they are written."""
    messages: list[str] = yaml.safe_load((SENTENCES / f"{name}.yaml").read_text("utf-8"))
    recognised = sum(small_talk.recognise(message) is not None for message in messages)
    assert recognised >= least * len(messages)


def test_nothing_that_matters_is_small_talk(small_talk: SmallTalk) -> None:
    """No way of asking of any entry and no example of danger is taken for small talk."""
    ways = [way.text for entry in load(CONTENT).entries.values() for way in entry.asked]
    alarming = [example.text for example in read_examples(CONTENT, []) if example.kind]
    assert [text for text in ways + alarming if small_talk.recognise(text) is not None] == []


def test_every_name_has_its_reply(small_talk: SmallTalk) -> None:
    """Nothing is recognised that Udha has no words for, and no words lie idle."""
    texts = yaml.safe_load((CONTENT / "texts/small_talk.yaml").read_text("utf-8"))
    assert {f"small_talk_{name}" for name in small_talk.names} == set(texts)


def test_unknown_sign_name_says_where(tmp_path: Path) -> None:
    """Signs for a small talk that does not exist are a problem with its line."""
    (tmp_path / "language").mkdir()
    (tmp_path / "language/small_talk.yaml").write_text(
        "fillers: []\nnames:\n  ok: [ok]\nsigns:\n  okay: 👍\n", "utf-8"
    )
    problems: list[Problem] = []
    SmallTalk.load(tmp_path, problems)
    assert [str(p.place) for p in problems] == ["language/small_talk.yaml:5"]
    assert problems[0].advice == "Possible here: ok."


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=200))
def test_any_text(small_talk: SmallTalk, text: str) -> None:
    """Whatever is typed gives an answer and no exception."""
    small_talk.recognise(text)
