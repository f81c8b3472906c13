"""A process to be killed: keeps 200 messages, answers them, sends the answers to a file.

python -m tests.fakes.killed FOLDER STOP_AT: at the STOP_AT-th sending of this run it says "kill me"
and goes on with everything else; with 0 it works until nothing waits, and ends.

Like a platform that heard no confirmation it brings every message again at each start. What
arrives, and what is noted as arrived, is appended to FOLDER/log.
"""

import asyncio
import os
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from bot.channels.channel import Outcome, Outgoing, Sent
from bot.delivery import Delivery
from bot.rate_limits import RateLimits
from bot.store.store import Store
from bot.worker import Worker
from tests.fakes.store_world import SECRET, echo, no_apology, said

CHATS = 20
MESSAGES = 10


def texts_of(chat: int) -> Sequence[str]:
    """What one chat says, in order."""
    return [f"{chat}.{number}" for number in range(MESSAGES)]


class Log:
    """Lines that survive a kill."""

    def __init__(self, folder: Path) -> None:
        self._file = os.open(folder / "log", os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def __call__(self, what: str, text: str) -> None:
        os.write(self._file, f"{what} {text}\n".encode())


class FileChannel:
    """A platform that takes everything."""

    name = "web"

    def __init__(self, log: Log, stop_at: int) -> None:
        self._log = log
        self._left = stop_at

    async def run(self) -> None:
        """Nothing is received here."""

    async def send(self, outgoing: Outgoing) -> Outcome:
        self._left -= 1
        if self._left == 0:
            sys.stdout.write("kill me\n")
            sys.stdout.flush()
        self._log("arrived", outgoing.reply.text)
        await asyncio.sleep(0)
        return Sent(outgoing.reply.text)


class NotingStore(Store):
    """Says what has durably been noted as sent."""

    log: Log

    async def record(
        self, outgoing_id: int, outcome: Outcome, again_in: timedelta = timedelta(0)
    ) -> None:
        await super().record(outgoing_id, outcome, again_in)
        if isinstance(outcome, Sent):
            self.log("noted", outcome.platform_id)


async def main(folder: Path, stop_at: int) -> None:
    url = f"sqlite:///{folder}/udha.db"
    store = await NotingStore.open(url, SECRET, lambda: datetime.now(UTC))
    assert isinstance(store, NotingStore)
    store.log = Log(folder)
    worker = Worker(store, echo, no_apology)
    channel = FileChannel(store.log, stop_at)
    delivery = Delivery(store, {"web": channel}, RateLimits({}, time.monotonic), Random(1))
    if stop_at:
        await asyncio.gather(worker.run(), delivery.run(), bring_all(store))
    await bring_all(store)
    await worker.drain()
    await delivery.drain()
    await store.close()


async def bring_all(store: Store) -> None:
    """Every chat's messages, in order; all chats at once."""

    async def bring(chat: int) -> None:
        for text in texts_of(chat):
            await store.keep(said(text, f"person {chat}"))

    await asyncio.gather(*map(bring, range(CHATS)))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
