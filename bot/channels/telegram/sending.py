"""Replies on their way to Telegram, and what became of each."""

from collections.abc import Callable
from datetime import datetime

import telegram
from telegram.constants import MessageLimit, ParseMode
from telegram.error import BadRequest, ChatMigrated, InvalidToken, RetryAfter, TelegramError

from bot.channels.channel import Later, Outcome, Outgoing, Refused, Sent, Unknown
from bot.channels.long_texts import in_parts, utf16_units
from bot.channels.telegram.keyboard import keyboard
from bot.channels.telegram.markup import escaped
from bot.channels.telegram.pausing import Pausing
from bot.channels.telegram.progress import Progress
from bot.channels.telegram.refusals import outcome, says
from bot.channels.telegram.standing import Standing
from bot.persisting import Sleep
from handlers.messages import Button

BETWEEN_PARTS = 1.0
"""Seconds, by Telegram's pace for one chat."""
NO_PREVIEW = telegram.LinkPreviewOptions(is_disabled=True)
SAME_AS_BEFORE = "message is not modified"
CANNOT_PARSE = "can't parse entities"


class Sender:
    """Sends replies. An address is the id of a chat."""

    def __init__(
        self, bot: telegram.Bot, standing: Standing, clock: Callable[[], datetime], sleep: Sleep
    ) -> None:
        self._bot = bot
        self._standing = standing
        self._clock = clock
        self._sleep = sleep
        self._progress = Progress()
        self._pausing = Pausing()

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Send a reply in one message, in several, or in place of another.

        Of a reply in several parts none is sent again once it was, as long as this process lives.
        """
        if self._standing.token_refused:
            return Later("the token is refused")
        if (until := self._pausing.until(self._clock())) is not None:
            return Later("too many at once", at=until)
        try:
            found = await self._send(outgoing)
        except TelegramError as error:
            found = self._failed(outgoing, error)
        if not isinstance(found, (Later, Unknown)):
            self._progress.forget(outgoing.id)
        return found

    async def _send(self, outgoing: Outgoing) -> Outcome:
        parts = in_parts(outgoing.reply.text, _fits)
        if not parts:
            return Refused("it has no words")
        in_place = outgoing.reply.in_place or outgoing.reply.text
        if outgoing.replaces and _fits(in_place) and await self._replaced(outgoing, in_place):
            return Sent(outgoing.replaces)
        done = self._progress.of(outgoing.id)
        for number in range(done.parts, len(parts)):
            if number:
                await self._sleep(BETWEEN_PARTS)
            buttons = outgoing.reply.buttons if number == len(parts) - 1 else ()
            message = await self._message(int(outgoing.address), parts[number], buttons)
            done = self._progress.note(outgoing.id, number + 1, message)
        return Sent(done.message)

    async def _message(self, chat: int, text: str, buttons: tuple[Button, ...]) -> str:
        """Send one message; returns its id. Raises TelegramError."""

        async def to(chat: int, text: str, mode: ParseMode | None) -> str:
            sent = await self._bot.send_message(
                chat,
                text,
                parse_mode=mode,
                reply_markup=keyboard(buttons),
                link_preview_options=NO_PREVIEW,
            )
            return str(sent.message_id)

        try:
            return await to(chat, escaped(text), ParseMode.HTML)
        except ChatMigrated as moved:
            # A group has become a supergroup: the one line for it goes there.
            return await to(moved.new_chat_id, escaped(text), ParseMode.HTML)
        except BadRequest as error:
            if not says(error, CANNOT_PARSE):
                raise
            return await to(chat, text, None)

    async def _replaced(self, outgoing: Outgoing, text: str) -> bool:
        """Put a reply in place of another message. False: that cannot be edited any more."""

        async def by(text: str, mode: ParseMode | None) -> None:
            await self._bot.edit_message_text(
                text,
                int(outgoing.address),
                int(outgoing.replaces or 0),
                parse_mode=mode,
                reply_markup=keyboard(outgoing.reply.buttons),
                link_preview_options=NO_PREVIEW,
            )

        try:
            await by(escaped(text), ParseMode.HTML)
        except BadRequest as error:
            # Whoever presses twice gets the same twice, and sees it already.
            return says(error, SAME_AS_BEFORE)
        return True

    def _failed(self, outgoing: Outgoing, error: TelegramError) -> Outcome:
        found = outcome(error, self._clock())
        if isinstance(error, InvalidToken):
            self._standing.is_off("token_refused")
        if isinstance(error, RetryAfter) and isinstance(found, Later) and found.at is not None:
            self._pausing.told(outgoing.address, found.at, self._clock())
        return found


def _fits(text: str) -> bool:
    return utf16_units(text) <= MessageLimit.MAX_TEXT_LENGTH
