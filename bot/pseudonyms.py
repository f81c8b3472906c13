"""What people are called where they must not be named: two words, the same for ever."""

from math import gcd

from knowledge_base.model import Content, Language, PseudonymWords

NOBODY = "staff_nobody"
"""The text for a case whose person has deleted everything: nothing leads to them any more."""


def name_of_case(ticket_id: int, person_id: int | None, content: Content, speak: Language) -> str:
    """What a ticket is called: all of one person's the same.

    person_id: whose it is. None: nobody's any more; then it has a number only.
    """
    if person_id is None:
        return content.texts.say(NOBODY, speak, number=ticket_id)
    return pseudonym(person_id, content.pseudonyms)


def pseudonym(person_id: int, words: PseudonymWords) -> str:
    """The name of a person, such as "Bredh mali".

    Neighbours differ in both words. When all names have had their turn they come again with a
    number, such as "Bredh mali 2": no two people are ever called the same.
    """
    firsts, seconds = len(words.first), len(words.second)
    names = firsts * seconds
    turn = person_id * _stride(names, seconds) % names
    name = f"{words.first[turn // seconds]} {words.second[turn % seconds]}"
    again = person_id // names
    return f"{name} {again + 1}" if again else name


def _stride(names: int, seconds: int) -> int:
    """A step that visits every name once, far and not straight along the list."""
    step = names * 5 // 8 + seconds // 3
    while gcd(step, names) != 1:
        step += 1
    return step
