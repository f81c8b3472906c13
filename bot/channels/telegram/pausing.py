"""When nothing may be sent to anybody, because Telegram has asked more than one chat to wait."""

from datetime import datetime


class Pausing:
    """One chat that is told to wait has been too fast by itself; a second one at the same time
    means the bot as a whole. Then each further call would only make it longer."""

    def __init__(self) -> None:
        self._waiting: dict[str, datetime] = {}
        self._all: datetime | None = None

    def told(self, address: str, until: datetime, now: datetime) -> None:
        """Telegram wants nothing more for this chat until then."""
        self._waiting = {one: end for one, end in self._waiting.items() if end > now}
        self._waiting[address] = until
        if len(self._waiting) > 1:
            self._all = max(self._waiting.values())

    def until(self, now: datetime) -> datetime | None:
        """When the pause for all ends; None: there is none."""
        if self._all is not None and self._all <= now:
            self._all = None
        return self._all
