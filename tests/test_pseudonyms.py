"""What people are called in place of their names: two words, never the same for two people."""

from bot.pseudonyms import name_of_case, pseudonym
from knowledge_base.model import PseudonymWords
from tests.fakes.scripted_knowledge import ScriptedKnowledge

NAMES = 4096


def test_no_name_comes_again_soon(scripted: ScriptedKnowledge) -> None:
    """Of 4,096 people in a row, each has a name of two words of their own."""
    words = scripted.content.pseudonyms
    assert len({pseudonym(1_000 + turn, words) for turn in range(NAMES)}) == NAMES


def test_neighbours_are_not_alike(scripted: ScriptedKnowledge) -> None:
    """Two people who come after each other share no word."""
    words = scripted.content.pseudonyms
    for person in range(1, NAMES):
        one, next_one = (set(pseudonym(id_, words).split()) for id_ in (person, person + 1))
        assert not one & next_one


def test_the_name_stays(scripted: ScriptedKnowledge) -> None:
    """Somebody is called the same for ever, also after other words were replaced."""
    words = scripted.content.pseudonyms
    assert pseudonym(7, words) == "Tërfil porti"
    replaced = PseudonymWords(("Guri", *words.first[1:]), words.second)
    renamed = [id_ for id_ in range(NAMES) if pseudonym(id_, replaced) != pseudonym(id_, words)]
    assert len(renamed) == len(words.second)


def test_no_two_people_are_called_the_same(scripted: ScriptedKnowledge) -> None:
    """When all names have had their turn they come again with a number."""
    words = scripted.content.pseudonyms
    assert pseudonym(7 + NAMES, words) == "Tërfil porti 2"
    assert len({pseudonym(person, words) for person in range(3 * NAMES)}) == 3 * NAMES


def test_who_has_gone_has_no_name(scripted: ScriptedKnowledge) -> None:
    """The shell of a case whose person deleted everything is called by its number."""
    assert name_of_case(7, None, scripted.content, "sq") == "Rasti nr. 7"
    assert name_of_case(1, 7, scripted.content, "sq") == "Tërfil porti"
