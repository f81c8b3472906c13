"""Applies what handling led to. One place knows what each Change means for what is kept."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.store import context, counts, inbox, leaving, outbox, people, retention, returning, tickets
from bot.store.transaction import Transaction
from handlers.messages import (
    Asked,
    Change,
    Chat,
    ContextLine,
    Counted,
    Effects,
    EntryLeft,
    EntryShown,
    Expect,
    Forgotten,
    HotlinesShown,
    LanguageSet,
    Message,
    Reply,
    TalkTo,
    TicketClosed,
    TicketMessage,
    TicketOpened,
    TicketRaised,
    TicketReopened,
    Unresolved,
)


def apply(
    tx: Transaction,
    given: inbox.Given,
    known: people.Known,
    effects: Effects,
    *,
    said_already: bool = False,
) -> None:
    """Keep all that handling a message led to: changes, the chat's new lines, replies.

    said_already: the door has given the replies itself, to somebody who has not written yet.
    """
    message = given.message
    if known.left and not said_already:
        # Who writes can be reached. On Viber the first message subscribes, and no event says so.
        leaving.back(tx, given.chat)
    said = _line_of(message, known.chat.context, tx.now)
    applying = _Applying(tx, given, known, lines=(*known.chat.context, *said))
    applying.apply(effects.changes)
    if not applying.forgotten:
        applying.tell_staff(said, effects.replies)
        answered = (context.line_of(reply, tx.now) for reply in effects.replies)
        context.add(tx, known.person_id, (*said, *answered))
        people.save(tx, known.person_id, applying.chat, wrote=not said_already)
    if said_already:
        return
    to = outbox.Addressee(message.channel, message.address, given.chat)
    outbox.add(tx, to, effects.replies, pressed=message.pressed)


ANSWERS = ("answer", "suggest", "urgent")
"""What the person learned from the bot: staff who answer later should know of it."""


def _line_of(
    message: Message, before: Sequence[ContextLine], now: datetime
) -> Sequence[ContextLine]:
    """What the person said, or what stood on the button that they pressed."""
    match message.kind:
        case "text":
            return (ContextLine("person", message.text, now),)
        case "button":
            label = _label(message.text, before)
            return (ContextLine("person", label, now, pressed=True),)
    return ()


def _label(action: str, before: Sequence[ContextLine]) -> str:
    """What stood on a button; its action, where the message that it was under is not at hand."""
    stood = (button for line in reversed(before) for button in line.buttons)
    return next((button.label for button in stood if button.action == action), action)


class _Applying:
    """The changes of one message on their way into one transaction."""

    def __init__(
        self, tx: Transaction, given: inbox.Given, known: people.Known, lines: Sequence[ContextLine]
    ) -> None:
        self._tx = tx
        self._given = given
        self._person_id = known.person_id
        self._lines = lines
        self._lines_are_in_ticket = False
        self._said_is_in_ticket = False
        # What a plain "yes" would mean holds for the next message only, unless it is said again:
        # a "yes" to something else must never delete anything.
        self.chat = replace(known.chat, expecting="nothing")
        self.forgotten = False

    def apply(self, changes: Sequence[Change]) -> None:
        """Apply them in their order."""
        for change in changes:
            self._apply(change)

    def tell_staff(self, said: Sequence[ContextLine], replies: Sequence[Reply]) -> None:
        """What is said while staff have been promised belongs to the case as well."""
        asked = () if self._said_is_in_ticket else said
        answers = [context.line_of(reply, self._tx.now) for reply in replies]
        tickets.follow(
            self._tx,
            self._person_id,
            (*asked, *answers),
            in_passing=not any(reply.decision in ANSWERS for reply in replies),
            unanswered_too=self._said_is_in_ticket,
        )

    def _apply(self, change: Change) -> None:
        match change:
            case LanguageSet() | EntryShown() | EntryLeft() | Asked() | Unresolved() | Expect():
                self.chat = chat_after(self.chat, change, self._tx.now)
            case (
                TicketOpened()
                | TicketRaised()
                | TicketReopened()
                | TicketMessage()
                | TicketClosed()
            ):
                self._change_ticket(change)
            case HotlinesShown():
                tickets.hotlines_shown(self._tx, self._person_id)
            case TalkTo(bot):
                tickets.talk_to(self._tx, self._person_id, bot=bot)
            case Forgotten():
                retention.forget(self._tx, self._person_id, self._given.chat)
                self.forgotten = True
            case Counted(what, detail):
                counts.add(self._tx, what, detail)
            case _:
                assert_never(change)

    def _change_ticket(
        self, change: TicketOpened | TicketRaised | TicketReopened | TicketMessage | TicketClosed
    ) -> None:
        message = self._given.message
        owner = tickets.Owner(self._person_id, message.channel, self.chat.language)
        match change:
            case TicketOpened():
                brought = tickets.open_or_add(self._tx, owner, change, self._lines)
                self._lines_are_in_ticket |= brought
            case TicketRaised():
                brought = tickets.raise_(self._tx, owner, change, self._lines)
                self._lines_are_in_ticket |= brought
            case TicketReopened():
                brought = returning.reopen(self._tx, owner, change, self._lines)
                self._lines_are_in_ticket |= brought
            case TicketMessage(text):
                there = self._lines_are_in_ticket and text == message.text
                tickets.add_words(self._tx, owner, change, there_already=there)
            case TicketClosed(outcome):
                tickets.close_own(self._tx, owner.person_id, outcome)
                self.chat = replace(self.chat, unresolved=0, question="", offered=())
            case _:
                assert_never(change)
        self._said_is_in_ticket |= self._lines_are_in_ticket or _words_of(change) == message.text


def _words_of(
    change: TicketOpened | TicketRaised | TicketReopened | TicketMessage | TicketClosed,
) -> str | None:
    """What a change brings into the ticket by itself."""
    match change:
        case TicketOpened(question) | TicketReopened(_, question):
            return question
        case TicketMessage(text):
            return text
    return None


def chat_after(
    chat: Chat,
    change: LanguageSet | EntryShown | EntryLeft | Asked | Unresolved | Expect,
    now: datetime,
) -> Chat:
    """Where the chat stands after a change that is about nothing else."""
    match change:
        case LanguageSet(language):
            return replace(chat, language=language)
        case EntryShown(entry_id, picked):
            # Whoever picked one of several may pick another of them next.
            offered = chat.offered if picked else ()
            return replace(chat, unresolved=0, shown=entry_id, shown_at=now, offered=offered)
        case EntryLeft():
            return replace(chat, shown=None, shown_at=None)
        case Asked(question):
            return replace(chat, question=question, offered=())
        case Unresolved(question, offered):
            return replace(chat, unresolved=chat.unresolved + 1, question=question, offered=offered)
        case Expect(what):
            return replace(chat, expecting=what)
        case _:
            assert_never(change)
