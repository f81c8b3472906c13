"""Somebody may be in danger: who to call now, and a person on top of the queue.

An urgent ticket never makes Udha write on its own: the phone may be in other hands.
"""

from datetime import timedelta

from handlers.messages import (
    Change,
    Counted,
    Effects,
    EntryLeft,
    HotlinesShown,
    Reply,
    TicketMessage,
    TicketOpened,
    TicketRaised,
)
from handlers.reached_now import reached_at_any_hour
from handlers.topic_of import topic_of_message
from handlers.turn import Turn
from knowledge_base.model import DangerKind

FULL_NUMBERS_ONCE_IN = timedelta(hours=24)


async def recognised(turn: Turn) -> Effects:
    """The numbers first, then the ticket; in a ticket that has shown them today, one line."""
    kind = _kind(turn)
    if not turn.message.private:
        changes = (EntryLeft(), Counted("danger", kind))
        return Effects((_hotlines(turn, kind, ticket=False),), changes)
    if _shown_today(turn):
        return Effects((_one_line(turn),), (EntryLeft(), *_ticket(turn, kind)))
    hotlines = _hotlines(turn, kind, ticket=True)
    return Effects((hotlines,), (EntryLeft(), *_ticket(turn, kind), HotlinesShown()))


def _kind(turn: Turn) -> DangerKind:
    if turn.decision is None or turn.decision.danger is None:
        raise ValueError("an urgent decision names its kind of danger")
    return turn.decision.danger


def _shown_today(turn: Turn) -> bool:
    ticket = turn.chat.ticket
    return (
        ticket is not None
        and ticket.hotlines_at is not None
        and turn.desk.now - ticket.hotlines_at < FULL_NUMBERS_ONCE_IN
    )


def _ticket(turn: Turn, kind: DangerKind) -> tuple[Change, ...]:
    counted = Counted("danger", kind)
    topic = topic_of_message(turn)
    if turn.chat.ticket is None:
        opened = TicketOpened(turn.message.text, "waiting_for_staff", "urgent", kind, topic=topic)
        return (opened, counted)
    raised = TicketRaised("waiting_for_staff", "urgent", kind)
    return (raised, TicketMessage(turn.message.text, topic), counted)


def _hotlines(turn: Turn, kind: DangerKind, *, ticket: bool) -> Reply:
    parts = [turn.say(f"danger_{kind}")]
    if ticket:
        parts.append(turn.say("danger_ticket"))
        parts += _while_we_are_away(turn, parts[0])
    entries = [
        entry
        for entry in turn.desk.knowledge.content.entries.values()
        if entry.danger == kind and entry.status == "published"
    ][:2]
    buttons = [turn.button(f"entry:{entry.id}", entry.label[turn.language]) for entry in entries]
    if ticket:
        buttons.append(turn.button("cancel"))
    return Reply("\n\n".join(parts), "urgent", turn.language, tuple(buttons))


def _while_we_are_away(turn: Turn, said: str) -> list[str]:
    """Who of those that were named answers at this hour, when nobody of the team is there."""
    office, contacts = turn.desk.office, turn.desk.knowledge.content.contacts
    if office is None or office.is_open(turn.desk.now):
        return []
    phones = reached_at_any_hour(contacts.values(), said)
    return [turn.say("danger_team_away", phones=", ".join(phones))] if phones else []


def _one_line(turn: Turn) -> Reply:
    return turn.reply("danger_again", "cancel", decision="urgent")
