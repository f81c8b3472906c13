"""The words that all rooms speak: a message comes in, effects go out. Plain data only."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from knowledge_base.model import DangerKind, Language

MessageKind = Literal["start", "text", "button", "unreadable", "group"]
"""start: the chat was opened (/start, Viber's conversation_started). unreadable: a picture, a voice
message, a sticker … without a caption; one with a caption is a text. group: something happened in a
chat of many, where Udha does not talk; without words."""

ReplyDecision = Literal["answer", "suggest", "escalate", "urgent", "smalltalk", "info", "staff"]
"""The five of understanding, info for menus and commands, staff for a person's words."""

TicketState = Literal[
    "unanswered", "waiting_for_staff", "with_staff", "waiting_for_person", "closed"
]
TicketPriority = Literal["normal", "urgent"]
Author = Literal["person", "bot", "staff"]


@dataclass(frozen=True)
class Message:
    """What a person sent, whichever app it came through."""

    channel: str
    """The name of a channel, such as "web" or "terminal"."""
    address: str
    """Where the chat is on its platform. Unique in the channel."""
    update_key: str
    """Unique in the channel: a repeated update has the same key."""
    kind: MessageKind
    received_at: datetime
    """With time zone."""
    text: str = ""
    """Kind text: what was written, or a caption. Kind button: the action."""
    language: Language | None = None
    """What the app says its owner reads, if it says so."""
    payload: str = ""
    """Kind start: the deep link's parameter. Never a question."""
    private: bool = True
    """False where a stranger could guess the address: no ticket may be opened for it."""
    pressed: str = ""
    """Kind button: the platform's id of the message that the button was under, if it gives one."""


@dataclass(frozen=True)
class Button:
    """Something to press. The action is the same text on every channel, at most 64 bytes."""

    label: str
    action: str


@dataclass(frozen=True)
class Attachment:
    """A picture or a file that goes with a human's words; its content is in the store."""

    id: int
    name: str
    """With an ending that says what it is."""
    media_type: str
    size: int
    """Bytes."""


@dataclass(frozen=True)
class Reply:
    """What the person will read, whichever app it goes through."""

    text: str
    decision: ReplyDecision
    language: Language
    buttons: tuple[Button, ...] = ()
    entries: tuple[str, ...] = ()
    """Ids of the entries shown: of an answer its own first, then what is offered beside it because
    it was asked as well; up to four for suggestions."""
    replaces: bool = False
    """May be put in place of the message whose button was pressed, where the platform can."""
    in_place: str = ""
    """What that message reads then, where it is more than `text`: what stood there goes on."""
    content: str = ""
    """The version of the content that it was made from; empty for a human's words."""
    forgets: bool = False
    """Everything was deleted: an app that remembers the chat by itself should forget it too."""
    file: Attachment | None = None
    """What goes with the words; with one, there may be no words."""


@dataclass(frozen=True)
class ContextLine:
    """One of the last messages of a chat, kept for a day so that staff see what was said."""

    author: Author
    text: str
    at: datetime
    content: str = ""
    """Of the bot's lines: the version of the content."""
    buttons: tuple[Button, ...] = ()
    """What stood under it."""
    pressed: bool = False
    """Nobody wrote it: it stood on a button that the person pressed."""


@dataclass(frozen=True)
class OpenTicket:
    """A chat's open ticket, as handlers see it."""

    id: int
    state: TicketState
    priority: TicketPriority
    danger: DangerKind | None
    question: str
    opened_at: datetime
    staff_wrote_at: datetime | None
    """When a human last wrote; None: none has."""
    hotlines_at: datetime | None
    """When the full hotlines were last shown in it."""
    promised_at: datetime | None = None
    """By when the person was promised an answer; None: nothing was promised."""


@dataclass(frozen=True)
class ClosedCase:
    """The last case of a chat that staff have closed, and of which the person knows."""

    id: int
    closed_at: datetime
    priority: TicketPriority


Expecting = Literal["nothing", "handover", "deletion", "same", "details"]
"""What a plain "yes" would mean now: hand the question at hand over; delete everything; it is about
the same matter as the case that was closed. details: the next words are for staff."""


@dataclass(frozen=True)
class Chat:
    """What is known of a chat before a message of it is handled."""

    language: Language
    new: bool = False
    """This is the person's first message, or the first after deletion."""
    unresolved: int = 0
    """How many questions in a row found no answer."""
    question: str = ""
    """The question at hand: the last that was not resolved. One press hands it over."""
    offered: tuple[str, ...] = ()
    """Entry ids of the suggestions last shown."""
    shown: str | None = None
    """Id of the entry last shown."""
    shown_at: datetime | None = None
    expecting: Expecting = "nothing"
    ticket: OpenTicket | None = None
    closed: ClosedCase | None = None
    to_bot: bool = False
    """The person chose to talk to the bot although staff have the ticket."""
    more_waiting: bool = False
    """Later messages of this chat already wait in the inbox."""
    context: Sequence[ContextLine] = ()


# What handling changes. The store applies them in one transaction, in this order of the tuple.


@dataclass(frozen=True)
class LanguageSet:
    language: Language


@dataclass(frozen=True)
class EntryShown:
    """An answer was given: the chat is resolved again."""

    entry_id: str
    picked: bool = False
    """The person chose it from suggestions or a menu."""


@dataclass(frozen=True)
class EntryLeft:
    """Something else was talked of since: no question goes on from the entry last shown."""


@dataclass(frozen=True)
class Asked:
    """The question at hand, without a word on whether it was resolved."""

    question: str


@dataclass(frozen=True)
class Unresolved:
    """A question found no answer and is at hand; what was offered instead."""

    question: str
    offered: tuple[str, ...] = ()


@dataclass(frozen=True)
class Expect:
    """What a plain "yes" means in the next message; without this, nothing."""

    what: Expecting


@dataclass(frozen=True)
class TicketOpened:
    """At most one ticket of a chat is open: where one is, it is raised and the text added to it."""

    question: str
    state: TicketState
    priority: TicketPriority = "normal"
    danger: DangerKind | None = None
    with_context: bool = True
    """Copy the chat's last messages into it, so that staff see what was said before."""
    topic: str = ""
    """The topic that the question comes closest to; empty: none."""
    promised: datetime | None = None
    """By when the person was told that there is an answer."""


@dataclass(frozen=True)
class TicketRaised:
    """The open ticket becomes at least this: forward from unanswered, up to urgent, never back."""

    state: TicketState | None = None
    priority: TicketPriority | None = None
    danger: DangerKind | None = None
    promised: datetime | None = None
    """As in TicketOpened."""


@dataclass(frozen=True)
class TicketReopened:
    """A case that staff closed is not over, its person says: it stands on top of the queue.

    What else is open goes into it where nobody was promised anything; else it stays closed, and the
    question goes to the one that is open.
    """

    ticket_id: int
    question: str = ""
    """What they asked since; empty: nothing."""
    promised: datetime | None = None
    """As in TicketOpened."""


@dataclass(frozen=True)
class TicketMessage:
    """The person's words go to the open ticket; its question, where that is still empty."""

    text: str
    topic: str = ""
    """Of the question, where they become it."""


@dataclass(frozen=True)
class TicketClosed:
    """The person closes or cancels the own ticket."""

    outcome: Literal["cancelled", "solved"]


@dataclass(frozen=True)
class HotlinesShown:
    """The full numbers were shown in the open ticket."""


@dataclass(frozen=True)
class TalkTo:
    """Whom the person's texts go to while staff have the ticket."""

    bot: bool


@dataclass(frozen=True)
class Forgotten:
    """Everything about the person is deleted; an urgent ticket keeps its shell without text."""


@dataclass(frozen=True)
class Counted:
    """One more of something, for the day's figures. Holds no identity."""

    what: str
    """Such as "answer", "helpful_yes", "out_of_scope"."""
    detail: str = ""
    """Such as an entry id or a subject."""


Change = (
    LanguageSet
    | EntryShown
    | EntryLeft
    | Asked
    | Unresolved
    | Expect
    | TicketOpened
    | TicketRaised
    | TicketReopened
    | TicketMessage
    | TicketClosed
    | HotlinesShown
    | TalkTo
    | Forgotten
    | Counted
)


@dataclass(frozen=True)
class Effects:
    """All that handling one message leads to: replies and changes, as plain data."""

    replies: tuple[Reply, ...] = ()
    changes: tuple[Change, ...] = field(default=())
