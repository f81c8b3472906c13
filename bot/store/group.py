"""The store as the staff group sees it."""

from collections.abc import Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager

from bot.channels.telegram_group.records import Arrival, Work, Written
from bot.store import group_orders, group_shown, notices, topics
from bot.store.closing import Farewell, in_silence
from bot.store.replying import Compose
from bot.store.store import Store

UPDATES = "telegram_group"
"""Under which name the group's updates are remembered. People's have names of their own."""


class GroupRecords:
    """What the staff group has been shown, and what staff do there. All methods raise StoreAway."""

    def __init__(self, store: Store, compose: Compose, farewell: Farewell = in_silence) -> None:
        """compose: makes a reply of what staff write. farewell: what somebody is told whose case
        they close."""
        self._store = store
        self._compose = compose
        self._farewell = farewell

    @property
    def version(self) -> int:
        return self._store.changed.version

    async def changed_after(self, version: int, seconds: float) -> None:
        await self._store.changed.after(version, seconds)

    def alone(self) -> AbstractAsyncContextManager[Callable[[], Awaitable[None]]]:
        return self._store.alone("staff group")

    async def take(self, written: Written) -> None:
        await self._store.once(
            UPDATES,
            written.update_key,
            lambda tx: group_orders.apply(tx, written, self._compose, self._farewell),
        )

    async def next(self, chat: int, skip: Collection[int]) -> Work | None:
        return await self._store.read(lambda tx: group_shown.next_work(tx, chat, skip))

    async def topic_made(self, ticket: int, chat: int, thread: int, title: str) -> None:
        await self._store.write(lambda tx: topics.made(tx, ticket, chat, thread, title))

    async def topic_lost(self, ticket: int) -> None:
        await self._store.write(lambda tx: topics.lost(tx, ticket))

    async def topic_deleted(self, outlived: int) -> None:
        await self._store.write(lambda tx: topics.remove(tx, outlived))

    async def shown(self, ticket: int, up_to: tuple[int, int], message: int | None) -> None:
        await self._store.write(lambda tx: topics.shown(tx, ticket, up_to, message))

    async def titled(self, ticket: int, title: str) -> None:
        await self._store.write(lambda tx: topics.titled(tx, ticket, title))

    async def marked(self, arrival: Arrival) -> None:
        await self._store.write(lambda tx: topics.marked(tx, arrival.line, arrival.arrival))

    async def called(self, ticket: int) -> None:
        await self._store.write(lambda tx: topics.called(tx, ticket))

    async def told(self, notice: int) -> None:
        await self._store.write(lambda tx: notices.told(tx, notice))
