"""What people read is spelt right, in both languages, or the check says that nobody looked."""

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cli import udha
from knowledge_base.checking import check
from knowledge_base.checks.spelling import WITH_SUGGESTIONS
from knowledge_base.dictionaries import Dictionary, find
from knowledge_base.files.content_folder import ALLOWED_WORDS, language_version_of, version_of
from knowledge_base.model import Language
from knowledge_base.words.spelled import parts, spelled
from tests.fakes.dictionary import KnowsAllBut

HERE = Path(__file__).parent
SOUND = HERE / "sound_content"
CONTENT = HERE.parent / "knowledge_base" / "content"
TODAY = date(2026, 11, 24)
UNKNOWN: Mapping[str, Sequence[str]] = dict.fromkeys(
    [
        "fedasil",
        "cpas",
        "bruksel",
        "komunen",
        "itt",
        "huis",
        "nederlands",
        "pasport",
        "s'ka",
        "13huis",
    ],
    (),
)
"""Words that the dictionaries of most of these tests do not know."""


class Desk:
    """A content folder in which one text and the allowed words are written anew."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(SOUND, folder)

    def write(self, sq: str = "Mirë", en: str = "Well") -> None:
        """What `texts/new.yaml` says."""
        lines = [f"  {language}: |\n    {text}\n" for language, text in (("sq", sq), ("en", en))]
        (self.folder / "texts" / "new.yaml").write_text(f"new:\n{''.join(lines)}", "utf-8")

    def allow(self, words: str) -> None:
        """What `language/allowed_words.yaml` says."""
        (self.folder / "language" / "allowed_words.yaml").write_text(words, "utf-8")

    def said(self, dictionaries: Mapping[Language, Dictionary] | None = None) -> list[str]:
        """The words that are said to be unknown, and the allowed ones said to be left over."""
        if dictionaries is None:
            dictionaries = {"sq": KnowsAllBut(UNKNOWN), "en": KnowsAllBut(UNKNOWN)}
        problems = check(self.folder, TODAY, None, dictionaries).problems
        in_list = [f"-{p.where}" for p in problems if p.place.file == ALLOWED_WORDS]
        about_words = ("is not in the dictionary.", "has lost its ë or ç.")
        return in_list + [p.what.split('"')[1] for p in problems if p.what.endswith(about_words)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "content")


# ------------------------------------------------------------------------ which words are looked up


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Shko në Bruksel. BRUKSEL!", ["Bruksel", "BRUKSEL"]),
        ("{bruksel} bruksel.be/cpas info@bruksel.be https://cpas.be/bruksel /bruksel", []),
        ("Zyra (Bruksel/Fedasil), p.sh. Bruksel-Fedasil", ["Bruksel", "Fedasil"]),
        ("9-it, 112-s, BE-ja, AKPA-n, +32 2 640 14 22, D, 8:30-14:00", []),
        ("CPAS-it dhe CPAS-itt", ["CPAS", "itt"]),
        ("s'ka, S'ka, s’ka, t'fedasil, n'fedasil", ["fedasil", "n'fedasil"]),
        ("13 13huis", ["huis"]),
    ],
)
def test_words_of_albanian(desk: Desk, text: str, said: list[str]) -> None:
    """Links, placeholders, numbers and the endings of abbreviations are no words to look up."""
    desk.write(sq=text)
    assert desk.said() == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Fedasil's and the CPAS' rules", ["Fedasil", "CPAS"]),
        ("the 9-it is no ending in English", ["it"]),
        ("visa type D, annex 3bis, 32A", []),
    ],
)
def test_words_of_english(desk: Desk, text: str, said: list[str]) -> None:
    """English has its own short forms, and none of the Albanian ones."""
    unknown = dict.fromkeys(["fedasil", "cpas", "it", "d", "3bis", "32a"], ())
    desk.write(en=text)
    assert desk.said({"sq": KnowsAllBut({}), "en": KnowsAllBut(unknown)}) == said


def test_ways_of_asking_are_exempt(desk: Desk) -> None:
    """People type as they like: how they ask is not looked up, what they read is."""
    file = desk.folder / "faq" / "travel.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace("[afati", "[bruksel afati").replace("Ditët k", "Bruksel k"), "utf-8"
    )
    assert desk.said() == ["Bruksel"]


def test_said_once_in_a_text(desk: Desk) -> None:
    """A word that stands three times in a text is said once, where it stands first."""
    desk.write(sq="Bruksel, Bruksel\n    Bruksel")
    assert desk.said() == ["Bruksel"]


def test_lost_signs_are_said_once(desk: Desk) -> None:
    """A word that lost its ë is no unknown word besides."""
    desk.write(sq="eshte")
    unknown = KnowsAllBut({"eshte": ("është",)})
    assert desk.said({"sq": unknown}) == ["eshte"]


def test_not_everything_gets_suggestions(desk: Desk) -> None:
    """In a folder full of unknown words nobody waits minutes for suggestions."""
    words = [f"a{letter}b" for letter in "abcdefghijklmnopqrstuvwxyz"]
    desk.write(sq=" ".join(words))
    dictionary = KnowsAllBut(dict.fromkeys(words, ()))
    assert desk.said({"sq": dictionary}) == words
    assert dictionary.asked == words[:WITH_SUGGESTIONS]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(alphabet="ab'’-/.:@{} 1\nëÇA", max_size=30))
def test_any_text(text: str) -> None:
    """Whatever stands in a text, every word stands where it is said to stand."""
    for one in spelled(text):
        assert text[one.at :].replace("’", "'").startswith(one.word)
        assert all(part in one.word for part in parts(one.word, "sq"))


# -------------------------------------------------------------------------------- words allowed


def test_allowed_words(desk: Desk) -> None:
    """A word with a reason is not said, in its own languages only."""
    desk.write(sq="Bruksel, CPAS, Fedasil-Bruksel", en="CPAS, Bruksel")
    desk.allow("both:\n  CPAS: office\nsq:\n  Bruksel: city\n  Fedasil: agency\n")
    assert desk.said() == ["Bruksel"]


def test_allowed_in_small_letters(desk: Desk) -> None:
    """A word in small letters may begin a sentence; a name is not allowed in small letters."""
    desk.write(sq="Komunen komunen fedasil", en="Fedasil")
    desk.allow("both:\n  Fedasil: agency\nsq:\n  komunen: a form\n")
    assert desk.said() == ["fedasil"]


def test_allowed_names(desk: Desk) -> None:
    """A name of several words is allowed as it is written, and its words only in it."""
    desk.write(sq="Huis van het Nederlands, Huis")
    desk.allow("sq:\n  Huis van het Nederlands: name\n")
    assert desk.said() == ["Huis"]


def test_left_over(desk: Desk) -> None:
    """An allowed word or name that is needed nowhere is said."""
    desk.write(sq="Mirë se erdhe")
    desk.allow("sq:\n  Mirë: a word\n  Mirë se: a name\n  CPAS: an office\n")
    assert desk.said() == ["-Mirë", "-Mirë se", "-CPAS"]


def test_needed_in_one_language(desk: Desk) -> None:
    """A word for both languages is not left over where only one of them needs it."""
    desk.write(sq="CPAS", en="CPAS")
    desk.allow("both:\n  CPAS: office\n")
    assert desk.said({"sq": KnowsAllBut({}), "en": KnowsAllBut(UNKNOWN)}) == []


def test_one_dictionary(desk: Desk) -> None:
    """Without a language's dictionary nothing of that language is called unknown or left over."""
    desk.write(sq="Bruksel CPAS", en="CPAS pasport")
    desk.allow("both:\n  CPAS: office\nsq:\n  Bruksel: city\n")
    assert desk.said({"en": KnowsAllBut(UNKNOWN)}) == ["pasport"]
    assert desk.said({}) == []


def test_allowing_changes_nothing(desk: Desk) -> None:
    """A word more in the list is no new version of the content, and nothing is learned again."""
    before = version_of(desk.folder), language_version_of(desk.folder)
    desk.allow("sq:\n  CPAS: office\n")
    assert (version_of(desk.folder), language_version_of(desk.folder)) == before


# --------------------------------------------------------------------- dictionaries of the machine


def lay(folder: Path, name: str, *words: str, encoding: str = "UTF-8") -> Path:
    """A dictionary of a few words, as Hunspell reads it."""
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.aff").write_text(f"SET {encoding}\nTRY abcdefghijklmnoprstuvë\n", encoding)
    (folder / f"{name}.dic").write_text("\n".join([str(len(words)), *words]), encoding)
    return folder


def test_found(tmp_path: Path) -> None:
    """Each dictionary is read from the first folder that has it, and suggests what was meant."""
    first = lay(tmp_path / "first", "sq_AL", "punë", encoding="ISO8859-1")
    second = lay(tmp_path / "second", "sq_AL", "vizë", encoding="ISO8859-1")
    lay(second, "en_GB", "work")
    found = find([tmp_path / "nowhere", first, second])
    assert found.missing == ()
    albanian, english = found.dictionaries["sq"], found.dictionaries["en"]
    assert [albanian.knows(word) for word in ("punë", "Punë", "vizë", "pune")] == [1, 1, 0, 0]
    assert [*albanian.suggest("pume")] == ["punë"]
    assert [english.knows(word) for word in ("work", "punë")] == [1, 0]


def test_letters_of_another_alphabet(tmp_path: Path) -> None:
    """A letter that a dictionary cannot even write down makes an unknown word, no crash."""
    lay(tmp_path, "sq_AL", "punë", encoding="ISO8859-1")
    albanian = find([tmp_path]).dictionaries["sq"]
    assert not albanian.knows("работа")
    assert [*albanian.suggest("работа")] == []


def test_missing(tmp_path: Path) -> None:
    """A dictionary that is not there is said, with where it was sought and how to get it."""
    lay(tmp_path, "en_GB", "work")
    (tmp_path / "sq_AL.dic").touch()
    found = find([tmp_path])
    assert list(found.dictionaries) == ["en"]
    assert found.missing == (
        f"SPELLING NOT CHECKED in Albanian: sq_AL.aff and sq_AL.dic are in none of {tmp_path}. "
        "Install them, on Debian with apt-get install myspell-sq.",
    )


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Udha only runs, the library is not installed: that is said, and nothing breaks."""
    monkeypatch.setitem(sys.modules, "hunspell", None)
    found = find()
    assert found.dictionaries == {}
    assert found.missing[0].startswith("SPELLING NOT CHECKED: chunspell is not installed.")


# ------------------------------------------------------------------------------ the command


def checked(dictionaries: Path, ci: str | None) -> Result:
    arguments = ["check", str(CONTENT), "--spelling", "--dictionaries", str(dictionaries)]
    return CliRunner().invoke(udha, arguments, env={"CI": ci})


def test_skipped_aloud(tmp_path: Path) -> None:
    """Without dictionaries the last lines say so, and sound content is still sound."""
    done = checked(tmp_path, ci=None)
    assert [line.partition(":")[0] for line in done.output.splitlines()[-2:]] == [
        "SPELLING NOT CHECKED in Albanian",
        "SPELLING NOT CHECKED in English",
    ]
    assert done.exit_code == 0


def test_never_skipped_before_a_change_is_taken(tmp_path: Path) -> None:
    """Where CI is set a missing dictionary fails, so that nobody believes in a check of nothing."""
    assert checked(tmp_path, ci="true").exit_code == 1


def test_unknown_words_fail(tmp_path: Path) -> None:
    """A word that no dictionary and no list knows keeps a change from being taken."""
    done = checked(lay(tmp_path, "en_GB", "work"), ci=None)
    assert done.exit_code == 1
    assert '"visa" is not in the dictionary.' in done.output


# ------------------------------------------------------------------------- the real dictionaries


@pytest.fixture(scope="session")
def real() -> Mapping[Language, Dictionary]:
    """Both dictionaries of this machine."""
    found = find()
    if found.missing and os.environ.get("CI") == "true":
        pytest.fail("\n".join(found.missing))
    if found.missing:
        pytest.skip("\n".join(found.missing))
    return found.dictionaries


def test_content(real: Mapping[Language, Dictionary]) -> None:
    """Both dictionaries find nothing outside the allowed words, and no word is allowed in vain."""
    without = check(CONTENT, TODAY).problems
    assert [str(p) for p in check(CONTENT, TODAY, None, real).problems if p not in without] == []


@pytest.mark.parametrize(
    ("language", "right", "wrong"),
    [
        ("sq", "Kërkoj punë në Belgjikë, s'kam vizë, t'i them", ["Kerkoj", "Belgjikkë", "vizzë"]),
        ("en", "I can't organise work's permits in Belgium", ["permitt", "goverment", "color"]),
    ],
)
def test_real_words(
    real: Mapping[Language, Dictionary],
    desk: Desk,
    language: Language,
    right: str,
    wrong: list[str],
) -> None:
    """Right words are known, with their endings and short forms; mistakes are not."""
    desk.allow("both:\n  Udha: this bot\n")
    desk.write(**{language: " ".join([right, *wrong])})
    assert desk.said(real) == wrong
