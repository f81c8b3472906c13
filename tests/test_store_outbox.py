"""What the outbox promises: in order within a chat, nothing lost, nothing late, little kept."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.channel import Away, Later, Outcome, Refused, Sent, Unknown
from bot.store.store import Store
from handlers.messages import Button, Effects, Message, Reply, TicketOpened
from tests.fakes.store_world import MONDAY, MovedClock, effects, handled, opened, reply, said

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def store(tmp_path: Path, clock: MovedClock) -> AsyncIterator[Store]:
    store = await opened(tmp_path, clock)
    yield store
    await store.close()


async def due(store: Store, channel: str = "web", only: str | None = None) -> list[str]:
    """The texts of what is to be sent now."""
    return [one.outgoing.reply.text for one in await store.due(channel, 50, only)]


async def send(store: Store, outcome: Outcome, again_in: timedelta = timedelta()) -> None:
    """Let the one reply that is due fare like this."""
    (one,) = await store.due("web", 50)
    await store.record(one.id, outcome, again_in)


async def with_ticket(store: Store) -> None:
    await handled(store, said("help"), Effects((), (TicketOpened("help", "waiting_for_staff"),)))


async def test_a_reply_comes_out_as_it_went_in(store: Store) -> None:
    """Text, buttons, entries, decision and language of a reply survive."""
    full = Reply("Ç'thua?", "suggest", "en", (Button("Po", "yes"),), ("visa", "etias"), True)
    await handled(store, said("1"), Effects((full,)))
    (one,) = await store.due("web", 5)
    assert (one.channel, one.outgoing.address, one.outgoing.reply) == ("web", "ana", full)


async def test_replies_of_a_chat_go_one_at_a_time(store: Store) -> None:
    """The second reply of a chat waits until the first is done with; other chats do not."""
    await handled(store, said("1"), effects("a1", "a2"))
    await handled(store, said("1", "bora"), effects("b1"))
    assert await due(store) == ["a1", "b1"]
    assert await due(store) == []
    await store.record(1, Sent("m1"))
    assert await due(store) == ["a2"]


async def test_urgent_replies_go_first(store: Store) -> None:
    """What somebody in danger needs overtakes what others wait for, never the own chat's order."""
    await handled(store, said("1"), effects("calm"))
    await handled(store, said("1", "bora"), Effects((reply("112", "urgent"),)))
    assert await due(store) == ["112", "calm"]


async def test_only_the_asked_channel(store: Store) -> None:
    """A channel that is off keeps its replies waiting; they go when it is on again."""
    await handled(store, said("1", channel="terminal"), effects("t"))
    assert await due(store, "web") == []
    assert await due(store, "terminal") == ["t"]


async def test_only_one_address(store: Store, process_died: Callable[[], None]) -> None:
    """Who reaches one address only takes nothing that is for another, nor frees it."""
    for who in ("ana", "bora"):
        await handled(store, said("1", who), effects(f"to {who}"))
    assert await due(store, only="bora") == ["to bora"]
    assert await due(store, only="bora") == []
    await store.free_replies("web", "ana")
    assert await due(store, only="bora") == []
    process_died()
    await store.free_replies("web", "bora")
    assert await due(store) == ["to ana", "to bora"]


async def test_refused_for_now(store: Store, clock: MovedClock) -> None:
    """A reply refused for now is due after the pause, or at the time that the platform says."""
    await handled(store, said("1"), effects("a"))
    await send(store, Later("busy"), timedelta(seconds=4))
    assert await due(store) == []
    clock.move(seconds=4)
    await send(store, Later("429", clock() + timedelta(seconds=30)), timedelta(seconds=1))
    clock.move(seconds=29)
    assert await due(store) == []
    clock.move(seconds=1)
    (one,) = await store.due("web", 5)
    assert one.attempts == 2


async def test_later_replies_wait_behind_a_refused_one(store: Store) -> None:
    """While the first reply of a chat has to wait, the second does not overtake it."""
    await handled(store, said("1"), effects("a", "b"))
    await send(store, Later("busy"), timedelta(seconds=4))
    assert await due(store) == []


async def test_refused_for_good(store: Store) -> None:
    """A refusal for good ends that reply; the next one of the chat is tried."""
    await handled(store, said("1"), effects("a", "b"))
    await send(store, Refused("blocked"))
    assert await due(store) == ["b"]
    assert (await store.figures()).outbox_lost == {"refused": 1}


async def test_unknown_is_tried_once_more(store: Store) -> None:
    """A reply that may have arrived is sent once more, then never again."""
    await handled(store, said("1"), effects("a"))
    await send(store, Unknown("time-out"))
    await send(store, Unknown("time-out"))
    assert await due(store) == []
    assert (await store.figures()).outbox_lost == {"unknown": 1}


async def test_away(store: Store) -> None:
    """A reply to somebody who is away waits until they arrive."""
    await handled(store, said("1"), effects("a"))
    await send(store, Away())
    assert await due(store) == []
    await store.arrived("web", "ana")
    assert await due(store) == ["a"]


async def test_arriving_while_it_is_on_its_way(store: Store) -> None:
    """Who arrives in the moment in which they were found away is not overlooked."""
    await handled(store, said("1"), effects("a"))
    (one,) = await store.due("web", 5)
    await store.arrived("web", "ana")
    await store.record(one.id, Away())
    assert await due(store) == ["a"]


@pytest.mark.parametrize("outcome", [Later("asleep"), Unknown("time-out"), Away()])
async def test_arriving_ends_every_pause(store: Store, outcome: Outcome) -> None:
    """Whoever comes back gets at once what would have been tried again minutes later."""
    await handled(store, said("1"), effects("a"))
    await send(store, outcome, timedelta(minutes=5))
    await store.arrived("web", "ana")
    assert await due(store) == ["a"]


@pytest.mark.parametrize("outcome", [Later("asleep"), Unknown("time-out"), Away()])
async def test_arriving_while_another_tab_sleeps(store: Store, outcome: Outcome) -> None:
    """Whoever comes while a sending is still waiting for a page that sleeps has no pause either;
    once more in vain, and the pauses begin anew."""
    await handled(store, said("1"), effects("a"))
    (one,) = await store.due("web", 5)
    await store.arrived("web", "ana")
    await store.record(one.id, outcome, timedelta(minutes=5))
    (one,) = await store.due("web", 5)
    await store.record(one.id, Later("asleep"), timedelta(minutes=5))
    assert await due(store) == []


async def test_a_clock_that_is_put_back(store: Store, clock: MovedClock) -> None:
    """What is to be sent at once is sent, though the clock has been put back meanwhile."""
    await handled(store, said("1"), effects("a"))
    await handled(store, said("1", "bora"), effects("b"))
    clock.move(hours=-5)
    await store.arrived("web", "bora")
    assert await due(store) == ["a", "b"]


async def test_the_bots_replies_expire(store: Store, clock: MovedClock) -> None:
    """An answer that could not be sent for twelve hours is not sent any more, and that is seen."""
    await handled(store, said("1"), effects("old"))
    clock.move(hours=13)
    await handled(store, said("2"), effects("fresh"))
    assert await due(store) == ["fresh"]
    assert (await store.figures()).outbox_lost == {"expired": 1}


async def test_staffs_replies_never_expire(store: Store, clock: MovedClock) -> None:
    """What a human wrote waits for as long as it takes."""
    await with_ticket(store)
    await store.reply(1, "We can help", "Mira")
    await send(store, Away())
    clock.move(days=30)
    await store.expire()
    await store.arrived("web", "ana")
    assert await due(store) == ["We can help"]


async def test_how_staffs_words_fared(store: Store) -> None:
    """Staff see whether their words arrived; that they did not is an event of the ticket."""
    await with_ticket(store)
    for text, outcome in (("one", Sent("77")), ("two", Refused("blocked"))):
        await store.reply(1, text, "Mira")
        await send(store, outcome)
    await store.receipt("web", "77", "seen")
    ticket = await store.ticket(1)
    assert ticket is not None
    assert [(line.text, line.arrival) for line in ticket.lines[1:]] == [
        ("one", "seen"),
        ("two", "refused"),
    ]
    assert [(event.what, event.detail) for event in ticket.events] == [
        ("opened", ""),
        ("reply_refused", "blocked"),
    ]


async def test_a_dead_sender_holds_nothing(
    store: Store, clock: MovedClock, process_died: Callable[[], None]
) -> None:
    """What was on its way when the process died is sent after the restart, or after a minute."""
    await handled(store, said("1"), effects("a"))
    assert await due(store) == ["a"]
    await store.free_replies("terminal")
    assert await due(store) == []
    process_died()
    await store.free_replies("web")
    assert await due(store) == ["a"]
    clock.move(minutes=2)
    assert await due(store) == ["a"]


async def test_a_late_word_about_a_reply_that_is_done(store: Store) -> None:
    """Once a reply has arrived, nothing brings it back."""
    await handled(store, said("1"), effects("a"))
    await send(store, Sent("m1"))
    await store.record(1, Later("busy"))
    assert await due(store) == []


async def test_a_reply_replaces_the_message_that_was_pressed(store: Store) -> None:
    """The platform's id of the pressed message goes with a reply that may replace it."""
    pressed = Message("web", "ana", "1", "button", MONDAY, "topics", pressed="77")
    replacing = Reply("menu", "info", "sq", replaces=True)
    await handled(store, pressed, Effects((replacing, reply("more"))))
    (first,) = await store.due("web", 5)
    await store.record(first.id, Sent(""))
    (second,) = await store.due("web", 5)
    assert (first.outgoing.replaces, second.outgoing.replaces) == ("77", None)
