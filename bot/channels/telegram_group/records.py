"""What the staff group reads and keeps, as plain data, and the protocol of whoever keeps it."""

from collections.abc import Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from handlers.messages import Author, TicketPriority, TicketState
from knowledge_base.model import DangerKind, Language

TitleState = Literal["urgent", "waiting", "taken", "closed"]
"""What a topic's title says of its case. A closed one's topic is closed too."""
OUTCOMES = ("answered", "referred", "no_answer_needed", "no_reply", "spam")
"""What may come of a case; each is a button. The text staff_outcome_… says it."""

# What staff write. One line of theirs is one of these.


@dataclass(frozen=True)
class Said:
    """Words for the person."""

    text: str


@dataclass(frozen=True)
class Corrected:
    """A message that was written before was changed."""

    text: str


@dataclass(frozen=True)
class Attached:
    """A picture, a voice message, a file: nothing that can be passed on."""


@dataclass(frozen=True)
class Note:
    """Words for the team only. Empty: nothing was written after the command."""

    text: str


@dataclass(frozen=True)
class Claim:
    """The case is mine."""


@dataclass(frozen=True)
class Wait:
    """The next word is the person's."""


@dataclass(frozen=True)
class Close:
    """outcome: what came of it; empty: to be asked."""

    outcome: str = ""


@dataclass(frozen=True)
class Reopen:
    """The case was closed too early."""


@dataclass(frozen=True)
class Raise:
    """The case is urgent."""


@dataclass(frozen=True)
class SendAnyway:
    """Send the words that were held back because another has the case."""

    notice: int


@dataclass(frozen=True)
class Iam:
    """I am the one of staff whom the console gave this code. Empty: none was written."""

    code: str


@dataclass(frozen=True)
class Help:
    """What can be done here?"""


@dataclass(frozen=True)
class NotKnown:
    """A command that does not exist."""


Order = (
    Said
    | Corrected
    | Attached
    | Note
    | Claim
    | Wait
    | Close
    | Reopen
    | Raise
    | SendAnyway
    | Iam
    | Help
    | NotKnown
)


@dataclass(frozen=True)
class Written:
    """What a member of staff wrote or pressed, and where."""

    update_key: str
    chat: int
    thread: int | None
    """None: the group's general topic."""
    message: int
    """The platform's number of the message; of a pressed button the one that it is under."""
    by: str
    """The writer's first name; the team's where somebody writes as the group itself."""
    user: str | None
    """The platform's number of the writer; None: somebody writes as the group itself."""
    order: Order


# What the group has not been shown.


@dataclass(frozen=True)
class Line:
    """Something that was said and does not stand in the topic."""

    id: int
    author: Author
    text: str
    at: datetime
    by: str
    file: str = ""
    """What a file that went with it is called."""


@dataclass(frozen=True)
class Happening:
    """Something that happened to the case."""

    what: str
    at: datetime
    by: str
    detail: str


@dataclass(frozen=True)
class Arrival:
    """How words of staff fared, where the mark on their message does not say so yet."""

    line: int
    message: int
    arrival: str
    """sent, delivered, seen, refused or unknown."""
    reason: str
    """What the platform said; empty where it said nothing."""


@dataclass(frozen=True)
class Case:
    """A ticket, and what of it the group has not been shown."""

    id: int
    person: int | None
    """Stands for whose it is. None: they have deleted everything."""
    channel: str
    language: Language
    state: TicketState
    priority: TicketPriority
    danger: DangerKind | None
    question: str
    outcome: str
    claimed_by: str
    """Empty: nobody has it."""
    thread: int | None
    """None: it has no topic yet."""
    title: TitleState | None
    """What the topic's title says now; None: nothing yet."""
    title_due: TitleState
    """What it should say."""
    shown_up_to: tuple[int, int]
    """The numbers of the last line and the last event in the topic; (0, 0): it is empty."""
    lines: tuple[Line, ...]
    """All of them where nothing was posted yet."""
    happenings: tuple[Happening, ...]
    up_to: tuple[int, int]
    """The same once all of this is shown."""
    arrivals: tuple[Arrival, ...]
    call: Literal["first", "again"] | None
    """Staff are to be called to it now; again: nobody has claimed it since the last call."""

    @property
    def urgent(self) -> bool:
        return self.priority == "urgent"


@dataclass(frozen=True)
class Notice:
    """Something to tell a member of staff about a message of theirs."""

    id: int
    thread: int | None
    message: int
    what: str
    by: str
    """Somebody that it speaks of, such as who has claimed the case."""


@dataclass(frozen=True)
class Outlived:
    """A topic whose case was deleted."""

    id: int
    thread: int


Work = Case | Notice | Outlived


class Records(Protocol):
    """Whoever keeps it. Each method may raise when the store is away; then nothing was kept."""

    @property
    def version(self) -> int:
        """Grows with each change."""
        ...

    async def changed_after(self, version: int, seconds: float) -> None:
        """Return once something has changed since `version`, at the latest after `seconds`."""
        ...

    def alone(self) -> AbstractAsyncContextManager[Callable[[], Awaitable[None]]]:
        """Wait until no other process shows the group anything; see Store.alone."""
        ...

    async def take(self, written: Written) -> None:
        """Do what a member of staff wrote: once, however often it comes."""
        ...

    async def next(self, chat: int, skip: Collection[int]) -> Work | None:
        """What to show next, urgent cases first. skip: tickets to leave aside for now."""
        ...

    async def topic_made(self, ticket: int, chat: int, thread: int, title: TitleState) -> None:
        """A ticket has its topic, with nothing in it but its title."""
        ...

    async def topic_lost(self, ticket: int) -> None:
        """Somebody deleted the topic: it is made again, and all of it shown again."""
        ...

    async def topic_deleted(self, outlived: int) -> None:
        """The topic that outlived its ticket is gone."""
        ...

    async def shown(self, ticket: int, up_to: tuple[int, int], message: int | None) -> None:
        """All up to there has been shown, the last of it in this message, if that is known."""
        ...

    async def titled(self, ticket: int, title: TitleState) -> None:
        """The topic's title says this now."""
        ...

    async def marked(self, arrival: Arrival) -> None:
        """Staff have been told how their words fared."""
        ...

    async def called(self, ticket: int) -> None:
        """Staff have been called to a ticket now."""
        ...

    async def told(self, notice: int) -> None:
        """A notice has been told."""
        ...
