"""Finding cases by words. What is kept is sealed, so the database cannot look into it: the process
that is asked unseals it once and keeps the words in memory for as long as somebody searches."""

import asyncio
import time
from collections.abc import Callable, Collection, Sequence

import structlog

from bot.console.word_index import Indexed, WordIndex, indexed, words_of
from bot.pseudonyms import name_of_case
from bot.store import news, searching
from bot.store.errors import StoreAway
from bot.store.store import Store
from bot.store.transaction import Transaction
from handlers.desk import Knowledge
from knowledge_base.model import LANGUAGES, Content

SLICE = 100
"""Cases that are unsealed in one go: other threads wait for some milliseconds."""
FRESH_EVERY = 60.0
"""Seconds after which what was deleted is gone from here too, though nobody searches."""
LINGERS = 3600.0
"""Seconds. When nobody has opened the queue for so long all words are forgotten."""

log = structlog.get_logger()


class Search:
    """The cases of one store by their words."""

    def __init__(
        self,
        store: Store,
        newest: Callable[[], Knowledge],
        monotonic: Callable[[], float] = time.monotonic,
        fresh_every: float = FRESH_EVERY,
    ) -> None:
        self._store = store
        self._newest = newest
        self._monotonic = monotonic
        self._fresh_every = fresh_every
        self._index = WordIndex()
        self._seen: news.Seen | None = None
        self._there: frozenset[int] = frozenset()
        """The numbers of all cases when they were last read, and of those that came since."""
        self._one_at_a_time = asyncio.Lock()
        self._names: dict[int, str] = {}
        self._names_of: Content | None = None
        self._used_at = 0.0
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Somebody may search soon: have the words at hand, and keep them for an hour."""
        self._used_at = self._monotonic()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._stay_fresh())

    @property
    def held(self) -> int:
        """Of how many cases words are in memory."""
        return len(self._index)

    async def forgotten(self) -> None:
        """Return when nobody has searched for so long that nothing is in memory."""
        if self._task is not None:
            await self._task

    async def stop(self) -> None:
        """Forget everything."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        self._forget()

    async def find(self, query: str) -> Sequence[int]:
        """The numbers of the cases that hold all words of a query, the likeliest first.

        Raises StoreAway.
        """
        self.begin()
        async with self._one_at_a_time:
            await self._renew()
            # Not long, but longer than others should wait.
            return await asyncio.to_thread(self._index.find, query, self._name_of)

    async def _stay_fresh(self) -> None:
        while self._monotonic() - self._used_at < LINGERS:
            try:
                async with self._one_at_a_time:
                    await self._renew()
            except StoreAway as away:
                log.warning("store_away", reason=str(away))
            await asyncio.sleep(self._fresh_every)
        self._forget()

    async def _renew(self) -> None:
        """Know what the store knows now."""
        before = self._seen
        now, count = await self._store.read(lambda tx: (news.look(tx, before), searching.count(tx)))
        changed = frozenset() if before is None else news.changed(before, now)
        self._there |= changed
        if before is None or len(self._there) != count:
            # Some have been deleted, and nothing but their absence tells which.
            numbers = await self._store.read(searching.numbers)
            self._there = frozenset(numbers)
            self._index.keep_only(self._there)
            changed = changed if before is not None else self._there
        await self._take_in(sorted(changed, reverse=True))
        self._seen = now

    async def _take_in(self, ids: Sequence[int]) -> None:
        for first in range(0, len(ids), SLICE):
            some = ids[first : first + SLICE]
            self._index.put(await self._store.read(_reading(some)))
            for id_ in some:
                self._names.pop(id_, None)

    def _name_of(self, ticket: int, person: int | None) -> str:
        content = self._newest().content
        if content is not self._names_of:
            self._names_of, self._names = content, {}
        if ticket not in self._names:
            names = {name_of_case(ticket, person, content, language) for language in LANGUAGES}
            words = sorted({word for name in names for word in words_of(name)})
            self._names[ticket] = "".join(f" {word}" for word in words)
        return self._names[ticket]

    def _forget(self) -> None:
        self._index.clear()
        self._names.clear()
        self._seen, self._there = None, frozenset()


def _reading(ids: Collection[int]) -> Callable[[Transaction], list[Indexed]]:
    return lambda tx: indexed(searching.spoken(tx, ids))
