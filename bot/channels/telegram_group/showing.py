"""One step of bringing the group up to date: what is posted, marked, renamed, and then noted down.

Each step notes what it has done in one transaction right after it. A crash in between repeats it:
one message comes twice, and nothing is lost.
"""

from collections.abc import Awaitable
from typing import assert_never

from telegram import Bot
from telegram.constants import ReactionEmoji
from telegram.error import BadRequest

from bot.channels.telegram_group import orders, posts
from bot.channels.telegram_group.posting import Key, Keys, Posting
from bot.channels.telegram_group.records import Arrival, Case, Notice, Outlived, Records, Work
from bot.channels.telegram_group.wording import Wording

ARRIVED, NOTED = ReactionEmoji.THUMBS_UP, ReactionEmoji.WRITING_HAND


class Showing:
    """Shows the group what it has not seen."""

    def __init__(self, bot: Bot, posting: Posting, records: Records, wording: Wording) -> None:
        self._bot = bot
        self._posting = posting
        self._records = records
        self._wording = wording

    async def show(self, chat: int, work: Work) -> None:
        """One step. Raises TelegramError, and what records raise."""
        match work:
            case Notice():
                await self._tell(chat, work)
            case Outlived():
                await self._bot.delete_forum_topic(chat, work.thread)
                await self._records.topic_deleted(work.id)
            case Case() if work.thread is None:
                await self._make_topic(chat, work)
            case Case():
                await self._go_on(chat, work.thread, work)
            case _:
                assert_never(work)

    async def _make_topic(self, chat: int, case: Case) -> None:
        await self._posting.turn()
        made = await self._bot.create_forum_topic(chat, posts.title(case, self._wording))
        await self._records.topic_made(case.id, chat, made.message_thread_id, case.title_due)

    async def _go_on(self, chat: int, thread: int, case: Case) -> None:
        if case.up_to != case.shown_up_to:
            await self._post(chat, thread, case)
        elif case.call is not None:
            await self._call(chat, thread, case)
        elif case.title != case.title_due:
            await self._retitle(chat, thread, case)
        elif case.arrivals:
            await self._mark(chat, thread, case.arrivals[0])

    async def _post(self, chat: int, thread: int, case: Case) -> None:
        new = case.shown_up_to == (0, 0)
        text = (posts.introduction if new else posts.news)(case, self._wording)
        number = None
        if text:
            number = await self._posting.say(chat, thread, text, self._keys(case, new=new))
        await self._records.shown(case.id, case.up_to, number)

    async def _call(self, chat: int, thread: int, case: Case) -> None:
        """To everybody in General; where it was called before, in the topic once more."""
        text = posts.call(case, self._wording)
        if case.call == "again":
            claim = Key(self._wording.say("button_claim"), orders.CLAIM)
            await self._posting.say(chat, thread, text, (claim,))
        lead = Key(self._wording.say("button_open_topic"), url=_link(chat, thread))
        await self._posting.say(chat, None, text, (lead,))
        await self._records.called(case.id)

    async def _retitle(self, chat: int, thread: int, case: Case) -> None:
        await self._posting.turn()
        if case.title == "closed":
            await _unless_so(self._bot.reopen_forum_topic(chat, thread))
        name = posts.title(case, self._wording)
        await _unless_so(self._bot.edit_forum_topic(chat, thread, name=name))
        if case.title_due == "closed":
            await _unless_so(self._bot.close_forum_topic(chat, thread))
        await self._records.titled(case.id, case.title_due)

    async def _mark(self, chat: int, thread: int, arrival: Arrival) -> None:
        if arrival.arrival in ("refused", "unknown"):
            text = posts.failure(arrival, self._wording)
            await self._posting.say(chat, thread, text, reply_to=arrival.message)
        else:
            await self._react(chat, thread, arrival.message, ARRIVED)
        await self._records.marked(arrival)

    async def _tell(self, chat: int, notice: Notice) -> None:
        if notice.what == "noted":
            await self._react(chat, notice.thread, notice.message, NOTED)
        else:
            said = {"by": notice.by} if notice.by else {}
            text = self._wording.say(f"notice_{notice.what}", **said)
            keys = self._keys_of_notice(notice)
            await self._posting.say(chat, notice.thread, text, keys, notice.message)
        await self._records.told(notice.id)

    async def _react(self, chat: int, thread: int | None, message: int, mark: str) -> None:
        """Put a mark on a message; in words, where the group has forbidden marks."""
        try:
            await self._bot.set_message_reaction(chat, message, mark)
        except BadRequest as error:
            if "reaction" not in error.message.lower():
                return  # The message is gone: there is nothing to mark.
            if mark == ARRIVED:
                text = self._wording.say("arrived")
                await self._posting.say(chat, thread, text, reply_to=message)

    def _keys(self, case: Case, *, new: bool) -> Keys:
        say = self._wording.say
        if case.state == "closed":
            return (Key(say("button_reopen"), orders.REOPEN),)
        if not new:
            return ()
        close = Key(say("button_close"), orders.CLOSE)
        return (Key(say("button_claim"), orders.CLAIM), close)

    def _keys_of_notice(self, notice: Notice) -> Keys:
        match notice.what:
            case "taken":
                return (Key(self._wording.say("button_send"), f"{orders.SEND}:{notice.id}"),)
            case "which_outcome":
                return [
                    Key(word, f"{orders.CLOSE}:{outcome}")
                    for outcome, word in posts.outcomes(self._wording)
                ]
            case "closed":
                return (Key(self._wording.say("button_reopen"), orders.REOPEN),)
        return ()


async def _unless_so(change: Awaitable[bool]) -> None:
    """A change of a topic that is so already has been made: before a crash, or by somebody."""
    try:
        await change
    except BadRequest as error:
        if "not_modified" not in error.message.lower().replace(" ", "_"):
            raise


def _link(chat: int, thread: int) -> str:
    """Where a member of the group is led to a topic."""
    return f"https://t.me/c/{str(chat).removeprefix('-100')}/{thread}"
