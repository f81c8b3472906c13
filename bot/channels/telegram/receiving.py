"""One update on its way in: decoded, understood, kept, and the press answered."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from typing import Any

import structlog
import telegram
from telegram.error import TelegramError

from bot.channels.telegram.inside import Inside, StaffGroup
from bot.channels.telegram.translate import (
    Back,
    Ignored,
    Left,
    Meaning,
    chat_of,
    kind_of,
    lane_of,
    meaning,
    salvaged,
)

TRIES = 3
"""So often an update may fail in a way of its own before it is left behind: it must not stop all
that come after it."""

log = structlog.get_logger()


class NotKept(Exception):
    """The update could not be kept: it has to be brought again."""


class Receiving:
    """Takes updates, however they come."""

    def __init__(
        self,
        bot: telegram.Bot,
        bot_id: str,
        inside: Inside,
        clock: Callable[[], datetime],
        group: StaffGroup | None,
    ) -> None:
        """bot_id: makes an update's key another's than the same number of another bot."""
        self._bot = bot
        self._bot_id = bot_id
        self._inside = inside
        self._clock = clock
        self._group = group
        self._failures: Counter[str] = Counter()
        self._answering: set[asyncio.Task[None]] = set()

    async def take_all(self, batch: Sequence[object]) -> None:
        """Keep a batch: chats side by side, so that few commits are enough, and each chat's updates
        in their order. Raises NotKept where one of them was not, when all have been tried."""
        lanes: dict[int | None, list[object]] = {}
        for raw in batch:
            lanes.setdefault(lane_of(raw), []).append(raw)
        ends = await asyncio.gather(*map(self._in_order, lanes.values()), return_exceptions=True)
        for end in ends:
            if end is not None:
                raise end

    async def _in_order(self, lane: Sequence[object]) -> None:
        for raw in lane:
            await self.take(raw)

    async def take(self, raw: object) -> None:
        """Keep one update as JSON gave it; on return it may be confirmed. Raises NotKept."""
        if not isinstance(raw, dict) or not isinstance(raw.get("update_id"), int):
            log.error("update_malformed", channel="telegram", kind=kind_of(raw))
            self._inside.ignored("malformed")
            return
        # With the bot's own number: another bot's updates bear the same numbers.
        key = f"{self._bot_id} {raw['update_id']}"
        try:
            update = telegram.Update.de_json(raw, self._bot)
            # Here too: the library reads a text that is a number without a word.
            means = meaning(update, key, self._clock())
        except Exception:
            log.exception("update_malformed", channel="telegram", kind=kind_of(raw))
            await self._kept(key, self._salvage(raw, key))
        else:
            await self._understand(update, means, key)

    async def _understand(self, update: telegram.Update, means: Meaning, key: str) -> None:
        if self._group is not None and chat_of(update) == self._group.chat_id:
            await self._kept(key, self._group.take(update))
            return
        await self._kept(key, self._keep(means))
        if update.callback_query is not None:
            self._in_the_background(self._answer(update.callback_query))

    async def _salvage(self, raw: object, key: str) -> None:
        message = salvaged(raw, key, self._clock())
        if message is None:
            self._inside.ignored("malformed")
        else:
            await self._inside.keep(message)

    async def _keep(self, means: Meaning) -> None:
        match means:
            case Left(address):
                await self._inside.left(address)
            case Back(address):
                await self._inside.back(address)
            case Ignored(kind):
                self._inside.ignored(kind)
            case message:
                await self._inside.keep(message)

    async def _kept(self, key: str, keeping: Coroutine[Any, Any, None]) -> None:
        try:
            await keeping
        except self._inside.away as error:
            raise NotKept from error
        except Exception as error:
            log.exception("update_not_kept", channel="telegram")
            self._failures[key] += 1
            if self._failures[key] < TRIES:
                raise NotKept from error
            self._inside.ignored("given_up")
        self._failures.pop(key, None)

    async def close(self) -> None:
        """Leave the presses that are not answered yet."""
        for task in self._answering:
            task.cancel()
        await asyncio.gather(*self._answering, return_exceptions=True)

    def _in_the_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _answer(self, query: telegram.CallbackQuery) -> None:
        """Let the button stop spinning. Too late or not at all, the reply comes all the same."""
        try:
            await self._bot.answer_callback_query(query.id)
        except TelegramError:
            log.debug("press_not_answered", channel="telegram", exc_info=True)
