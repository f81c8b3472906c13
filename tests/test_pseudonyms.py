"""What cases are called in place of people: two words, never the same for two cases in a row."""

from bot.pseudonyms import pseudonym
from knowledge_base.model import PseudonymWords
from tests.fakes.scripted_knowledge import ScriptedKnowledge

NAMES = 4096


def test_no_name_comes_again_soon(scripted: ScriptedKnowledge) -> None:
    """Of 4,096 cases in a row, each has a name of its own."""
    words = scripted.content.pseudonyms
    assert len({pseudonym(1_000 + turn, words) for turn in range(NAMES)}) == NAMES


def test_neighbours_are_not_alike(scripted: ScriptedKnowledge) -> None:
    """Two cases that come after each other share no word."""
    words = scripted.content.pseudonyms
    for ticket in range(1, NAMES):
        one, next_one = (set(pseudonym(id_, words).split()) for id_ in (ticket, ticket + 1))
        assert not one & next_one


def test_the_name_stays(scripted: ScriptedKnowledge) -> None:
    """A case is called the same for ever, also after other words were replaced."""
    words = scripted.content.pseudonyms
    assert pseudonym(7, words) == "Tërfil porti"
    replaced = PseudonymWords(("Guri", *words.first[1:]), words.second)
    renamed = [id_ for id_ in range(NAMES) if pseudonym(id_, replaced) != pseudonym(id_, words)]
    assert len(renamed) == len(words.second)
