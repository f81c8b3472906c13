"""A process to be killed: keeps 200 messages, answers them, sends the answers to a file.

python -m tests.fakes.killed FOLDER MINUTES STOP_AT: says "ready", and begins when it reads a line.
At the STOP_AT-th sending of this run it says "kill me" and goes on with everything else. With 0 it
works at once, until nothing waits, and ends. With "survive" it works until it reads a second line,
which says that another process is dead; then, once the leases of the dead have run out, until
nothing waits.

MINUTES: how far its clock is ahead, so that leases of earlier runs have run out.

Like a platform that heard no confirmation it brings every message again at each start. What
arrives, and what is noted as arrived, is appended to FOLDER/log, with the process's number.
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
from tests.fakes.store_world import SECRET, echo, no_apology, said, url_of

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
        os.write(self._file, f"{what} {text} {os.getpid()}\n".encode())


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
            say("kill me")
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


class Clock:
    """The time, ahead by some minutes."""

    def __init__(self, minutes: float) -> None:
        self.ahead = timedelta(minutes=minutes)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


async def main(folder: Path, minutes: float, until: str) -> None:
    clock = Clock(minutes)
    store = await NotingStore.open(url_of(folder), SECRET, clock)
    assert isinstance(store, NotingStore)
    store.log = Log(folder)
    channel = FileChannel(store.log, int(until) if until.isdigit() else 0)
    if until != "0":
        say("ready")
        await heard()
        await work(store, channel, until)
        clock.ahead += timedelta(minutes=2)
    await bring_all(store)
    worker, delivery = parts(store, channel)
    await worker.drain()
    await delivery.drain()
    await store.close()


async def work(store: Store, channel: FileChannel, until: str) -> None:
    """Work until killed, or until another process is dead."""
    worker, delivery = parts(store, channel)
    working = asyncio.gather(worker.run(), delivery.run(), bring_all(store))
    if until == "survive":
        await heard()
        worker.stop()
        delivery.stop()
    await working


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def heard() -> None:
    """Wait for a line."""
    await asyncio.to_thread(sys.stdin.readline)


def parts(store: Store, channel: FileChannel) -> tuple[Worker, Delivery]:
    limits = RateLimits({}, time.monotonic)
    delivery = Delivery(store, {channel.name: channel}, limits, Random(1))
    return Worker(store, echo, no_apology), delivery


async def bring_all(store: Store) -> None:
    """Every chat's messages, in order; all chats at once."""

    async def bring(chat: int) -> None:
        for text in texts_of(chat):
            await store.keep(said(text, f"person {chat}"))

    await asyncio.gather(*map(bring, range(CHATS)))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3]))
