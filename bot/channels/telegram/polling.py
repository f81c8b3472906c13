"""Updates asked for, batch after batch. Each batch is confirmed by the next asking, and that comes
only when all of it has been kept: the library's own updater confirms before anybody has read it."""

import structlog
import telegram
from telegram.constants import PollingLimit, UpdateType
from telegram.error import Conflict, EndPointNotFound, InvalidToken, TelegramError

from bot.channels.telegram.inside import Inside
from bot.channels.telegram.pauses import Pauses
from bot.channels.telegram.receiving import NotKept, Receiving
from bot.channels.telegram.standing import Standing
from bot.persisting import Sleep

GET_UPDATES = "get_updates_"
"""Goes out as "getUpdates". So written, the library does not take it for a mistake that we do not
use its own method, which gives up a whole batch for one malformed update."""
ALLOWED = (
    UpdateType.MESSAGE,
    UpdateType.EDITED_MESSAGE,
    UpdateType.CALLBACK_QUERY,
    UpdateType.MY_CHAT_MEMBER,
    UpdateType.MESSAGE_REACTION,
)
WAIT = 50
"""Seconds that Telegram holds a question open until something happens."""
ANSWER_WITHIN = WAIT + 10.0
AFTER_A_CONFLICT = 5.0
"""Seconds. Telegram tells the older of two at once; two who both hurry would never let go."""

log = structlog.get_logger()


class Polling:
    """One process at a time asks."""

    def __init__(
        self,
        bot: telegram.Bot,
        receiving: Receiving,
        inside: Inside,
        standing: Standing,
        sleep: Sleep,
    ) -> None:
        self._bot = bot
        self._receiving = receiving
        self._inside = inside
        self._standing = standing
        self._sleep = sleep
        self._pauses = Pauses()
        self._offset: int | None = None

    async def run(self) -> None:
        """Ask until cancelled. Raises InvalidToken."""
        self._standing.stands_by()
        while True:
            await self._sleep(await self._until_something_is_wrong())

    async def _until_something_is_wrong(self) -> float:
        """Returns the seconds to wait before going on."""
        try:
            async with self._inside.alone("telegram") as still_alone:
                # With a webhook set, every question would be a conflict.
                await self._bot.delete_webhook(drop_pending_updates=False)
                while True:
                    await still_alone()
                    await self._one_batch()
                    self._pauses.over()
        except (NotKept, self._inside.away):
            log.warning("updates_not_kept", channel="telegram")
            return self._pauses.next()
        except EndPointNotFound as error:
            raise InvalidToken("refused while polling") from error
        except InvalidToken:
            raise
        except Conflict:
            self._standing.is_off("conflict")
            return self._pauses.next(least=AFTER_A_CONFLICT)
        except TelegramError as error:
            self._standing.is_off("unreachable")
            return self._pauses.next(error)

    async def _one_batch(self) -> None:
        """Ask, and keep all that comes. Raises NotKept, TelegramError."""
        # The first answer comes at once: it shows that all is well.
        wait = WAIT if self._standing.on else 0
        asked = {"timeout": wait, "allowed_updates": list(ALLOWED), "limit": PollingLimit.MAX_LIMIT}
        if self._offset is not None:
            asked["offset"] = self._offset
        batch = await self._bot.do_api_request(GET_UPDATES, asked, read_timeout=ANSWER_WITHIN)
        self._standing.is_on()
        if not isinstance(batch, list):
            raise TelegramError("getUpdates gave no list")
        await self._receiving.take_all(batch)
        self._offset = _after(batch)


def _after(batch: list[object]) -> int | None:
    """What the next question confirms. After an empty batch nothing is left to be confirmed, and
    an old number would hide updates: after a quiet week Telegram begins to count anywhere."""
    ids = [raw["update_id"] for raw in batch if isinstance(raw, dict) and "update_id" in raw]
    return max((id_ for id_ in ids if isinstance(id_, int)), default=-1) + 1 or None
