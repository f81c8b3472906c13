"""What a ticket promises: one open a chat, forward and up only, everything said is in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.cases import Ticket
from bot.store.errors import NoSuchTicket, PersonGone, TicketIsClosed
from bot.store.store import Store
from handlers.messages import (
    Change,
    Effects,
    Forgotten,
    HotlinesShown,
    LanguageSet,
    Reply,
    TalkTo,
    TicketClosed,
    TicketMessage,
    TicketOpened,
    TicketRaised,
)
from knowledge_base.model import Language
from tests.fakes.store_world import MovedClock, chat_of, effects, handled, opened, said

pytestmark = pytest.mark.usefixtures("engine")

URGENT = TicketOpened("he locked me in", "waiting_for_staff", "urgent", "held")


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def store(tmp_path: Path, clock: MovedClock) -> AsyncIterator[Store]:
    store = await opened(tmp_path, clock)
    yield store
    await store.close()


async def leads_to(store: Store, text: str, *changes: Change, who: str = "ana") -> None:
    await handled(store, said(text, who), Effects((), changes))


async def ticket(store: Store, ticket_id: int = 1) -> Ticket:
    found = await store.ticket(ticket_id)
    assert found is not None
    return found


def words(found: Ticket) -> list[tuple[str, str]]:
    return [(line.author, line.text) for line in found.lines]


async def test_a_ticket_shows_what_was_said_before(store: Store, clock: MovedClock) -> None:
    """Staff see the chat's last lines, the question among them once."""
    await handled(store, said("hello"), effects("Përshëndetje!"))
    clock.move(minutes=1)
    await leads_to(store, "can I?", TicketOpened("can I?", "unanswered"))
    found = await ticket(store)
    assert words(found) == [("person", "hello"), ("bot", "Përshëndetje!"), ("person", "can I?")]
    assert (found.state, found.question, found.requested_at) == ("unanswered", "can I?", None)


async def test_a_ticket_without_context(store: Store) -> None:
    """Where it is not wanted, only the question goes into the ticket."""
    await handled(store, said("hello"), effects("hi"))
    await leads_to(store, "x", TicketOpened("can I?", "unanswered", with_context=False))
    assert words(await ticket(store)) == [("person", "can I?")]


async def test_one_open_ticket_a_chat(store: Store, clock: MovedClock) -> None:
    """A second opening raises the first ticket and adds what was said since."""
    await leads_to(store, "can I?", TicketOpened("can I?", "unanswered"))
    clock.move(minutes=1)
    await leads_to(store, "he locked me in", URGENT)
    (found,) = await store.tickets()
    assert (found.state, found.priority, found.danger) == ("waiting_for_staff", "urgent", "held")
    assert (found.question, found.requested_at) == ("can I?", clock())
    assert words(await ticket(store)) == [("person", "can I?"), ("person", "he locked me in")]
    assert [event.what for event in (await ticket(store)).events] == ["opened", "raised"]


async def test_forward_and_up_only(store: Store) -> None:
    """Nothing takes a promise or the urgency of a ticket back."""
    await leads_to(store, "1", URGENT)
    await leads_to(store, "2", TicketRaised("unanswered", "normal", "child"))
    (found,) = await store.tickets()
    assert (found.state, found.priority, found.danger) == ("waiting_for_staff", "urgent", "held")


async def test_raised_and_added_to_in_one_go(store: Store, clock: MovedClock) -> None:
    """A danger in an open ticket is in it once, with what was said in between."""
    await leads_to(store, "can I?", TicketOpened("can I?", "unanswered"))
    clock.move(minutes=1)
    await handled(store, said("thanks"), effects("you are welcome"))
    clock.move(minutes=1)
    danger = TicketRaised("waiting_for_staff", "urgent", "held"), TicketMessage("he locked me in")
    await leads_to(store, "he locked me in", *danger)
    assert words(await ticket(store)) == [
        ("person", "can I?"),
        ("person", "thanks"),
        ("bot", "you are welcome"),
        ("person", "he locked me in"),
    ]


async def test_the_same_words_twice(store: Store) -> None:
    """Who writes the same twice to staff is read twice, even in the same moment."""
    await leads_to(store, "help", TicketOpened("help", "waiting_for_staff"))
    await store.reply(1, "yes?", "Mira")
    for key in ("a", "b"):
        await handled(store, said("please", key=key), Effects((), (TicketMessage("please"),)))
    assert words(await ticket(store))[2:] == [("person", "please")] * 2


async def test_an_empty_case_is_filled(store: Store) -> None:
    """Who asked for a person first and says what about later has that as the question."""
    await leads_to(store, "a person", TicketOpened("", "waiting_for_staff"))
    await leads_to(store, "my visa", TicketMessage("my visa"))
    await leads_to(store, "and my job", TicketMessage("and my job"))
    assert (await ticket(store)).question == "my visa"


async def test_staff_reply(store: Store, clock: MovedClock) -> None:
    """A human's words go out as decision "staff"; the first of them counts as the response."""
    await leads_to(store, "help", TicketOpened("help", "waiting_for_staff"))
    clock.move(hours=1)
    first = clock()
    await store.reply(1, "Hello", "Mira")
    clock.move(hours=1)
    await store.reply(1, "Still there?", "Mira")
    found = await ticket(store)
    assert (found.state, found.first_response_at, found.staff_wrote_at) == (
        "with_staff",
        first,
        clock(),
    )
    assert [(line.text, line.by) for line in found.lines[1:]] == [
        ("Hello", "Mira"),
        ("Still there?", "Mira"),
    ]
    (due,) = await store.due("web", 5)
    assert due.outgoing.reply == Reply("Hello", "staff", "sq")


async def test_a_staff_reply_is_composed(store: Store) -> None:
    """Buttons can be put under a human's words, in the language that the person reads now."""

    def compose(text: str, language: Language) -> Reply:
        return Reply(f"{text} ({language})", "staff", language)

    await leads_to(store, "help", TicketOpened("help", "waiting_for_staff"))
    await leads_to(store, "English", LanguageSet("en"))
    await store.reply(1, "Hello", "Mira", compose)
    (due,) = await store.due("web", 5)
    assert due.outgoing.reply.text == "Hello (en)"
    assert words(await ticket(store))[-1] == ("staff", "Hello")


async def test_handlers_see_the_ticket(store: Store, clock: MovedClock) -> None:
    """State, question, who wrote when and the hotlines are at hand for the next message."""
    await leads_to(store, "1", URGENT, HotlinesShown())
    clock.move(minutes=5)
    await store.reply(1, "Hello", "Mira")
    chat = await chat_of(store)
    assert chat.ticket is not None
    assert (chat.ticket.id, chat.ticket.state, chat.ticket.danger) == (1, "with_staff", "held")
    assert chat.ticket.staff_wrote_at == clock()
    assert chat.ticket.hotlines_at == chat.ticket.opened_at
    assert chat.context[-1].author == "staff"


async def test_whom_the_person_talks_to(store: Store) -> None:
    """Back to the bot holds until a human writes again."""
    await leads_to(store, "1", TicketOpened("1", "waiting_for_staff"))
    await store.reply(1, "Hello", "Mira")
    await leads_to(store, "bot", TalkTo(bot=True))
    assert (await chat_of(store)).to_bot
    await store.reply(1, "Still there?", "Mira")
    assert not (await chat_of(store)).to_bot


async def test_closed_by_the_person(store: Store) -> None:
    """A case that the person takes back is closed, and a new one can be opened."""
    await leads_to(store, "1", TicketOpened("1", "waiting_for_staff"))
    await leads_to(store, "2", TicketClosed("cancelled"))
    assert await store.tickets() == []
    assert (await chat_of(store)).ticket is None
    (closed,) = await store.tickets(all_=True)
    assert (closed.state, closed.outcome) == ("closed", "cancelled")
    await leads_to(store, "3", TicketOpened("3", "unanswered"))
    assert [one.id for one in await store.tickets()] == [2]


async def test_closed_by_staff(store: Store) -> None:
    """A closed ticket takes no reply and no second closing; an unknown number is said to be one."""
    await leads_to(store, "1", TicketOpened("1", "waiting_for_staff"))
    await store.close_ticket(1, "answered by phone", "Mira")
    found = await ticket(store)
    assert (found.outcome, found.events[-1].what, found.events[-1].by) == (
        "answered by phone",
        "closed",
        "Mira",
    )
    with pytest.raises(TicketIsClosed, match=r"^Ticket 1 is closed\.$"):
        await store.reply(1, "late", "Mira")
    with pytest.raises(TicketIsClosed):
        await store.close_ticket(1, "again", "Mira")
    with pytest.raises(NoSuchTicket, match=r"^There is no ticket 9\.$"):
        await store.reply(9, "hello", "Mira")


async def test_the_queue_is_ordered(store: Store) -> None:
    """Urgent first, then what was promised, then what nobody asked for; each the oldest first."""
    await leads_to(store, "a", TicketOpened("a", "unanswered"), who="a")
    await leads_to(store, "b", TicketOpened("b", "waiting_for_staff"), who="b")
    await leads_to(store, "c", TicketOpened("c", "waiting_for_staff"), who="c")
    await leads_to(store, "d", URGENT, who="d")
    assert [one.id for one in await store.tickets()] == [4, 2, 3, 1]


async def test_an_urgent_ticket_keeps_its_shell(store: Store) -> None:
    """Deleting everything leaves of an urgent ticket that it was there, in the queue, wordless."""
    await leads_to(store, "he locked me in", URGENT)
    await store.reply(1, "Where are you?", "Mira")
    await handled(store, said("/deletemydata"), effects("deleted", changes=(Forgotten(),)))
    (shell,) = await store.tickets()
    assert (shell.priority, shell.danger, shell.state) == ("urgent", "held", "with_staff")
    found = await ticket(store)
    assert (found.question, found.person, found.lines) == ("", None, [])
    with pytest.raises(PersonGone, match="has deleted everything"):
        await store.reply(1, "Are you safe?", "Mira")
    await store.close_ticket(1, "nobody to reach", "Mira")
