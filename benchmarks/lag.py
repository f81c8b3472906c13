"""How long an event loop keeps waiting whoever wants a turn."""

import asyncio
import json
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from bot.cli import main
from bot.commands import run
from bot.settings import Settings

EVERY = 0.001
"""Seconds between two looks."""
WORTH_KEEPING = 0.002

Lags = list[tuple[float, float]]
"""When a turn came, on the clock of all processes of the machine, and how late; in seconds."""


async def watch(lags: Lags) -> None:
    """Note how late turns come, until cancelled."""
    while True:
        due = time.monotonic() + EVERY
        await asyncio.sleep(EVERY)
        now = time.monotonic()
        if now - due > WORTH_KEEPING:
            lags.append((now, now - due))


def longest(lags: Iterable[tuple[float, float]], begin: float, end: float) -> float:
    """The longest between two times, in seconds; 0 where none was worth keeping."""
    return max((late for when, late in lags if begin <= when <= end), default=0.0)


def read(file: Path) -> Lags:
    """What a watched program has written."""
    return [(when, late) for when, late in json.loads(file.read_text("utf-8"))]


def watched_run(file: Path) -> None:
    """`udha run` that at its end writes how late its turns came."""
    # The program itself has no use for a door to this.
    serve = run._serve

    async def watched(settings: Settings) -> None:
        lags: Lags = []
        watching = asyncio.create_task(watch(lags))
        try:
            await serve(settings)
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
            file.write_text(json.dumps(lags), "utf-8")

    run._serve = watched
    sys.argv[1:] = ["run"]
    main()


if __name__ == "__main__":
    watched_run(Path(sys.argv[1]))
