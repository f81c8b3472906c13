"""How a running command is told to come to its end."""

import asyncio
import signal


def told_to_stop() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set. A second Ctrl+C ends the process at once."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()

    def tell() -> None:
        stop.set()
        # SIGTERM stays heard: some who send it, such as timeout(1), send it twice at once.
        loop.remove_signal_handler(signal.SIGINT)

    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, tell)
    return stop
