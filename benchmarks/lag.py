"""How long an event loop keeps waiting whoever wants a turn."""

import asyncio
import json
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from bot.cli import main
from bot.commands import run
from bot.settings import Settings

EVERY = 0.001
"""Seconds between two looks."""
WORTH_KEEPING = 0.002


class Lag(NamedTuple):
    """A turn that came late; all in seconds."""

    when: float
    """On the clock of all processes of the machine."""
    late: float
    computed: float
    """For so long this process itself was busy: the rest of the time others had the machine."""


Lags = list[Lag]


async def watch(lags: Lags) -> None:
    """Note how late turns come, until cancelled."""
    while True:
        due, computed = time.monotonic() + EVERY, time.process_time()
        await asyncio.sleep(EVERY)
        now = time.monotonic()
        if now - due > WORTH_KEEPING:
            lags.append(Lag(now, now - due, time.process_time() - computed))


def between(lags: Iterable[Lag], begin: float, end: float) -> tuple[float, float]:
    """Between two times the longest lag, and the longest computing in one; in seconds."""
    here = [lag for lag in lags if begin <= lag.when <= end]
    late = max((lag.late for lag in here), default=0.0)
    return late, max((lag.computed for lag in here), default=0.0)


def read(file: Path) -> Lags:
    """What a watched program has written."""
    return [Lag(*lag) for lag in json.loads(file.read_text("utf-8"))]


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
