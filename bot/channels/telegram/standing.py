"""Is the channel on? What is known of it at this moment."""

from typing import Literal

import structlog

Trouble = Literal["connecting", "token_refused", "unreachable", "conflict", "webhook_refused"]
STANDS_BY = "on: asks for messages once no other process does"
REASONS: dict[Trouble, str] = {
    "connecting": "not connected yet",
    "token_refused": "Telegram does not know the token; see TELEGRAM_BOT_TOKEN",
    "unreachable": "Telegram cannot be reached",
    "conflict": "another program receives this bot's messages",
    "webhook_refused": "Telegram does not take the webhook's address; see UDHA_PUBLIC_URL",
}

log = structlog.get_logger()


class Standing:
    """On, or why not. A change is logged once."""

    def __init__(self) -> None:
        self._trouble: Trouble | None = "connecting"
        self._stands_by = False

    @property
    def state(self) -> str:
        """ "on", "on: " and what about it, or "off: " and why."""
        if self._stands_by:
            return STANDS_BY
        return "on" if self._trouble is None else f"off: {REASONS[self._trouble]}"

    @property
    def on(self) -> bool:
        return self._trouble is None and not self._stands_by

    @property
    def token_refused(self) -> bool:
        return self._trouble == "token_refused"

    def stands_by(self) -> None:
        """Telegram knows us, and perhaps another process of ours receives."""
        self._stands_by = True

    def is_on(self) -> None:
        """Telegram has answered."""
        self._stands_by = False
        if self._trouble is not None:
            self._trouble = None
            log.info("channel_on", channel="telegram")

    def is_off(self, trouble: Trouble) -> None:
        """Something keeps the channel from working."""
        self._stands_by = False
        if self._trouble != trouble:
            self._trouble = trouble
            log.error("channel_off", channel="telegram", kind=trouble)
