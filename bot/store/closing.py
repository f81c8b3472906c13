"""Staff close a case, and its person is told: in one transaction, whichever door they used."""

from collections.abc import Callable

from bot.store import own_words, tickets
from bot.store.last_closed import UNTOLD
from bot.store.transaction import Transaction
from handlers.messages import Reply
from knowledge_base.model import Language

Farewell = Callable[[int, Language], Reply | None]
"""Makes the words for the person of a ticket, with buttons that name it. None: nothing is said."""


def in_silence(ticket_id: int, language: Language) -> None:
    """No words."""


def close(tx: Transaction, ticket_id: int, outcome: str, by: str, farewell: Farewell) -> None:
    """Close a ticket. Raises NoSuchTicket, TicketIsClosed.

    Nothing is said in an urgent one, of junk, and where nobody had asked for a person. The words
    wait as long as a human's would.
    """
    row = tickets.open_row(tx, ticket_id)
    tickets.note_closed(tx, ticket_id, outcome, by)
    if outcome not in UNTOLD and row.state != "unanswered":
        own_words.say(tx, row, lambda language: farewell(ticket_id, language), lasting=True)
