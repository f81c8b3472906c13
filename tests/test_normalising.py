"""Reading what people type: the same words, however they are written."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.problems import Problem
from knowledge_base.words.folding import fold
from knowledge_base.words.ideas import IdeaFinder
from knowledge_base.words.language_data import Idea, LanguageData
from knowledge_base.words.normalising import marked_sentences, normalise, sentences
from knowledge_base.words.reading import Reader
from knowledge_base.words.repair import Repairer
from knowledge_base.words.stemming import stem

CONTENT = Path(__file__).parents[1] / "knowledge_base" / "content"
DATA = LanguageData.load(CONTENT, [])
SPELLINGS = {"flm": ("faleminderit",), "dont": ("do", "not"), "n'": ("ne",), "s'": ("nuk",)}
FEW = LanguageData(spellings=SPELLINGS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sa KOHË mund të RRI?", "sa kohe mund te rri"),
        ("âsht nîse ô bûkë é", "asht nise o buke e"),
        ("n’belgjikë", "n'belgjike"),
        ("poooo flmmm", "po flm"),
        ("50€", "50 euro"),
        ("a\u00adz\u200bil", "azil"),
    ],
)
def test_spelling_does_not_matter(one: str, other: str) -> None:
    """Case, diacritics, kinds of apostrophe, stretched letters and hidden signs change nothing."""
    assert normalise(one, FEW) == normalise(other, FEW)


def test_digits_are_left_alone() -> None:
    """A thousand does not shrink to ten, and a number stands apart from its unit."""
    assert normalise("1000 lek 3muj 90/180", FEW) == ["1000", "lek", "3", "muj", "90", "180"]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("n'belgjikë", ["ne", "belgjike"]),
        ("s'kam", ["nuk", "kam"]),
        ("don't", ["do", "not"]),
        ("brother's", ["brother"]),
        ("FLM!", ["faleminderit"]),
        ("d'accord", ["d", "accord"]),
    ],
)
def test_what_is_written_together_is_taken_apart(written: str, words: list[str]) -> None:
    """Apostrophes and abbreviations end as the words that are meant."""
    assert normalise(written, FEW) == words


@pytest.mark.parametrize("written", ["nk kam viza", "s'kam viza", "skam viza", "s’kam viza"])
def test_negation_survives(written: str) -> None:
    """However "not" is written in chat, it is still there."""
    assert normalise(written, DATA)[0] == "nuk"


@pytest.mark.parametrize("word", ["jo", "nuk", "mos", "pa", "as", "not", "without", "muj", "id"])
def test_words_with_a_meaning_of_their_own_stay(word: str) -> None:
    """No abbreviation or dialect form shadows a word that means something else."""
    assert normalise(word, DATA) == [word]


def test_standard_words_are_not_forms_themselves() -> None:
    """What a form becomes is final: no chain of abbreviations."""
    for standard in DATA.spellings.values():
        for word in standard:
            assert DATA.spellings.get(word, (word,)) == (word,)


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    """Whatever is typed becomes lower-case words without spaces, and never raises."""
    for word in normalise(text, DATA):
        assert word
        assert word == fold(word).strip()
        assert not any(letter.isspace() for letter in word)


def test_sentences_end_where_people_end_them() -> None:
    """A full stop, a question mark or a new line ends a sentence; a number's point does not."""
    text = "Kam 2.500 euro. A mjafton?\n\nflm!!! ok"
    assert sentences(text) == ["Kam 2.500 euro", "A mjafton", "flm", "ok"]


def test_a_question_mark_makes_a_sentence_ask() -> None:
    """Wherever among the signs at its end it stands; the last sentence may end without any."""
    text = "Jam nga Puka. A vlen?! Mire\nku?"
    marked = [("Jam nga Puka", False), ("A vlen", True), ("Mire", False), ("ku", True)]
    assert marked_sentences(text) == marked
    assert marked_sentences("  ") == []


def test_frequent_words_are_no_slips() -> None:
    """A word that a language often uses is left as it is, however close another one is."""
    data = LanguageData(frequent={"en": frozenset({"june"})})
    for known, word in ((LanguageData(), "pune"), (data, "june")):
        reader = Reader(known)
        assert reader.question("june", reader.known_words(["pune"]))[0].word == word


def test_an_idea_is_found_by_the_form_that_is_known() -> None:
    """A word written with one letter for two is another form of the known one, with its ideas."""
    reader = Reader(LanguageData(ideas=(Idea("embassy", (("embassy*",),)),)))
    words = reader.known_words(["embassy"])
    token = reader.question("embasy", words)[0]
    assert (token.written, token.word, token.ideas) == ("embasy", "embassy", ("~embassy",))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("pasaprota", ("pasaporta",)),
        ("pasprta", ("pasaporta",)),
        ("ngashqiperia", ("nga", "shqiperia")),
        ("nbelgjike", ("ne", "belgjike")),
        ("skufiri", ("nuk", "kufiri")),
    ],
)
def test_slips_are_repaired(written: str, meant: tuple[str, ...]) -> None:
    """Swapped and lost letters and lost spaces are mended with the words that are known."""
    known = ["pasaporta", "nga", "shqiperia", "belgjike", "kufiri"]
    repaired = Repairer(known, SPELLINGS).repair(written)
    assert repaired is not None
    assert repaired.words == meant


@pytest.mark.parametrize("word", ["jo", "pa", "90", "pasaporta", "zzzzzzzz", "nuk"])
def test_what_needs_no_repair_is_left_alone(word: str) -> None:
    """Short words, numbers, known words and words that are like none stay as they are."""
    assert Repairer(["pasaporta", "po", "puna", "nga"], SPELLINGS).repair(word) is None


def test_frequent_words_win_ties() -> None:
    """Of two words that are equally close, the one that stands first (oftener) is meant."""
    repaired = Repairer(["viza", "vila"], {}).repair("vika")
    assert repaired is not None
    assert repaired.words == ("viza",)


@pytest.mark.parametrize(
    "forms",
    [
        "pasaporta pasaporten pasaportes pasaportat pasaportave",
        "kufiri kufirit kufirin",
        "punoj punojne punuar punon",
        "work works working worked",
    ],
)
def test_inflected_forms_share_a_key(forms: str) -> None:
    """The forms of one word meet."""
    assert len({stem(word) for word in forms.split()}) == 1


@pytest.mark.parametrize("words", ["viza vila", "leja lesh", "ban band", "shkolla shkodra"])
def test_different_words_keep_different_keys(words: str) -> None:
    """What is cut off does not make two words one."""
    assert len({stem(word) for word in words.split()}) == 2


def test_ideas_are_found_in_both_languages() -> None:
    """A word, a word beginning and a phrase carry their idea, whichever language they are in."""
    finder = IdeaFinder([Idea("return", (("kthe*",), ("sent", "back"), ("depor*",)))])
    assert finder.find(["me", "kthejne"]) == [(), ("return",)]
    assert finder.find(["they", "sent", "me", "back"]) == [(), (), (), ()]
    assert finder.find(["sent", "back"]) == [("return",), ()]
    assert finder.find(["deported"]) == [("return",)]


def _problems(tmp_path: Path, file: str, text: str) -> list[Problem]:
    (tmp_path / "language").mkdir()
    for name in ("abbreviations", "dialect", "ideas", "frequent_words"):
        (tmp_path / "language" / f"{name}.yaml").write_text("{}\n")
    (tmp_path / "language" / file).write_text(text, encoding="utf-8")
    problems: list[Problem] = []
    LanguageData.load(tmp_path, problems)
    return [problem for problem in problems if problem.place.file == f"language/{file}"]


@pytest.mark.parametrize(
    ("file", "text", "line", "what"),
    [
        ("dialect.yaml", "një: [nji]\nnjësi: [nji]\n", 2, '"nji" already stands for "nje".'),
        ("dialect.yaml", "një: [nji here]\n", 1, '"nji here" is more than one word.'),
        ("dialect.yaml", "është: [eshte]\n", 1, '"eshte" is already "është"'),
        ("ideas.yaml", 'work:\n  sq: ["pu*"]\n  en: [job]\n', 2, "would take in too many words."),
        ("ideas.yaml", "work:\n  sq: [pune]\n  de: [arbeit]\n", 3, 'there is no key "de" here.'),
    ],
)
def test_mistakes_in_language_files_are_named(
    tmp_path: Path, file: str, text: str, line: int, what: str
) -> None:
    """A form with two meanings, a useless form and a careless star are found with their line."""
    problem = _problems(tmp_path, file, text)[0]
    assert problem.place.line == line
    assert what in problem.what


def test_language_files_of_the_content_are_sound() -> None:
    """The content's own language files load without a problem, with over 120 ideas."""
    problems: list[Problem] = []
    data = LanguageData.load(CONTENT, problems)
    assert not problems
    assert len(data.ideas) > 120
