"""Whatever is wrong in the content is said with file, line, and what to do.

`broken_content/<mistake>/` holds the one file that is laid over `sound_content/`, and `says.txt`
the exact sentences that follow from it.
"""

import ast
import re
import shutil
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import knowledge_base
from knowledge_base.checking import Report, check
from knowledge_base.checks import LOOKING_UP, RULES, Rule
from knowledge_base.checks.edition import NeededTexts
from knowledge_base.dictionaries import Dictionary
from knowledge_base.files.yaml_nodes import MISTAKES, compose
from knowledge_base.loading import load
from knowledge_base.model import Language
from knowledge_base.problems import ContentProblems, Problem
from tests.fakes.dictionary import KnowsAllBut

HERE = Path(__file__).parent
SOUND, BROKEN = HERE / "sound_content", HERE / "broken_content"
SAYS = "says.txt"
TODAY = date(2026, 11, 24)
NEEDED: NeededTexts = {
    "greeting": frozenset(),
    "cases": frozenset({"count"}),
    "danger_*": frozenset(),
    "small_talk_*": frozenset(),
    "out_of_scope_*": frozenset(),
}
DICTIONARIES: Mapping[Language, Dictionary] = {
    "sq": KnowsAllBut({"pasaprotë": ("pasaportë", "pasaportën", "pashaportë", "raportë")}),
    "en": KnowsAllBut({"zzyzx": ()}),
}
MISTAKES_IN_FILES = sorted(path.name for path in BROKEN.iterdir() if path.is_dir())

Speaking = set[tuple[str, int]]
"""File and line of all code that was at work when a problem was noted."""


def lay(mistake: str, folder: Path) -> Path:
    """The sound content in a new folder, with one broken file laid over it."""
    shutil.copytree(SOUND, folder, dirs_exist_ok=True)
    lay_over(BROKEN / mistake, folder)
    return folder


def lay_over(broken: Path, folder: Path) -> None:
    """Put the files of one mistake in place of the sound ones."""
    shutil.copytree(broken, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(SAYS))


def said(report: Report) -> list[str]:
    return [f"{problem.severity}: {problem}" for problem in report.problems]


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """The sound content, to be broken."""
    shutil.copytree(SOUND, tmp_path / "content")
    return tmp_path / "content"


def test_sound_content() -> None:
    """Sound content gives no problem at all, not even a notice."""
    assert check(SOUND, TODAY, NEEDED, DICTIONARIES).problems == ()


@pytest.mark.parametrize("mistake", MISTAKES_IN_FILES)
def test_mistake(mistake: str, tmp_path: Path) -> None:
    """A mistake is said once, with the right file, line and advice."""
    report = check(lay(mistake, tmp_path), TODAY, NEEDED, DICTIONARIES)
    assert said(report) == (BROKEN / mistake / SAYS).read_text(encoding="utf-8").splitlines()


def _nothing_in(room: str) -> Callable[[Path], None]:
    return lambda folder: shutil.rmtree(folder / room)


def _no_contacts(folder: Path) -> None:
    (folder / "contacts.yaml").unlink()


def _contacts_is_a_folder(folder: Path) -> None:
    _no_contacts(folder)
    (folder / "contacts.yaml").mkdir()


def _link_to_itself(folder: Path) -> None:
    (folder / "faq" / "loop.yaml").symlink_to("loop.yaml")


def _link_to_its_folder(folder: Path) -> None:
    (folder / "texts" / "again").symlink_to("..", target_is_directory=True)


@pytest.mark.parametrize(
    ("breaks", "sentence"),
    [
        (
            shutil.rmtree,
            "content: there is no such folder. Name the folder that holds faq, texts and "
            "contacts.yaml.",
        ),
        (
            _nothing_in("faq"),
            'faq: the folder "faq" is missing or empty. Put a file such as "faq/….yaml" there.',
        ),
        (
            _nothing_in("texts"),
            'texts: the folder "texts" is missing or empty. Put a file such as "texts/….yaml" '
            "there.",
        ),
        (
            _no_contacts,
            "contacts.yaml:1: this file cannot be opened (No such file or directory). Put the "
            "file there, or make it readable.",
        ),
        (
            _contacts_is_a_folder,
            "contacts.yaml:1: this file cannot be opened (Is a directory). Put the file there, "
            "or make it readable.",
        ),
        (
            _link_to_itself,
            "faq/loop.yaml:1: this file cannot be opened (Too many levels of symbolic links). "
            "Put the file there, or make it readable.",
        ),
        (
            _link_to_its_folder,
            "texts/again: this folder is not read. Move it out of the content folder.",
        ),
    ],
)
def test_mistake_in_the_folder(
    breaks: Callable[[Path], None], sentence: str, content: Path
) -> None:
    """A missing, unreadable or endless file or folder is one problem, and hides no other."""
    breaks(content)
    assert said(check(content, TODAY, NEEDED)) == [f"error: {sentence}"]


def test_all_at_once(tmp_path: Path) -> None:
    """One run says everything that is wrong in all files, by file and line."""
    shutil.copytree(SOUND, tmp_path, dirs_exist_ok=True)
    for mistake in ("phone-with-words", "status-unknown", "brace-not-closed", "alias-taken"):
        lay_over(BROKEN / mistake, tmp_path)
    places = [str(problem.place) for problem in check(tmp_path, TODAY, NEEDED).errors]
    assert places == [
        "contacts.yaml:7",
        "faq/about.yaml:6",
        "faq/travel.yaml:5",
        "texts/chat.yaml:2",
    ]


def test_loading_raises_all_errors(tmp_path: Path) -> None:
    """Content with an error is never loaded, and the reason is the sentence that editors see."""
    with pytest.raises(ContentProblems) as raised:
        load(lay("review-date-missing", tmp_path))
    assert str(raised.value) == (
        'faq/travel.yaml:4: overstay: "review_by" is missing. Add a line "review_by: …".'
    )


def test_warnings_do_not_keep_content_from_use(tmp_path: Path) -> None:
    """Content that only looks odd, such as with Windows line ends, is loaded."""
    assert "cases" in load(lay("windows-line-ends", tmp_path)).texts


def test_taken_as_written(content: Path) -> None:
    """What YAML would read as a truth value, a time or a number is the text that was written."""
    text = "no: {sq: no, en: 12:30}\nyes: {sq: 007, en: 2027-03-31}\n"
    (content / "texts" / "odd.yaml").write_text(text, encoding="utf-8")
    texts = load(content).texts
    assert [texts.say("no", "sq"), texts.say("no", "en")] == ["no", "12:30"]
    assert [texts.say("yes", "sq"), texts.say("yes", "en")] == ["007", "2027-03-31"]


def test_letters_of_a_mac(content: Path) -> None:
    """An ë that was saved as two signs is read as the one letter that it is."""
    text = "two: {sq: e\u0308, en: two}\n"
    (content / "texts" / "mac.yaml").write_text(text, encoding="utf-8")
    assert load(content).texts.say("two", "sq") == "ë"


def test_topics_in_their_order(content: Path) -> None:
    """Topics come in the order that their files say, then by file name."""
    (content / "faq" / "home.yaml").write_text(
        "topic: home\nlabel: {sq: Shtëpia, en: Home}\nentries: []\n", encoding="utf-8"
    )
    assert list(load(content).topics) == ["home", "travel", "about"]


def test_version(content: Path) -> None:
    """Another byte in any file that is loaded is another version; the evaluation set is not."""
    before = load(content).version
    (content / "evaluation.yaml").unlink()
    assert load(content).version == before
    with (content / "language" / "ideas.yaml").open("a", encoding="utf-8") as file:
        file.write("# one more\n")
    assert load(content).version != before


def test_report_lines(tmp_path: Path) -> None:
    """A report ends with a line that sums it up, and names what is only to be done soon apart."""
    assert check(lay("related-twice", tmp_path), TODAY).lines() == [
        "To be mended soon (1):",
        'faq/travel.yaml:23: overstay, related: "about-bot" stands here twice. Take one of the '
        "two out.",
        "",
        "2 entries in 2 topics, 1 contact, 11 texts: 0 errors, 1 warning, 0 notices.",
    ]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.text(alphabet="ab: -\n\t'\"[]{},&*!|>#%@\\?ë\x07", max_size=40))
def test_any_text(text: str) -> None:
    """Whatever stands in a file, reading it gives values or problems, never an exception."""
    noted: list[int] = []
    node = compose(text, lambda line, what, advice: noted.append(line))
    assert node is not None or noted
    assert all(1 <= line <= text.count("\n") + 1 for line in noted)


# ---------------------------------------------------------------- nothing is left without a fixture


@pytest.fixture(scope="module")
def speaking() -> Speaking:
    """Where all the problems of all broken files were noted."""
    places: Speaking = set()
    noted = Problem.__init__

    def remember(self: Problem, *args: Any, **kwargs: Any) -> None:
        frame = sys._getframe(1)
        while frame.f_back is not None:
            places.add((frame.f_code.co_filename, frame.f_lineno))
            frame = frame.f_back
        noted(self, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        patch.setattr(Problem, "__init__", remember)
        for mistake in MISTAKES_IN_FILES:
            check(lay(mistake, Path(folder) / mistake), TODAY, NEEDED, DICTIONARIES)
        for broken in (_nothing_in("faq"), _no_contacts, shutil.rmtree):
            content = Path(folder) / f"without {broken}"
            shutil.copytree(SOUND, content)
            broken(content)
            check(content, TODAY, NEEDED)
    return places


@pytest.mark.parametrize("rule", [*RULES, *LOOKING_UP], ids=lambda rule: rule.__module__)
def test_every_rule_has_a_broken_file(rule: Rule, speaking: Speaking) -> None:
    """No rule is without a broken file that makes it speak."""
    files = {file for file, _ in speaking}
    assert sys.modules[rule.__module__].__file__ in files


def test_every_rule_is_listed() -> None:
    """No rule lies in the folder without being looked at."""
    folder = Path(knowledge_base.__file__).parent / "checks"
    rules = {path.stem for path in folder.glob("*.py") if "def check(" in path.read_text("utf-8")}
    assert rules == {rule.__module__.rpartition(".")[2] for rule in (*RULES, *LOOKING_UP)}


@pytest.mark.parametrize(
    "module",
    [
        "checking",
        "files/allowed_words",
        "files/contact_file",
        "files/content_folder",
        "files/diacritics",
        "files/entry_files",
        "files/evaluation_file",
        "loading",
        "files/marked_yaml",
        "files/text_files",
        "files/yaml_nodes",
        *(f"checks/{rule.__module__.rpartition('.')[2]}" for rule in (*RULES, *LOOKING_UP)),
    ],
)
def test_every_sentence_has_a_broken_file(module: str, speaking: Speaking) -> None:
    """No place in the code can note a problem that no broken file shows."""
    path = Path(knowledge_base.__file__).parent / f"{module}.py"
    silent = [
        call.lineno
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and _notes_a_problem(call.func)
        if not any(
            (str(path), line) in speaking
            for line in range(call.lineno, (call.end_lineno or call.lineno) + 1)
        )
    ]
    assert silent == []


def _notes_a_problem(function: ast.expr) -> bool:
    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    return name in ("Problem", "problem", "note", "_refuse", "_empty")


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.what)
def test_every_yaml_mistake_has_a_broken_file(mistake: Any) -> None:
    """No way to break YAML that has a sentence of its own is without a broken file."""
    sentences = "".join(path.read_text("utf-8") for path in BROKEN.glob(f"*/{SAYS}"))
    assert mistake.what.partition("{sign}")[0] in sentences
    assert mistake.advice.partition("{sign}")[0] in sentences


@pytest.fixture
def documented(tmp_path: Path) -> Path:
    """A content folder made of the examples in the editors' reference."""
    for beside in ("language", "texts"):
        shutil.copytree(SOUND / beside, tmp_path / beside)
    reference = (HERE.parent / "docs" / "content-format.md").read_text(encoding="utf-8")
    for example in re.findall(r"```yaml\n(# \S+\.yaml\n.*?)```", reference, re.DOTALL):
        file = tmp_path / example.split("\n", 1)[0].removeprefix("# ")
        file.parent.mkdir(exist_ok=True)
        file.write_text(example, encoding="utf-8")
    return tmp_path


def test_documented_examples(documented: Path) -> None:
    """Who copies every example of the reference gets a content folder without a problem."""
    report = check(documented, TODAY)
    assert said(report) == []
    assert report.content is not None
    assert len(report.content.entries) == len(report.content.contacts) == 1


def test_documented_rules() -> None:
    """Every rule stands in the reference."""
    reference = (HERE.parent / "docs" / "content-format.md").read_text(encoding="utf-8")
    documented_rules = re.findall(r"^\| ([a-z_]+) \|", reference, re.MULTILINE)
    rules = {rule.__module__.rpartition(".")[2] for rule in (*RULES, *LOOKING_UP)}
    assert rules <= set(documented_rules)
