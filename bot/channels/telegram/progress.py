"""Which parts of a long reply have been sent.

Kept in memory only: after a crash in the middle of a long reply its parts are sent from the first
one on again, as any reply whose sending was not noted is.
"""

from dataclasses import dataclass

MANY = 1000
"""So many replies can be under way; the oldest is forgotten first."""


@dataclass(frozen=True)
class Done:
    """So many parts have been sent, and the last one is this message."""

    parts: int = 0
    message: str = ""


class Progress:
    """By the outgoing reply's id."""

    def __init__(self) -> None:
        self._done: dict[int, Done] = {}

    def of(self, outgoing_id: int) -> Done:
        return self._done.get(outgoing_id, Done())

    def note(self, outgoing_id: int, parts: int, message: str) -> Done:
        """So many parts have been sent."""
        self._done.pop(outgoing_id, None)
        self._done[outgoing_id] = Done(parts, message)
        if len(self._done) > MANY:
            del self._done[next(iter(self._done))]
        return self._done[outgoing_id]

    def forget(self, outgoing_id: int) -> None:
        """Nothing more of it will be sent."""
        self._done.pop(outgoing_id, None)
