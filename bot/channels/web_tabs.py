"""The browser tabs in which one session is open at this moment."""

import asyncio
from collections.abc import Iterator

from bot.channels.channel import Outgoing
from bot.channels.web_connection import Arrival, Connection


class Tabs:
    """A reply goes to all of them."""

    def __init__(self) -> None:
        self._open: list[Connection] = []
        self._deliveries: set[_Delivery] = set()

    def __len__(self) -> int:
        return len(self._open)

    def __iter__(self) -> Iterator[Connection]:
        return iter(tuple(self._open))

    def add(self, connection: Connection) -> None:
        """A tab has opened. What is on its way to the others goes to it at once."""
        self._open.append(connection)
        for delivery in self._deliveries:
            delivery.include(connection)

    def remove(self, connection: Connection) -> None:
        """A tab has closed."""
        self._open.remove(connection)
        connection.closed()

    async def deliver(self, outgoing: Outgoing, patience: float) -> Arrival:
        """Send a reply to every tab. It has arrived as soon as one has it.

        patience: seconds for each tab. GONE only where none is open at this moment.
        """
        delivery = _Delivery(outgoing, patience)
        self._deliveries.add(delivery)
        try:
            for connection in self._open:
                delivery.include(connection)
            return await delivery.outcome()
        finally:
            self._deliveries.discard(delivery)
            delivery.end()


class _Delivery:
    """One reply on its way to tabs, of which more may open meanwhile."""

    def __init__(self, outgoing: Outgoing, patience: float) -> None:
        self._outgoing = outgoing
        self._patience = patience
        self._begun: list[asyncio.Task[Arrival]] = []
        self._done: asyncio.Queue[asyncio.Task[Arrival]] = asyncio.Queue()

    def include(self, connection: Connection) -> None:
        sending = asyncio.create_task(connection.deliver(self._outgoing, self._patience))
        sending.add_done_callback(self._done.put_nowait)
        self._begun.append(sending)

    async def outcome(self) -> Arrival:
        """ARRIVED with the first tab that has it, else what became of it when all are done."""
        arrivals: list[Arrival] = []
        while len(arrivals) < len(self._begun):
            arrivals.append((await self._done.get()).result())
            if arrivals[-1] is Arrival.ARRIVED:
                return Arrival.ARRIVED
        return Arrival.SILENT if Arrival.SILENT in arrivals else Arrival.GONE

    def end(self) -> None:
        """Every tab has been written to before the first can have answered; what is given up here
        is only the waiting for their receipts."""
        for sending in self._begun:
            sending.cancel()
