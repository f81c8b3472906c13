"""What a handler has on its desk besides the message: knowledge, the time, who runs Udha."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from knowledge_base.decision import Decision
from knowledge_base.model import Both, Content, Language


class Knowledge(Protocol):
    """What handlers need of the knowledge base."""

    @property
    def content(self) -> Content: ...

    def decide(
        self, text: str, language: Language | None = None, shown: str | None = None
    ) -> Decision:
        """What to do with a question of any length.

        `language`: what the chat last spoke. `shown`: the entry shown just before, which a short
        question may go on from.
        """
        ...

    def request(self, text: str) -> str | None:
        """The action that a whole message asks for in words, such as "person" or "yes"."""
        ...


@dataclass(frozen=True)
class Service:
    """Who stands behind Udha. What is not set is said to be not set, never made up."""

    operator: str | None = None
    legal_basis: Both | None = None
    reply_time: Both | None = None
    """What people are promised, such as "one working day"."""


@dataclass(frozen=True)
class MyData:
    """What is kept about the person who writes."""

    first_seen: datetime
    messages: int
    """How many lines of the conversation are still kept."""
    tickets: int
    """How many cases, open and closed."""


class Records(Protocol):
    """What a handler may look up about the chat at hand."""

    async def my_data(self) -> MyData: ...


class Office(Protocol):
    """When the team is at work, and what it promises. All moments with time zone."""

    def is_open(self, now: datetime) -> bool:
        """Is somebody at work?"""
        ...

    def closes(self, now: datetime) -> datetime | None:
        """When those who are at work go; None: nobody is."""
        ...

    def opens(self, now: datetime) -> datetime | None:
        """When somebody is at work again; None: nobody can say."""
        ...

    def answers_by(self, now: datetime) -> datetime | None:
        """By when what is handed over now has an answer; None: nothing is promised."""
        ...


@dataclass(frozen=True)
class Desk:
    """All that a handler may use."""

    knowledge: Knowledge
    service: Service
    now: datetime
    """With time zone."""
    records: Records
    office: Office | None = None
    """None: nobody has said when the team is at work."""
