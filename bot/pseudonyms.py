"""What a case is called where people must not be named: two words, the same for ever."""

from math import gcd

from knowledge_base.model import PseudonymWords


def pseudonym(ticket_id: int, words: PseudonymWords) -> str:
    """The name of a ticket, such as "Bredh mali".

    Neighbours differ in both words, and no name comes again before all have had their turn.
    """
    firsts, seconds = len(words.first), len(words.second)
    turn = ticket_id * _stride(firsts * seconds, seconds) % (firsts * seconds)
    return f"{words.first[turn // seconds]} {words.second[turn % seconds]}"


def _stride(names: int, seconds: int) -> int:
    """A step that visits every name once, far and not straight along the list."""
    step = names * 5 // 8 + seconds // 3
    while gcd(step, names) != 1:
        step += 1
    return step
