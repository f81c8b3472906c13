"""A human's words: noted in the ticket, and on their way to the person."""

from collections.abc import Callable
from dataclasses import replace

from bot.store import context, files, outbox, people, tickets
from bot.store.errors import PersonGone
from bot.store.transaction import Transaction
from bot.uploads import Upload
from handlers.messages import ContextLine, Reply, TicketState
from knowledge_base.model import Language

Compose = Callable[[str, Language], Reply]
"""Makes a reply of a human's words and the person's language, with buttons for instance."""


def words_only(text: str, language: Language) -> Reply:
    """The words without buttons."""
    return Reply(text, "staff", language)


def reply(
    tx: Transaction,
    ticket_id: int,
    text: str,
    by: str,
    compose: Compose,
    then: TicketState = "with_staff",
    upload: Upload | None = None,
) -> int:
    """Returns the number of the ticket's new line. Raises NoSuchTicket, TicketIsClosed, PersonGone.

    Where nobody has claimed the ticket, `by` has it now. then: with_staff, or waiting_for_person
    where the next word is theirs; it brings the ticket back to with_staff. upload: what goes with
    the words; with it there may be none.
    """
    ticket = tickets.open_row(tx, ticket_id)
    if ticket.person_id is None:
        raise PersonGone(ticket_id)
    to, language = people.reach(tx, ticket.person_id)
    file = None if upload is None else files.add(tx, ticket_id, upload)
    composed = replace(compose(text, language), file=file)
    said = ContextLine("staff", text, tx.now, buttons=composed.buttons)
    line = tickets.staff_wrote(tx, ticket, said, by, then, None if file is None else file.id)
    if text:
        context.add(tx, ticket.person_id, (said,))
    outbox.add(tx, to, (composed,), ticket_line=line)
    return line
