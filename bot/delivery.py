"""Outbox → channels: each reply is sent, in order within a chat, at the platform's pace."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from random import Random

import structlog

from bot.channels.channel import Channel, Outcome, Unknown
from bot.hands import Hands
from bot.logs import place_of
from bot.persisting import Sleep, persist
from bot.rate_limits import RateLimits
from bot.store.errors import StoreAway
from bot.store.outbox import Due
from bot.store.store import Store

LOOK_EVERY = 1.0
"""Seconds. What another process put into the outbox, and what is due again, is found by looking."""
SENDING_LASTS = 30.0
"""Seconds, after which a reply counts as one that may have arrived. Half of a lease."""
HANDS = 64
"""Chats of a channel side by side where nothing else is said."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
"""Seconds between two tries of a reply that is refused for now."""
BEGIN_AGAIN_AFTER = 5.0
"""Seconds, when a channel's way itself has failed."""

log = structlog.get_logger()


class Delivery:
    """Sends what waits in the outbox. Each channel goes its own way: none waits for another."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        limits: RateLimits,
        random: Random,
        *,
        only: str | None = None,
        nearby: Mapping[str, Callable[[], frozenset[str]]] | None = None,
        at_once: Mapping[str, int] | None = None,
        sending_lasts: float = SENDING_LASTS,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """random: for the jitter of pauses. only: the one address that can be reached from here.
        nearby: of channels for which that changes, which addresses can be reached at this moment.
        at_once: by channel, how many chats side by side."""
        hands = at_once or {}
        self._lanes = [
            _Lane(
                name,
                channel,
                store,
                limits,
                random,
                only,
                (nearby or {}).get(name),
                hands.get(name, HANDS),
                sending_lasts,
                sleep,
            )
            for name, channel in channels.items()
        ]

    async def run(self) -> None:
        """Send until stopped; returns when what is in hand has been sent."""
        await asyncio.gather(*(lane.run() for lane in self._lanes))

    def stop(self) -> None:
        """Begin nothing more."""
        for lane in self._lanes:
            lane.stop()

    async def drain(self) -> None:
        """Send until nothing is due and nothing is in hand, then return."""
        await asyncio.gather(*(lane.drain() for lane in self._lanes))


class _Lane:
    """The way of one channel."""

    def __init__(
        self,
        name: str,
        channel: Channel,
        store: Store,
        limits: RateLimits,
        random: Random,
        only: str | None,
        nearby: Callable[[], frozenset[str]] | None,
        at_once: int,
        sending_lasts: float,
        sleep: Sleep,
    ) -> None:
        self._name = name
        self._channel = channel
        self._store = store
        self._limits = limits
        self._random = random
        self._only = only
        self._nearby = nearby
        self._sending_lasts = sending_lasts
        self._sleep = sleep
        self._hands = Hands(at_once)
        self._stopping = False

    async def run(self) -> None:
        while not self._stopping:
            try:
                await self._send_until_stopped()
            except Exception:
                # The other channels go on whatever it was, and so does this one after a pause.
                log.exception("delivery_failed", channel=self._name)
                await self._sleep(BEGIN_AGAIN_AFTER)
        await self._hands.all_done()

    def stop(self) -> None:
        self._stopping = True
        self._store.changed.set()

    async def drain(self) -> None:
        await self._store.free_replies(self._name, self._only)
        while await self._begin_what_is_due() or self._hands.busy:
            if self._hands.busy:
                await self._hands.one_done()

    async def _send_until_stopped(self) -> None:
        await self._hands.all_done()
        await self._store.free_replies(self._name, self._only)
        while not self._stopping:
            seen = self._store.changed.version
            if not await self._begin_what_is_due():
                await self._store.changed.after(seen, LOOK_EVERY)

    async def _begin_what_is_due(self) -> bool:
        """False: nothing could be begun that is due now."""
        if not self._hands.free:
            await self._hands.one_done()
        if self._stopping:
            return False
        only = self._nearby() if self._nearby and self._only is None else self._only
        due = await self._store.due(self._name, self._hands.free, only)
        for one in due:
            self._hands.begin(self._see_to(one))
        return bool(due)

    async def _see_to(self, due: Due) -> None:
        try:
            await self._sleep_for_its_turn(due)
            outcome = await self._send(due)
            self._limits.sent(self._name, due.outgoing.address)
            again_in = self._pause(due.attempts)
            await persist(lambda: self._store.record(due.id, outcome, again_in), self._sleep)
        except StoreAway:
            # Its lease runs out, and it is sent again: the one duplicate that cannot be helped.
            log.warning("left_in_the_outbox", channel=self._name)
        except Exception:
            log.exception("delivery_failed", channel=self._name)

    async def _sleep_for_its_turn(self, due: Due) -> None:
        seconds = self._limits.take(self._name, due.outgoing.address)
        if seconds > 0:
            await self._sleep(seconds)

    async def _send(self, due: Due) -> Outcome:
        try:
            async with asyncio.timeout(self._sending_lasts):
                return await self._channel.send(due.outgoing)
        except TimeoutError:
            log.warning("sending_timed_out", channel=self._name)
            return Unknown("no answer in time")
        except Exception as error:
            # A channel says what was refused; what it raises is a mistake in it.
            log.exception("sending_failed", channel=self._name)
            return Unknown(f"{type(error).__qualname__} at {place_of(error)}")

    def _pause(self, attempts: int) -> timedelta:
        """Doubles each time, with jitter: else all that one outage stopped would come at once."""
        longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempts, 20))
        return timedelta(seconds=self._random.uniform(longest / 2, longest))
