"""Is the channel on? Two things can be wrong by themselves: the way to us, and the way to Viber."""

import structlog

log = structlog.get_logger()


class Standing:
    """What is known of it at this moment. A change is logged once."""

    def __init__(self) -> None:
        self._receiving = "not connected yet"
        self._sending = ""

    @property
    def state(self) -> str:
        """ "on", or "off: " and why."""
        reason = self._receiving or self._sending
        return f"off: {reason}" if reason else "on"

    def receiving(self, wrong: str = "") -> None:
        """Note whether Viber can call us; wrong: why not."""
        before = self.state
        self._receiving = wrong
        self._say(before)

    def sending(self, wrong: str = "") -> None:
        """Note whether Viber takes our messages; wrong: why not."""
        before = self.state
        self._sending = wrong
        self._say(before)

    def _say(self, before: str) -> None:
        if self.state == before:
            return
        if self.state == "on":
            log.info("channel_on", channel="viber")
        else:
            log.error("channel_off", channel="viber")
