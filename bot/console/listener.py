"""One open page, and what it has not been told yet."""

import asyncio
from contextlib import suppress

from knowledge_base.model import Language


class Listener:
    """An open page."""

    def __init__(self, session: int, language: Language) -> None:
        self.session = session
        self.language = language
        self._waiting: dict[str, object] = {}
        self._bell = asyncio.Event()
        self._ended = False

    def tell(self, name: str, data: object) -> None:
        """Something happened; of the same name only the newest waits."""
        if not self._ended:
            self._waiting[name] = data
            self._bell.set()

    def end(self) -> None:
        """Nothing follows after what waits."""
        self._ended = True
        self._bell.set()

    async def next(self, within: float) -> list[tuple[str, object]] | None:
        """What happened, at the latest after so many seconds; None: nothing will any more."""
        if not self._waiting and not self._ended:
            with suppress(TimeoutError):
                async with asyncio.timeout(within):
                    await self._bell.wait()
        self._bell.clear()
        waiting, self._waiting = list(self._waiting.items()), {}
        return None if self._ended and not waiting else waiting
