"""Is this machine's clock right? The platforms' servers tell the time with every answer."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.clock import Clock
from bot.commands.examining.finding import Finding

MOST = 30
"""Seconds that a clock may be off."""


class ServerTimes:
    """How far this machine's clock is from those of servers, in seconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead: dict[str, float] = {}

    def note(self, server: str, shows: datetime | None) -> None:
        """Note what a server's clock shows now."""
        if shows is not None:
            self._ahead[server] = (self._clock() - shows).total_seconds()

    @property
    def ahead(self) -> Mapping[str, float]:
        """By server: seconds that ours is ahead."""
        return self._ahead


def clock(times: ServerTimes) -> Sequence[Finding]:
    """A line for the clock."""
    if not times.ahead:
        return [Finding("off", "clock", "Not compared: no platform has told the time.")]
    server, ahead = max(times.ahead.items(), key=lambda one: abs(one[1]))
    if abs(ahead) <= MOST:
        return [Finding("ok", "clock", f"Within {MOST} seconds of {server}'s.")]
    way = "ahead of" if ahead > 0 else "behind"
    return [
        Finding(
            "wrong",
            "clock",
            f"{abs(ahead):.0f} seconds {way} {server}'s. Turn on time synchronisation (NTP).",
        )
    ]
