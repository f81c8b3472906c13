"""A case as its page tells it: what was said, pressed and done, in the order of time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.store.cases import Ticket, TicketEvent, TicketLine
from handlers.actions import Action
from handlers.messages import Attachment
from knowledge_base.model import Content, Language

SHOWN_AT_FIRST = 100
"""So many of the last are shown; the earlier ones are one click away."""
FOLDED_FROM = 1_200
"""Characters from which a text is folded."""
BEGINNING = 600
"""Characters of a folded text that are shown."""
SHOWN_ELSEWHERE = ("reply_refused", "reply_unknown")
"""Events that stand beside the words that they are about."""
EVENT = "console_event_"

Kind = Literal["person", "bot", "staff", "press", "note", "event"]


@dataclass(frozen=True)
class Item:
    """One thing on the page."""

    key: str
    """Names it in the page."""
    kind: Kind
    at: datetime
    text: str
    """Of an event, what its sentence is about: a topic, a colleague, a number."""
    by: str = ""
    what: str = ""
    """Of an event: which; the text console_event_<what> says it."""
    beginning: str = ""
    """Of a long text; empty: it is not folded."""
    buttons: Sequence[str] = ()
    arrival: str = ""
    reason: str = ""
    file: Attachment | None = None


@dataclass(frozen=True)
class Story:
    """What is shown of a case."""

    items: Sequence[Item]
    earlier: int
    """How many are not shown."""


def story(ticket: Ticket, content: Content, language: Language, *, whole: bool) -> Story:
    """language: of whoever reads it. whole: leave nothing out."""
    items = sorted(
        [*_said(ticket.lines, content, ticket.language), *_happened(ticket, content, language)],
        key=lambda item: item.at,
    )
    shown = items if whole else items[-SHOWN_AT_FIRST:]
    return Story(shown, len(items) - len(shown))


def _said(lines: Sequence[TicketLine], content: Content, spoken: Language) -> Iterator[Item]:
    for line in lines:
        text = label_of(line.text, content, spoken) if line.pressed else line.text
        yield Item(
            f"line-{line.id}",
            "press" if line.pressed else line.author,
            line.at,
            text,
            by=line.by or "",
            beginning=_beginning(text),
            buttons=line.buttons,
            arrival=line.arrival or "",
            reason=line.reason,
            file=line.file,
        )


def _happened(ticket: Ticket, content: Content, language: Language) -> Iterator[Item]:
    for event in ticket.events:
        key = f"event-{event.id}"
        if event.what == "note":
            beginning = _beginning(event.detail)
            yield Item(key, "note", event.at, event.detail, event.by or "", beginning=beginning)
        elif (what := _what(event, content)) is not None:
            text = _detail(event, content, language)
            yield Item(key, "event", event.at, text, event.by or "", what)


def _what(event: TicketEvent, content: Content) -> str | None:
    """Which sentence tells it; None: it stands elsewhere, or nobody has worded it."""
    if event.what in SHOWN_ELSEWHERE:
        return None
    by_person = f"{event.what}_by_person"
    if event.by is None and f"{EVENT}{by_person}" in content.texts:
        return by_person
    return event.what if f"{EVENT}{event.what}" in content.texts else None


def _detail(event: TicketEvent, content: Content, language: Language) -> str:
    if event.what == "topic" and event.detail in content.topics:
        return content.topics[event.detail].label[language]
    return event.detail


def label_of(pressed: str, content: Content, language: Language) -> str:
    """What stood on a button: its label, or where only the action is known, what it says today."""
    action = Action.parse(pressed)
    if action.name == "entry" and (entry := content.find(action.argument)) is not None:
        return entry.label[language]
    if action.name == "topic" and action.argument in content.topics:
        return content.topics[action.argument].label[language]
    for key in (f"button_{pressed.replace(':', '_')}", f"button_{action.name}"):
        if key in content.texts:
            return content.texts.say(key, language)
    return pressed


def _beginning(text: str) -> str:
    return "" if len(text) <= FOLDED_FROM else text[:BEGINNING].rstrip()
