"""Pieces of pages that many browsers ask for at the same moment: each is made once."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")

MOST = 64


class KeptPieces(Generic[T]):
    """The last pieces, by what they depend on."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._made: OrderedDict[Hashable, asyncio.Future[T]] = OrderedDict()

    async def get(self, key: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        """The piece of this key; who comes while it is being made waits for the same one.

        Raises what `make` raises; then the next one tries anew.
        """
        made = self._made.get(key)
        if made is None:
            made = asyncio.ensure_future(make())
            self._made[key] = made
            made.add_done_callback(lambda done: self._drop_failed(key, done))
            while len(self._made) > self._most:
                self._made.popitem(last=False)
        self._made.move_to_end(key)
        # Who goes away must not take it from the others.
        return await asyncio.shield(made)

    def _drop_failed(self, key: Hashable, done: "asyncio.Future[T]") -> None:
        if done.cancelled() or done.exception() is not None:
            self._made.pop(key, None)
