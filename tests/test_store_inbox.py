"""What the inbox promises: nothing twice, in order within a chat, all effects or none."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.store.errors import LeaseLost
from bot.store.store import Store
from handlers.messages import (
    Counted,
    Effects,
    EntryShown,
    Expect,
    Forgotten,
    LanguageSet,
    Message,
    TicketMessage,
    TicketOpened,
)
from tests.fakes.store_world import (
    MONDAY,
    MovedClock,
    chat_of,
    effects,
    handled,
    leased,
    opened,
    said,
)

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def store(tmp_path: Path, clock: MovedClock) -> AsyncIterator[Store]:
    store = await opened(tmp_path, clock)
    yield store
    await store.close()


async def test_a_repeated_update_is_kept_once(store: Store) -> None:
    """An update that comes three times is kept once, also after it was handled."""
    assert [await store.keep(said("po")) for _ in range(2)] == [True, False]
    await store.finish(await leased(store), Effects())
    assert not await store.keep(said("po"))
    assert await store.lease() is None


async def test_the_same_key_of_two_channels_is_two_updates(store: Store) -> None:
    """Keys are only unique within a channel."""
    assert await store.keep(said("po", key="1", channel="web"))
    assert await store.keep(said("po", key="1", channel="terminal"))


async def test_what_is_given_out_is_what_was_kept(store: Store) -> None:
    """A message comes out of the store as it went in, to the last field."""
    message = Message(
        "web", "s-1", "k", "button", MONDAY, "entry:ç", "en", "visa", private=False, pressed="77"
    )
    await store.keep(message)
    assert (await leased(store)).message == message


async def test_messages_of_a_chat_are_given_out_one_at_a_time(store: Store) -> None:
    """While one message of a chat is in hand, the next of it waits; other chats go on."""
    for message in (said("1"), said("2"), said("a", "bora")):
        await store.keep(message)
    first = await leased(store)
    assert (await leased(store)).message.text == "a"
    assert await store.lease() is None
    await store.finish(first, Effects())
    assert (await leased(store)).message.text == "2"


async def test_more_waiting(store: Store) -> None:
    """A handler sees whether later messages of the same chat wait."""
    for message in (said("1"), said("2"), said("a", "bora")):
        await store.keep(message)
    ana, bora = await store.lease_some(5)
    assert (ana.chat.more_waiting, bora.chat.more_waiting) == (True, False)


async def test_a_failing_finish_keeps_nothing(store: Store) -> None:
    """If one effect of a message cannot be kept, none is, and the message still waits."""
    await store.keep(said("1"))
    first = await leased(store)
    broken = effects(
        "hi", changes=(Counted("answer"), Forgotten(), TicketOpened("1", "unanswered"))
    )
    with pytest.raises(Exception, match=r"(?i)foreign ?key"):
        await store.finish(first, broken)
    assert await store.due("web", 5) == []
    assert await store.counted(MONDAY.date()) == {}
    await store.finish(first, effects("hi"))


async def test_a_lost_lease_keeps_nothing(store: Store, clock: MovedClock) -> None:
    """Who was silent for too long has lost the message; only the second handling counts."""
    await store.keep(said("1"))
    slow = await leased(store)
    clock.move(minutes=2)
    quick = await leased(store)
    with pytest.raises(LeaseLost):
        await store.finish(slow, effects("slow"))
    await store.finish(quick, effects("quick"))
    with pytest.raises(LeaseLost):
        await store.finish(quick, effects("quick again"))
    assert [due.outgoing.reply.text for due in await store.due("web", 5)] == ["quick"]


async def test_a_dead_worker_holds_nothing(store: Store, process_died: Callable[[], None]) -> None:
    """What a process had in hand when it died is given out again after the restart."""
    await store.keep(said("1"))
    await leased(store)
    assert await store.lease() is None
    process_died()
    await store.free_messages()
    assert (await leased(store)).leases == 2


async def test_set_aside_after_three_failures(store: Store) -> None:
    """After the third failure the person and staff are told; before it they are not."""
    await store.keep(said("1"))
    sorry = effects("sorry", changes=(TicketOpened("1", "waiting_for_staff"),))
    for attempt in (1, 2, 3):
        found = await leased(store)
        assert found.attempt == attempt
        assert await store.failed(found, "ValueError at x.py:1 f", sorry) is (attempt == 3)
    assert await store.lease() is None
    assert [due.outgoing.reply.text for due in await store.due("web", 5)] == ["sorry"]
    assert [ticket.question for ticket in await store.tickets()] == ["1"]
    assert (await store.figures()).inbox_set_aside == 1


async def test_one_failure_does_not_stop_the_chat_for_ever(store: Store) -> None:
    """After a message was set aside, the next of the chat is handled."""
    await store.keep(said("bad"))
    await store.keep(said("good"))
    for _ in range(3):
        await store.failed(await leased(store), "ValueError at x.py:1 f", None)
    assert (await leased(store)).message.text == "good"


async def test_new(store: Store) -> None:
    """A chat is new until its first message has been handled, also when that failed once."""
    await store.keep(said("1"))
    first = await leased(store)
    await store.failed(first, "ValueError at x.py:1 f", None)
    again = await leased(store)
    assert (first.chat.new, again.chat.new) == (True, True)
    await store.finish(again, Effects())
    assert not (await chat_of(store)).new


async def test_language(store: Store) -> None:
    """The app's language counts until another is chosen; without either it is Albanian."""
    await store.keep(Message("web", "ana", "1", "start", MONDAY, language="en"))
    await store.keep(Message("web", "bora", "2", "start", MONDAY))
    ana, bora = await store.lease_some(2)
    assert (ana.chat.language, bora.chat.language) == ("en", "sq")
    await store.finish(ana, Effects((), (LanguageSet("sq"),)))
    assert (await chat_of(store)).language == "sq"


async def test_expecting_lasts_for_one_message(store: Store) -> None:
    """A "yes" two messages later means nothing: it must not delete anything."""
    await handled(store, said("/deletemydata"), Effects((), (Expect("deletion"),)))
    assert (await chat_of(store)).expecting == "deletion"
    await handled(store, said("po"), Effects((), (EntryShown("visa"),)))
    assert (await chat_of(store)).expecting == "nothing"


async def test_context_is_the_last_ten_lines(store: Store) -> None:
    """The last ten lines of a chat are at hand, both sides, the oldest first."""
    for number in range(8):
        await handled(store, said(f"q{number}"), effects(f"a{number}"))
    lines = (await chat_of(store)).context
    assert [line.text for line in lines] == [
        text for number in range(3, 8) for text in (f"q{number}", f"a{number}")
    ]
    assert [line.author for line in lines[:2]] == ["person", "bot"]


async def test_context_is_at_hand_for_a_day(store: Store, clock: MovedClock) -> None:
    """Lines older than a day are not shown to anybody, and are deleted."""
    await handled(store, said("1"), effects("one"))
    clock.move(hours=25)
    assert (await chat_of(store)).context == ()
    await store.expire()
    clock.move(hours=-25)
    assert (await chat_of(store)).context == ()


async def test_words_for_a_ticket_that_staff_just_closed(store: Store) -> None:
    """Words to staff are not lost when the ticket was closed in that moment: another is opened."""
    await handled(store, said("1"), Effects((), (TicketOpened("1", "waiting_for_staff"),)))
    await store.keep(said("and 2"))
    second = await leased(store)
    await store.close_ticket(1, "solved", "Mira")
    await store.finish(second, Effects((), (TicketMessage("and 2"),)))
    (ticket,) = await store.tickets()
    assert (ticket.id, ticket.question) == (2, "and 2")


async def test_the_chat_waits_for_nobody(store: Store) -> None:
    """A hundred messages of a hundred chats kept at once are all there, each once."""
    messages = [said("hi", f"p{number}") for number in range(100)]
    assert all(await asyncio.gather(*map(store.keep, messages)))
    given = await store.lease_some(200)
    assert [one.message.address for one in given] == [one.address for one in messages]


async def test_counts_hold_no_identity(store: Store, clock: MovedClock) -> None:
    """Counts of a day add up over people."""
    for who in ("ana", "bora"):
        await handled(store, said("x", who), Effects((), (Counted("answer", "visa"),)))
    clock.move(days=1)
    await handled(store, said("y"), Effects((), (Counted("answer", "visa"),)))
    assert await store.counted(MONDAY.date()) == {("answer", "visa"): 3}
    assert await store.counted(clock().date()) == {("answer", "visa"): 1}
