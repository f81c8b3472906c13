"""Is the channel on? What is known of it at this moment."""

from typing import Literal

import structlog

Trouble = Literal["connecting", "token_refused", "unreachable", "conflict", "webhook_refused"]
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

    @property
    def state(self) -> str:
        """ "on", or "off: " and why."""
        return "on" if self._trouble is None else f"off: {REASONS[self._trouble]}"

    @property
    def on(self) -> bool:
        return self._trouble is None

    @property
    def token_refused(self) -> bool:
        return self._trouble == "token_refused"

    def is_on(self) -> None:
        """Telegram has answered."""
        if self._trouble is not None:
            self._trouble = None
            log.info("channel_on", channel="telegram")

    def is_off(self, trouble: Trouble) -> None:
        """Something keeps the channel from working."""
        if self._trouble != trouble:
            self._trouble = trouble
            log.error("channel_off", channel="telegram", kind=trouble)
