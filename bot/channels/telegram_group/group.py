"""The Telegram group of the staff: the queue's second door.

What is shown there follows from the tickets (records.py, showing.py); what staff write comes as
updates and is done in one transaction each (orders.py).
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog
from telegram import Bot, CallbackQuery, Message, Update
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.channels.telegram.refusals import seconds_of
from bot.channels.telegram_group import orders
from bot.channels.telegram_group.menu import publish_menu
from bot.channels.telegram_group.pace import Pace
from bot.channels.telegram_group.posting import Posting
from bot.channels.telegram_group.records import Case, Close, Notice, Records, SendAnyway, Work
from bot.channels.telegram_group.rights import Missing, missing_rights
from bot.channels.telegram_group.showing import Showing
from bot.channels.telegram_group.wording import Wording
from bot.persisting import Sleep

LOOK_EVERY = 1.0
"""Seconds. What another process changed, and what is due by the clock, is found by looking."""
LOOK_AT_RIGHTS_EVERY = 180.0
"""Seconds between two looks while something is missing."""
ASIDE = 60.0
"""Seconds for which a case is left aside that Telegram refused for a reason nobody foresaw."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds between two tries while Telegram cannot be reached."""
BEGIN_AGAIN_AFTER = 5.0
"""Seconds, when the store is away or something else has failed."""
STANDS_BY = "on: shows cases once no other process does"
THREAD_GONE = ("thread not found", "topic_id_invalid", "topic_deleted", "thread_id_invalid")

log = structlog.get_logger()


class StaffGroup:
    """Shows the group its cases, and takes what staff write there."""

    def __init__(
        self,
        bot: Bot,
        chat_id: int,
        records: Records,
        wording: Wording,
        *,
        sleep: Sleep = asyncio.sleep,
        monotonic: Callable[[], float],
    ) -> None:
        """chat_id: a group with topics. monotonic: seconds that only ever grow."""
        self.chat_id = chat_id
        self.state = "off: not looked at yet"
        """ "on", or "off: " and why, for whoever looks after Udha."""
        self._bot = bot
        self._records = records
        self._wording = wording
        self._sleep = sleep
        self._monotonic = monotonic
        posting = Posting(bot, Pace(monotonic), sleep)
        self._posting = posting
        self._showing = Showing(bot, posting, records, wording)
        self._look_at: float = 0.0
        """When to look at the rights next; never while they are all there."""
        self._missing: Missing | None = None
        self._looked = False
        self._aside: dict[int, float] = {}
        self._pause = FIRST_PAUSE
        self._moved = ""
        self._stopping = False
        self._answering: set[asyncio.Task[None]] = set()

    async def take(self, update: Update) -> None:
        """Do what an update of the group asks for: once, however often it comes.

        Raises what the records raise while they are away: then it must come again.
        """
        if update.my_chat_member is not None:
            self._looked = False
        if update.message is not None and update.message.migrate_to_chat_id is not None:
            self._has_moved(update.message.migrate_to_chat_id)
        written = orders.read(update, self._username(), self._wording.say("team"))
        if written is not None:
            await self._records.take(written)
        if update.callback_query is not None:
            chosen = written is not None and isinstance(written.order, Close | SendAnyway)
            # Beside it: nobody else's message waits for that.
            answering = asyncio.create_task(self._answer(update.callback_query, chosen=chosen))
            self._answering.add(answering)
            answering.add_done_callback(self._answering.discard)

    async def run(self) -> None:
        """Show the group what is new, until stopped; one process at a time does."""
        self.state = STANDS_BY
        try:
            await self._show_until_something_fails()
            while not self._stopping:
                await self._sleep(BEGIN_AGAIN_AFTER)
                await self._show_until_something_fails()
        finally:
            for answering in self._answering:
                answering.cancel()

    def stop(self) -> None:
        """Begin nothing more: what is being posted is noted down, so that it is not posted again.
        It is noticed with the next change, at the latest after a second."""
        self._stopping = True

    async def drain(self) -> None:
        """Show all that can be shown now, then return."""
        await asyncio.gather(*self._answering)
        while await self.step():
            pass

    async def _show_until_something_fails(self) -> None:
        try:
            async with self._records.alone() as still_alone:
                await self._show_until_stopped(still_alone)
        except Exception:
            # Whatever it was, the cases wait where they are until it is over.
            log.exception("staff_group_failed")

    async def _show_until_stopped(self, still_alone: Callable[[], Awaitable[None]]) -> None:
        while not self._stopping:
            await still_alone()
            seen = self._records.version
            if not await self.step():
                await self._records.changed_after(seen, LOOK_EVERY)

    async def step(self) -> bool:
        """Do one thing. False: there is nothing to do now."""
        try:
            if not await self._may_work():
                return False
            work = await self._next()
            if work is None:
                return False
            await self._try(work)
        except RetryAfter as error:
            log.warning("staff_group_told_to_wait")
            await self._sleep(seconds_of(error).total_seconds())
        except ChatMigrated as error:
            self._has_moved(error.new_chat_id)
        except TelegramError as error:
            await self._wait_for_telegram(error)
        else:
            self._pause = FIRST_PAUSE
        return True

    async def _next(self) -> Work | None:
        now = self._monotonic()
        self._aside = {one: until for one, until in self._aside.items() if until > now}
        if (wait := self._posting.wait()) > 0:
            # Chosen only then: an urgent case may come while the group takes nothing.
            await self._sleep(wait)
        return await self._records.next(self.chat_id, tuple(self._aside))

    async def _try(self, work: Work) -> None:
        """Show it; what the group refuses is set right, or left aside. Raises TelegramError."""
        try:
            await self._showing.show(self.chat_id, work)
        except Forbidden:
            await self._refused(work)
        except BadRequest as error:
            if any(words in error.message.lower() for words in THREAD_GONE):
                await self._topic_gone(work)
            else:
                await self._refused(work)

    async def _refused(self, work: Work) -> None:
        """Mostly a right is missing; else it is this one thing, and the others go on."""
        self._looked = False
        if not await self._may_work():
            return
        log.error("staff_group_refused", kind=type(work).__name__.lower())
        if isinstance(work, Case):
            self._aside[work.id] = self._monotonic() + ASIDE
        elif isinstance(work, Notice):
            await self._records.told(work.id)
        else:
            self._aside[-work.id] = self._monotonic() + LOOK_AT_RIGHTS_EVERY

    async def _topic_gone(self, work: Work) -> None:
        """Somebody deleted the topic. A case that is open gets another one."""
        if isinstance(work, Case):
            await self._records.topic_lost(work.id)
        elif isinstance(work, Notice):
            await self._records.told(work.id)
        else:
            await self._records.topic_deleted(work.id)

    async def _may_work(self) -> bool:
        """Are all rights there? Looked at in the beginning, after each change, and while not."""
        blocked = self._missing is not None and self._missing.keeps_from_work
        if self._looked and not (blocked and self._monotonic() >= self._look_at):
            return not blocked
        missing = await missing_rights(self._bot, self.chat_id)
        self._looked, self._look_at = True, self._monotonic() + LOOK_AT_RIGHTS_EVERY
        if missing != self._missing:
            await self._complain(missing)
        self._missing = missing
        self._say_how_it_stands()
        if missing is None:
            await publish_menu(self._bot, self.chat_id, self._wording)
        return missing is None or not missing.keeps_from_work

    async def _complain(self, missing: Missing | None) -> None:
        if missing is None:
            return
        log.error("staff_group_lacks_rights", kind=missing.kind)
        if missing.keeps_from_work and not missing.keeps_from_writing:
            with suppress(TelegramError):
                await self._posting.say(
                    self.chat_id, None, self._wording.say(f"missing_{missing.kind}")
                )

    def _say_how_it_stands(self) -> None:
        if self._missing is None:
            self.state = f"on{self._moved}"
        elif self._missing.keeps_from_work:
            self.state = f"off: {self._missing.sentence}"
        else:
            self.state = f"on: {self._missing.sentence}"

    def _has_moved(self, chat_id: int) -> None:
        """Telegram gave the group another number: it goes on under that one."""
        if chat_id == self.chat_id:
            return
        self.chat_id = chat_id
        self._looked = False
        self._moved = f": the group has a new number, set TELEGRAM_STAFF_CHAT_ID to {chat_id}"
        log.warning("staff_group_moved")

    async def _wait_for_telegram(self, error: TelegramError) -> None:
        if isinstance(error, InvalidToken):
            self.state, self._looked = "off: Telegram refuses the bot's token", False
        elif not self._looked:
            self.state = "off: Telegram cannot be reached"
        if not isinstance(error, NetworkError):
            log.warning("staff_group_failed", error=type(error).__name__)
        await self._sleep(self._pause)
        self._pause = min(2 * self._pause, LONGEST_PAUSE)

    async def _answer(self, query: CallbackQuery, *, chosen: bool) -> None:
        """Tell the app that the press has come; a choice that was made cannot be made again."""
        try:
            await self._bot.answer_callback_query(query.id)
            message = query.message
            if chosen and isinstance(message, Message):
                await message.edit_reply_markup(None)
        except TelegramError as error:
            # What was pressed is kept; the app only shows for longer that it waits.
            log.info("press_not_answered", error=type(error).__name__)

    def _username(self) -> str:
        try:
            return self._bot.username
        except RuntimeError:
            # Nobody has asked Telegram yet: a command that names a bot waits for nobody.
            return ""
