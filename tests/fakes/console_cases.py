"""Cases that come about while the whole program runs, past its inbox."""

from itertools import count

from bot.store.store import Store
from handlers.messages import Change, Effects, TicketOpened, TicketPriority, TicketState
from knowledge_base.model import DangerKind
from tests.fakes.store_world import said

_NUMBERS = count()


async def leads_to(store: Store, *changes: Change, who: str = "ana", text: str = "?") -> None:
    """Somebody writes something that leads to these changes."""
    message = said(text, who, key=f"{who} {next(_NUMBERS)}")
    await store.finish_at_once(message, Effects((), changes))
    store.changed.set()


async def asks(
    store: Store,
    question: str,
    who: str = "ana",
    *,
    state: TicketState = "waiting_for_staff",
    priority: TicketPriority = "normal",
    danger: DangerKind | None = None,
    topic: str = "",
) -> int:
    """Somebody asks for a person, or is in danger; returns the number of the case."""
    opened = TicketOpened(question, state, priority, danger, topic=topic)
    await leads_to(store, opened, who=who, text=question)
    return max(one.id for one in await store.tickets())


async def in_danger(store: Store, question: str, who: str = "ana") -> int:
    """Somebody may be locked in."""
    return await asks(store, question, who, priority="urgent", danger="held")
