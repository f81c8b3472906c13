"""What delivery promises: in order within a chat, no channel waits for another, no loss."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from random import Random

import pytest

from bot.channels.channel import Away, Channel, Later, Outcome, Outgoing, Refused, Sent, Unknown
from bot.delivery import Delivery
from bot.rate_limits import Limits, Pace, RateLimits
from bot.store.store import Store
from handlers.messages import Effects, TicketOpened
from tests.fakes.store_world import FakeChannel, MovedClock, effects, handled, opened, said

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def store(tmp_path: Path, clock: MovedClock) -> AsyncIterator[Store]:
    store = await opened(tmp_path, clock)
    yield store
    await store.close()


class Pauses:
    """Instead of sleeping: notes how long it would have been."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


def delivery(
    store: Store,
    *channels: Channel,
    limits: Mapping[str, Limits] | None = None,
    sleep: Pauses | None = None,
    sending_lasts: float = 5,
) -> Delivery:
    return Delivery(
        store,
        {channel.name: channel for channel in channels},
        RateLimits(limits or {}, lambda: 0.0),
        Random(1),
        sending_lasts=sending_lasts,
        sleep=sleep or Pauses(),
    )


async def test_replies_of_a_chat_arrive_in_order(store: Store) -> None:
    """What was answered first arrives first, over all messages of a chat."""
    channel = FakeChannel()
    for number in range(5):
        await handled(store, said(str(number)), effects(f"{number}a", f"{number}b"))
    await delivery(store, channel).drain()
    assert channel.arrived["ana"] == [f"{number}{one}" for number in range(5) for one in "ab"]


async def test_a_refusal_for_now_keeps_the_order(store: Store, clock: MovedClock) -> None:
    """A reply refused for now is tried again later, and the next waits behind it."""
    channel = FakeChannel()
    channel.outcomes["a"].extend([Later("busy"), Later("busy")])
    await handled(store, said("1"), effects("a", "b"))
    work = delivery(store, channel)
    for _ in range(3):
        await work.drain()
        clock.move(minutes=10)
    assert channel.arrived["ana"] == ["a", "b"]
    assert [text for _, text in channel.tried] == ["a", "a", "a", "b"]


async def test_pauses_grow_and_differ(store: Store, clock: MovedClock) -> None:
    """Pauses double up to five minutes, with jitter so that not all come back at once."""
    channel = FakeChannel()
    channel.outcomes["a"].extend([Later("busy")] * 11)
    await handled(store, said("1"), effects("a"))
    work = delivery(store, channel)
    pauses: list[float] = []
    for _ in range(11):
        before, tries = clock(), len(channel.tried)
        while len(channel.tried) == tries:
            await work.drain()
            clock.move(seconds=max(0.5, 2.0 ** len(pauses) / 40))
        pauses.append((clock() - before).total_seconds())
    for tried, pause in enumerate(pauses[1:]):
        longest = min(300.0, 2.0**tried)
        assert longest / 2 <= pause <= longest * 1.1 + 1


async def test_a_refusal_for_good_does_not_stop_the_chat(store: Store) -> None:
    """A reply that can never arrive is left behind; the next is tried."""
    channel = FakeChannel()
    channel.outcomes["a"].append(Refused("too long"))
    await handled(store, said("1"), effects("a", "b"))
    await delivery(store, channel).drain()
    assert channel.arrived["ana"] == ["b"]


async def test_a_channel_that_raises(store: Store, clock: MovedClock) -> None:
    """A mistake in a channel counts as "may have arrived": once more, then never again."""
    channel = FakeChannel()
    channel.outcomes["a"].extend([ValueError("x"), ValueError("x")])
    await handled(store, said("1"), effects("a", "b"))
    await drained(delivery(store, channel), clock)
    assert [text for _, text in channel.tried] == ["a", "a", "b"]


async def test_unknown_reaches_staff(store: Store, clock: MovedClock) -> None:
    """Staff see of their own words that nobody knows whether they arrived."""
    channel = FakeChannel()
    channel.outcomes["Hello"].extend([Unknown("time-out"), Unknown("time-out")])
    opening = Effects((), (TicketOpened("help", "waiting_for_staff"),))
    await handled(store, said("help"), opening)
    await store.reply(1, "Hello", "Mira")
    await drained(delivery(store, channel), clock)
    ticket = await store.ticket(1)
    assert ticket is not None
    assert ticket.lines[-1].arrival == "unknown"


async def drained(work: Delivery, clock: MovedClock) -> None:
    """Let delivery run through two pauses."""
    for _ in range(3):
        await work.drain()
        clock.move(seconds=10)


class Wedged(FakeChannel):
    """Takes a reply and never says what became of it."""

    async def send(self, outgoing: Outgoing) -> Outcome:
        await super().send(outgoing)
        await asyncio.Event().wait()
        return Sent("")


async def test_a_wedged_channel_stops_no_other(store: Store) -> None:
    """While one platform hangs for everybody, the other's replies arrive."""
    wedged, channel = Wedged("terminal"), FakeChannel()
    for number in range(100):
        await handled(store, said("1", f"p{number}", channel="terminal"), effects("never"))
    await handled(store, said("1"), effects("here"))
    work = delivery(store, wedged, channel, sending_lasts=60)
    running = asyncio.create_task(work.run())
    async with asyncio.timeout(10):
        while channel.arrived["ana"] != ["here"]:
            await store.changed.after(store.changed.version, 1)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_send_that_hangs(store: Store, clock: MovedClock) -> None:
    """A send without an end counts as one that may have arrived."""
    wedged = Wedged()
    await handled(store, said("1"), effects("a"))
    await drained(delivery(store, wedged, sending_lasts=0.01), clock)
    assert len(wedged.tried) == 2
    assert (await store.figures()).outbox_lost == {"unknown": 1}


async def test_somebody_who_is_away(store: Store) -> None:
    """Replies for somebody who is away are sent once, in order, when they arrive."""
    channel = FakeChannel()
    channel.outcomes["a"].append(Away())
    await handled(store, said("1"), effects("a", "b"))
    work = delivery(store, channel)
    await work.drain()
    assert channel.arrived["ana"] == []
    await store.arrived("web", "ana")
    await work.drain()
    assert channel.arrived["ana"] == ["a", "b"]


async def test_the_pace_of_a_platform(store: Store) -> None:
    """Nobody is sent to faster than the platform allows."""
    channel, pauses = FakeChannel(), Pauses()
    await handled(store, said("1"), effects("a", "b", "c"))
    limits = {"web": Limits(one_chat=Pace(per_second=2))}
    await delivery(store, channel, limits=limits, sleep=pauses).drain()
    assert channel.arrived["ana"] == ["a", "b", "c"]
    assert pauses.seconds == [0.5, 1.0]


async def test_two_terminals_side_by_side(store: Store) -> None:
    """Two that each reach one chat of a channel send what is for that chat, and nothing else."""
    for who in ("ana", "bora"):
        await handled(store, said("1", who), effects("a", "b"))
    channels = {who: FakeChannel() for who in ("ana", "bora")}
    for who, channel in channels.items():
        limits = RateLimits({}, lambda: 0.0)
        await Delivery(store, {"web": channel}, limits, Random(1), only=who).drain()
    assert {who: dict(channel.arrived) for who, channel in channels.items()} == {
        who: {who: ["a", "b"]} for who in ("ana", "bora")
    }


async def test_stopping_finishes_what_is_in_hand(store: Store) -> None:
    """A stop lets a send that has begun come to its end, and its outcome is noted."""
    begun, release = asyncio.Event(), asyncio.Event()

    class Slow(FakeChannel):
        async def send(self, outgoing: Outgoing) -> Outcome:
            begun.set()
            await release.wait()
            return await super().send(outgoing)

    channel = Slow()
    await handled(store, said("1"), effects("a", "b"))
    work = delivery(store, channel)
    running = asyncio.create_task(work.run())
    await begun.wait()
    work.stop()
    release.set()
    async with asyncio.timeout(10):
        await running
    assert channel.arrived["ana"] == ["a"]
    assert (await store.figures()).outbox_waiting == {"web": 1}


async def test_what_a_dead_process_left_is_sent(
    store: Store, process_died: Callable[[], None]
) -> None:
    """A reply that was on its way when the process died is sent by the next."""
    channel = FakeChannel()
    await handled(store, said("1"), effects("a"))
    await store.due("web", 5)
    process_died()
    await delivery(store, channel).drain()
    assert channel.arrived["ana"] == ["a"]
