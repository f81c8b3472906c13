"""When staff were last to be called to each urgent case that nobody has claimed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.store.group_shown import CALL_AGAIN
from bot.store.transaction import Transaction
from bot.store.unclaimed import unclaimed


@dataclass(frozen=True)
class UrgentCase:
    """Somebody may be in danger, and nobody has the case."""

    id: int
    person: int | None
    called_at: datetime
    """When staff were to be called to it, the last time until now."""


def urgent_calls(tx: Transaction) -> Iterator[UrgentCase]:
    """Each is called when it becomes so, and then every ten minutes; with the group, where one is.

    Every process finds the same moments: they follow from what is kept.
    """
    for case in unclaimed(tx):
        first = max(case.since, case.called_at or case.since)
        times = max((tx.now - first) // CALL_AGAIN, 0)
        yield UrgentCase(case.id, case.person, first + times * CALL_AGAIN)
