"""Does what staff write in their group. One place knows what each Order means for what is kept."""

from dataclasses import replace
from typing import assert_never

from bot.channels.telegram_group.records import (
    Attached,
    Claim,
    Close,
    Corrected,
    Help,
    Iam,
    Note,
    NotKnown,
    Raise,
    Reopen,
    Said,
    SendAnyway,
    Wait,
    Written,
)
from bot.store import audit, casework, closing, notices, replying, tickets, ties, topics
from bot.store.closing import Farewell
from bot.store.errors import NewerTicketIsOpen, PersonGone, TicketIsClosed
from bot.store.replying import Compose
from bot.store.transaction import Transaction


def apply(tx: Transaction, written: Written, compose: Compose, farewell: Farewell) -> None:
    """Do what somebody of staff wrote; what cannot be done, they are told.

    What is changed shows in the case's topic by itself, like everything that happens to a case.
    """
    written = _under_own_name(tx, written)
    ticket_id = topics.ticket_of(tx, written.chat, written.thread)
    if ticket_id is None:
        _outside_of_cases(tx, written)
        return
    try:
        _do(tx, ticket_id, written, compose, farewell)
    except PersonGone:
        notices.add(tx, written, "gone")
    except TicketIsClosed:
        notices.add(tx, written, "closed")
    except NewerTicketIsOpen:
        notices.add(tx, written, "newer_case")


def _outside_of_cases(tx: Transaction, written: Written) -> None:
    """What colleagues say to each other is not Udha's business; an order is for a topic."""
    if isinstance(written.order, Iam):
        _tie(tx, written, written.order.code)
    elif not isinstance(written.order, Said | Corrected | Attached):
        notices.add(tx, written, "only_in_topics")


def _tie(tx: Transaction, written: Written, code: str) -> None:
    """Somebody says, anywhere in the group, who of staff they are."""
    if written.user is None:
        notices.add(tx, written, "iam_as_group")
    elif not code:
        notices.add(tx, written, "iam_no_code")
    else:
        member = ties.tie(tx, code, written.user)
        if member is None:
            notices.add(tx, written, "iam_wrong")
        else:
            notices.add(tx, written, "iam", by=member.name)


def _under_own_name(tx: Transaction, written: Written) -> Written:
    """Whoever is tied to an account does everything under its name, as in the console."""
    name = None if written.user is None else ties.name_of(tx, written.user)
    return written if name is None else replace(written, by=name)


def _do(
    tx: Transaction, ticket_id: int, written: Written, compose: Compose, farewell: Farewell
) -> None:
    match written.order:
        case Said(text):
            _say(tx, ticket_id, written, text, compose)
        case Corrected(text):
            _correct(tx, ticket_id, written, text)
        case Attached():
            # An album comes picture by picture.
            if not notices.waits(tx, written, "only_text"):
                notices.add(tx, written, "only_text")
        case Note(text):
            _note(tx, ticket_id, written, text)
        case Claim():
            if casework.claim(tx, ticket_id, written.by):
                _noted(tx, ticket_id, written, "claimed")
            else:
                notices.add(tx, written, "yours_already")
        case Wait():
            if casework.wait_for_person(tx, ticket_id, written.by):
                _noted(tx, ticket_id, written, "waits")
            else:
                notices.add(tx, written, "waits_already")
        case Close(outcome):
            _close(tx, ticket_id, written, outcome, farewell)
        case Reopen():
            if casework.reopen(tx, ticket_id, written.by):
                _noted(tx, ticket_id, written, "reopened")
            else:
                notices.add(tx, written, "open_already")
        case Raise():
            if casework.make_urgent(tx, ticket_id, written.by):
                _noted(tx, ticket_id, written, "raised")
            else:
                notices.add(tx, written, "urgent_already")
        case SendAnyway(notice):
            _send_anyway(tx, ticket_id, written, notice, compose)
        case Iam(code):
            _tie(tx, written, code)
        case Help():
            notices.add(tx, written, "help")
        case NotKnown():
            notices.add(tx, written, "not_known")
        case _:
            assert_never(written.order)


def _noted(tx: Transaction, ticket_id: int, written: Written, done: str) -> None:
    """Who of staff did what, as in the console."""
    audit.note(tx, done, written.by, ticket=ticket_id)


def _say(tx: Transaction, ticket_id: int, written: Written, text: str, compose: Compose) -> None:
    """To the person, unless a colleague has the case: two answers at once confuse them."""
    claimant = casework.claimant(tx, ticket_id)
    if claimant and claimant != written.by:
        notices.hold_back(tx, written, text, claimant, written.by)
        return
    line = replying.reply(tx, ticket_id, text, written.by, compose)
    audit.note(tx, "answered", written.by, ticket=ticket_id)
    topics.bind(tx, line, written.message)


def _send_anyway(
    tx: Transaction, ticket_id: int, written: Written, notice: int, compose: Compose
) -> None:
    casework.claimant(tx, ticket_id)  # A draft of a case that was closed meanwhile is kept.
    draft = notices.take_draft(tx, notice)
    if draft is None:
        notices.add(tx, written, "sent_already")
        return
    line = replying.reply(tx, ticket_id, draft.text, draft.by, compose)
    audit.note(tx, "answered", draft.by, ticket=ticket_id)
    topics.bind(tx, line, draft.message)


def _correct(tx: Transaction, ticket_id: int, written: Written, text: str) -> None:
    if topics.was_sent(tx, ticket_id, written.message):
        notices.add(tx, written, "first_version")
    else:
        notices.correct_draft(tx, written, text, written.by)


def _note(tx: Transaction, ticket_id: int, written: Written, text: str) -> None:
    if not text:
        notices.add(tx, written, "empty_note")
        return
    before = casework.last_event(tx, ticket_id)
    casework.add_note(tx, ticket_id, text, written.by)
    # It stands in the topic already.
    topics.know_event(tx, ticket_id, casework.last_event(tx, ticket_id), before)
    audit.note(tx, "noted", written.by, ticket=ticket_id)
    notices.add(tx, written, "noted")


def _close(
    tx: Transaction, ticket_id: int, written: Written, outcome: str, farewell: Farewell
) -> None:
    if outcome:
        closing.close(tx, ticket_id, outcome, written.by, farewell)
        audit.note(tx, "closed", written.by, ticket=ticket_id)
    else:
        tickets.open_row(tx, ticket_id)
        notices.add(tx, written, "which_outcome")
