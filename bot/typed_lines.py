"""Lines that somebody types, without the event loop waiting for them."""

import asyncio
from collections.abc import AsyncIterator
from itertools import chain
from threading import Thread
from typing import TextIO


async def typed_lines(stream: TextIO) -> AsyncIterator[str]:
    """Each line of a terminal, a pipe or a file, until it ends."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str | None] = asyncio.Queue()

    def read() -> None:
        for line in chain(stream, (None,)):
            if loop.is_closed():
                return
            loop.call_soon_threadsafe(lines.put_nowait, line)

    # A daemon: a thread that waits for somebody to type cannot be called back at the end.
    Thread(target=read, name="typed-lines", daemon=True).start()
    while (line := await lines.get()) is not None:
        yield line
