"""What browsers hear at once: something changed in the queue, or in a case that they show.

Events hold numbers and pseudonyms, never a word of anybody's. What was not fetched yet is replaced
by what is newer: nothing piles up for a browser that reads slowly.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from bot.console.listener import Listener
from bot.pseudonyms import name_of_case
from bot.store import news, queue, sessions
from bot.store.errors import StoreAway
from bot.store.queue import Counts
from bot.store.store import Store
from bot.store.transaction import Transaction
from bot.store.urgent_calls import UrgentCase, urgent_calls
from handlers.desk import Knowledge
from knowledge_base.model import Language

LOOK_AFTER = 1.0
"""Seconds after which the store is looked at even if nobody rang: a command may have changed it."""
BETWEEN_LOOKS = 0.3
"""Seconds. What comes meanwhile is told together."""
FETCHING = 0.02
"""Seconds that fetching the queue may cost: where fifty pages are open they are told to do so
once a second, however much changes."""
MOST_CASES = 100
"""So many changed cases are told one by one; of more, pages are told to look for themselves."""
AT_ONE_SESSION = 8
"""Open connections of one session. A page that is left for another one may linger as one."""

SIGNED_OUT = "signed-out"
"""The last event of a page whose session has ended."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Standing:
    """What was seen at one look."""

    seen: news.Seen
    counts: Counts
    urgent: tuple[UrgentCase, ...]
    signed_in: frozenset[int]
    """The sessions, of those that listen, that have not ended."""


class Live:
    """Tells all open pages of one process what has changed."""

    def __init__(self, store: Store, newest: Callable[[], Knowledge]) -> None:
        self._store = store
        self._newest = newest
        self._listeners: list[Listener] = []
        self._standing: Standing | None = None
        self._closed = False
        self._queue_told_at = 0.0
        self._queue_waits = False
        self.version = 0
        """Grows with each change that was seen; see `Store.changed` for those of this process."""

    async def run(self) -> None:
        """Look at the store and tell what is new, until cancelled."""
        while True:
            rung = self._store.changed.version
            try:
                self._tell_news(await self._look())
            except StoreAway as away:
                log.warning("store_away", reason=str(away))
            await asyncio.sleep(BETWEEN_LOOKS)
            soon = self._queue_waits
            await self._store.changed.after(rung, BETWEEN_LOOKS if soon else LOOK_AFTER)

    @contextmanager
    def listening(self, session: int, language: Language) -> Iterator[Listener]:
        """A page listens until the block is left; it is first told how things stand."""
        listener = Listener(session, language)
        self._make_room(session)
        self._listeners.append(listener)
        if self._closed:
            listener.end()
        if self._standing is not None:
            listener.tell("queue", _figures(self._standing.counts))
            self._tell_urgent(listener, self._standing.urgent)
        try:
            yield listener
        finally:
            if listener in self._listeners:
                self._listeners.remove(listener)

    async def close(self) -> None:
        """End all connections: the server is stopping."""
        self._closed = True
        for listener in self._listeners:
            listener.end()

    @property
    def open(self) -> int:
        """How many pages listen."""
        return len(self._listeners)

    def _make_room(self, session: int) -> None:
        theirs = [one for one in self._listeners if one.session == session]
        for oldest in theirs[: max(0, len(theirs) + 1 - AT_ONE_SESSION)]:
            oldest.end()
            self._listeners.remove(oldest)

    async def _look(self) -> Standing:
        before = None if self._standing is None else self._standing.seen
        listening = {listener.session for listener in self._listeners}

        def look(tx: Transaction) -> Standing:
            return Standing(
                news.look(tx, before),
                queue.counts(tx),
                tuple(urgent_calls(tx)),
                frozenset(one for one in listening if sessions.is_open(tx, one)),
            )

        standing = await self._store.read(look)
        for listener in self._listeners:
            if listener.session in listening - standing.signed_in:
                listener.tell(SIGNED_OUT, None)
                listener.end()
        return standing

    def _tell_news(self, now: Standing) -> None:
        before, self._standing = self._standing, now
        if before is None:
            self.version += 1
            self._tell("again", None)
            self._tell("queue", _figures(now.counts))
            self._tell_urgent_to_all(now.urgent)
            return
        changed = news.changed(before.seen, now.seen)
        if changed or before.counts != now.counts:
            self.version += 1
            self._queue_waits = True
        self._tell_of_cases(changed, before, now)
        if before.urgent != now.urgent:
            self._tell_urgent_to_all(now.urgent)
        self._tell_of_queue(now.counts)

    def _tell_of_cases(self, changed: frozenset[int], before: Standing, now: Standing) -> None:
        if len(changed) > MOST_CASES:
            self._tell("again", None)
            return
        for id_ in changed:
            self._tell(f"case-{id_}", None)
        for id_ in news.writing_changed(before.seen, now.seen):
            names = [name for _, name in now.seen.answering.get(id_, ())]
            self._tell(f"answering-{id_}", names)

    def _tell_of_queue(self, counts: Counts) -> None:
        """At once after a quiet time: each page that hears it fetches the queue."""
        now = asyncio.get_running_loop().time()
        pause = max(BETWEEN_LOOKS, FETCHING * len(self._listeners))
        if self._queue_waits and now - self._queue_told_at >= pause:
            self._queue_waits, self._queue_told_at = False, now
            self._tell("queue", _figures(counts))

    def _tell_urgent_to_all(self, urgent: tuple[UrgentCase, ...]) -> None:
        for listener in self._listeners:
            self._tell_urgent(listener, urgent)

    def _tell_urgent(self, listener: Listener, urgent: tuple[UrgentCase, ...]) -> None:
        content = self._newest().content
        cases = [
            {"number": one.id, "name": name_of_case(one.id, one.person, content, listener.language)}
            for one in urgent
        ]
        last = max((one.called_at.timestamp() for one in urgent), default=0.0)
        listener.tell("urgent", {"cases": cases, "called": round(1000 * last)})

    def _tell(self, name: str, data: object) -> None:
        for listener in self._listeners:
            listener.tell(name, data)


def _figures(counts: Counts) -> Mapping[str, int]:
    return {"needing": counts.needing_us, "urgent": counts.of_view["urgent"]}
