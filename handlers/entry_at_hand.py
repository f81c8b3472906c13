"""Which entry a short question such as "how much is it?" may go on from."""

from datetime import datetime, timedelta

from handlers.messages import Chat, OpenTicket

AT_HAND_FOR = timedelta(minutes=10)
"""After an entry was shown."""


def entry_at_hand(chat: Chat, now: datetime) -> str | None:
    """The id of the entry shown last.

    None: it is too long ago, a later question found no answer, somebody may be in danger, or a
    human has written meanwhile: "how long?" may then be about anything.
    """
    if chat.shown_at is None or chat.unresolved or _others_spoke(chat.ticket):
        return None
    return chat.shown if now - chat.shown_at < AT_HAND_FOR else None


def _others_spoke(ticket: OpenTicket | None) -> bool:
    if ticket is None:
        return False
    claimed = ticket.state in ("with_staff", "waiting_for_person")
    return claimed or ticket.staff_wrote_at is not None or ticket.danger is not None
