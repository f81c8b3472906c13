"""Replies on their way to Telegram, and what became of each."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import telegram
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, InvalidToken, RetryAfter, TelegramError

from bot.channels.channel import (
    Later,
    NotNow,
    Outcome,
    Outgoing,
    ReadFile,
    Refused,
    Sent,
    Unknown,
    no_file,
)
from bot.channels.telegram.keyboard import keyboard
from bot.channels.telegram.markup import escaped
from bot.channels.telegram.parts import Part, fits, parts_of
from bot.channels.telegram.pausing import Pausing
from bot.channels.telegram.progress import Progress
from bot.channels.telegram.refusals import outcome, says
from bot.channels.telegram.standing import Standing
from bot.persisting import Sleep
from bot.uploads import Upload
from handlers.messages import Button

BETWEEN_PARTS = 1.0
"""Seconds, by Telegram's pace for one chat."""
NO_PREVIEW = telegram.LinkPreviewOptions(is_disabled=True)
SAME_AS_BEFORE = "message is not modified"
CANNOT_PARSE = "can't parse entities"
AS_PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
"""What is shown in the chat. A GIF stands still as a picture; as a file it moves."""
NO_PICTURE = ("photo_invalid_dimensions", "image_process_failed", "photo_ext_invalid")
"""How Telegram calls a picture that it does not show; as a file it takes it."""

SendTo = Callable[[int, str, ParseMode | None], Awaitable[telegram.Message]]
"""Sends a text to a chat in a mode."""


class Sender:
    """Sends replies. An address is the id of a chat."""

    def __init__(
        self,
        bot: telegram.Bot,
        standing: Standing,
        clock: Callable[[], datetime],
        sleep: Sleep,
        read_file: ReadFile = no_file,
    ) -> None:
        self._bot = bot
        self._standing = standing
        self._clock = clock
        self._sleep = sleep
        self._read_file = read_file
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
        except NotNow:
            found = Later("the file cannot be read now")
        if not isinstance(found, (Later, Unknown)):
            self._progress.forget(outgoing.id)
        return found

    async def _send(self, outgoing: Outgoing) -> Outcome:
        parts = parts_of(outgoing.reply)
        if not parts:
            return Refused("it has no words")
        in_place = outgoing.reply.in_place or outgoing.reply.text
        if outgoing.replaces and fits(in_place) and await self._replaced(outgoing, in_place):
            return Sent(outgoing.replaces)
        done = self._progress.of(outgoing.id)
        for number in range(done.parts, len(parts)):
            if number:
                await self._sleep(BETWEEN_PARTS)
            buttons = outgoing.reply.buttons if number == len(parts) - 1 else ()
            message = await self._part(int(outgoing.address), parts[number], buttons)
            if message is None:
                return Refused("the file is gone")
            done = self._progress.note(outgoing.id, number + 1, message)
        return Sent(done.message)

    async def _part(self, chat: int, part: Part, buttons: Sequence[Button]) -> str | None:
        """Send one message; returns its id. None: its file is not kept any more. Raises
        TelegramError."""
        if part.file is None:
            return await self._message(chat, part.text, buttons)
        upload = await self._read_file(part.file.id)
        if upload is None:
            return None
        return await self._attached(chat, part.text, upload, buttons)

    async def _message(self, chat: int, text: str, buttons: Sequence[Button]) -> str:
        async def to(chat: int, text: str, mode: ParseMode | None) -> telegram.Message:
            return await self._bot.send_message(
                chat,
                text,
                parse_mode=mode,
                reply_markup=keyboard(buttons),
                link_preview_options=NO_PREVIEW,
            )

        return await _as_it_is_taken(to, chat, text)

    async def _attached(self, chat: int, text: str, file: Upload, buttons: Sequence[Button]) -> str:
        def by(method: Callable[..., Awaitable[telegram.Message]]) -> SendTo:
            async def to(chat: int, text: str, mode: ParseMode | None) -> telegram.Message:
                return await method(
                    chat,
                    file.body,
                    filename=file.name,
                    caption=text or None,
                    parse_mode=mode,
                    reply_markup=keyboard(buttons),
                )

            return to

        if file.media_type in AS_PICTURES:
            try:
                return await _as_it_is_taken(by(self._bot.send_photo), chat, text)
            except BadRequest as error:
                if not any(says(error, words) for words in NO_PICTURE):
                    raise
        return await _as_it_is_taken(by(self._bot.send_document), chat, text)

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


async def _as_it_is_taken(to: SendTo, chat: int, text: str) -> str:
    """Send as HTML; where that cannot be read, the bare text. Returns the message's id."""
    try:
        sent = await to(chat, escaped(text), ParseMode.HTML)
    except ChatMigrated as moved:
        # A group has become a supergroup: the one line for it goes there.
        sent = await to(moved.new_chat_id, escaped(text), ParseMode.HTML)
    except BadRequest as error:
        if not says(error, CANNOT_PARSE):
            raise
        sent = await to(chat, text, None)
    return str(sent.message_id)
