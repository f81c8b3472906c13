"""Lines that somebody types, without the event loop waiting for them."""

import asyncio
from collections.abc import AsyncIterator
from threading import Thread
from typing import TextIO

import structlog


async def typed_lines(stream: TextIO) -> AsyncIterator[str]:
    """Each line of a terminal, a pipe or a file, until it ends."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str | None] = asyncio.Queue()

    def tell(line: str | None) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(lines.put_nowait, line)

    def read() -> None:
        try:
            for line in stream:
                tell(line)
        except OSError as error:
            # The terminal is gone: nobody can type any more.
            structlog.get_logger().warning("terminal_gone", exc_info=error)
        finally:
            tell(None)

    # A daemon: a thread that waits for somebody to type cannot be called back at the end.
    Thread(target=read, name="typed-lines", daemon=True).start()
    while (line := await lines.get()) is not None:
        yield line
