"""Says something in the group: cut where it is too long, with buttons, no faster than allowed."""

from collections.abc import Sequence
from dataclasses import dataclass

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.constants import MessageLimit
from telegram.error import BadRequest, NetworkError

from bot.channels.long_texts import in_parts, utf16_units
from bot.channels.telegram.refusals import not_sent
from bot.channels.telegram_group.pace import Pace
from bot.persisting import Sleep


@dataclass(frozen=True)
class Key:
    """A button: what it carries, or where it leads."""

    label: str
    action: str = ""
    url: str = ""


Keys = Sequence[Key]


class Posting:
    """The group's way in."""

    def __init__(self, bot: Bot, pace: Pace, sleep: Sleep) -> None:
        self._bot = bot
        self._pace = pace
        self._sleep = sleep
        self._in_doubt: tuple[int | None, str] | None = None
        """What may have arrived when it was tried last."""

    async def say(
        self,
        chat: int,
        thread: int | None,
        text: str,
        keys: Keys = (),
        reply_to: int | None = None,
    ) -> int | None:
        """Post a text of any length; returns the number of its last message, where it is known.

        What may have arrived is tried once more, then taken for posted. Raises TelegramError.
        """
        parts = in_parts(text, lambda part: utf16_units(part) <= MessageLimit.MAX_TEXT_LENGTH)
        number = None
        for part in parts:
            below = keys if part is parts[-1] else ()
            number = await self._say_part(chat, thread, part, below, reply_to)
        return number

    def wait(self) -> float:
        """Seconds until the group takes another message; 0: it does now."""
        return self._pace.wait()

    async def turn(self) -> None:
        """Wait until the group takes another message."""
        if (wait := self._pace.wait()) > 0:
            await self._sleep(wait)
        self._pace.note()

    async def _say_part(
        self, chat: int, thread: int | None, text: str, keys: Keys, reply_to: int | None
    ) -> int | None:
        await self.turn()
        try:
            message = await self._bot.send_message(
                chat,
                text,
                message_thread_id=thread,
                reply_markup=_markup(keys),
                reply_parameters=_reply(reply_to),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        except NetworkError as error:
            if isinstance(error, BadRequest) or not_sent(error):
                raise
            if self._in_doubt != (thread, text):
                self._in_doubt = (thread, text)
                raise
            self._in_doubt = None
            return None
        return message.message_id


def _markup(keys: Keys) -> InlineKeyboardMarkup | None:
    """One button a row: outcomes are whole phrases, and fingers are on the way."""
    rows = [
        [InlineKeyboardButton(key.label, url=key.url or None, callback_data=key.action or None)]
        for key in keys
    ]
    return InlineKeyboardMarkup(rows) if rows else None


def _reply(message: int | None) -> ReplyParameters | None:
    """Under a message; where somebody has deleted it meanwhile, without."""
    if message is None:
        return None
    return ReplyParameters(message, allow_sending_without_reply=True)
