"""The real store, which also remembers what it was given and which replies have arrived."""

from collections import defaultdict
from datetime import timedelta

from bot.channels.channel import Outcome, Sent
from bot.store.database import Database
from bot.store.encryption import Encryption
from bot.store.outbox import Due
from bot.store.retention import Keeping
from bot.store.store import Clock, Leased, Store
from handlers.messages import Effects, Message, Reply


class RememberingStore(Store):
    """What an app shows is compared with what is remembered here."""

    def __init__(
        self, database: Database, encryption: Encryption, clock: Clock, keeping: Keeping
    ) -> None:
        super().__init__(database, encryption, clock, keeping)
        self.taken = 0
        """How many messages came in; a repeated update counts once."""
        self.arrived_at: dict[tuple[str, str], list[Reply]] = defaultdict(list)
        """By channel and address, in order."""
        self._busy = False
        self._asking = 0
        self._due: dict[int, tuple[str, Due]] = {}

    @property
    def in_hand(self) -> int:
        """How many replies somebody is sending, waits to send, or is just being given."""
        return len(self._due) + self._asking

    @property
    def busy(self) -> bool:
        """While it is, no message is given out: what was sent at once is there at once."""
        return self._busy

    @busy.setter
    def busy(self, busy: bool) -> None:
        self._busy = busy
        self.changed.set()

    async def keep(self, message: Message) -> bool:
        added = await super().keep(message)
        self.taken += added
        return added

    async def finish_at_once(self, message: Message, effects: Effects) -> bool:
        new = await super().finish_at_once(message, effects)
        if new:
            self.taken += 1
            self.arrived_at[message.channel, message.address].extend(effects.replies)
            self.changed.set()
        return new

    async def lease_some(self, limit: int) -> list[Leased]:
        return [] if self._busy else await super().lease_some(limit)

    async def due(
        self, channel: str, limit: int, only: str | frozenset[str] | None = None
    ) -> list[Due]:
        self._asking += 1
        try:
            found = await super().due(channel, limit, only)
            self._due.update({one.id: (channel, one) for one in found})
        finally:
            self._asking -= 1
        return found

    async def record(
        self, outgoing_id: int, outcome: Outcome, again_in: timedelta = timedelta(0)
    ) -> None:
        # Before the outbox lets go of it: whoever sees nothing waiting must find all arrived.
        channel, due = self._due.pop(outgoing_id, ("", None))
        if due is not None and isinstance(outcome, Sent):
            self.arrived_at[channel, due.outgoing.address].append(due.outgoing.reply)
        await super().record(outgoing_id, outcome, again_in)
