"""Tells people honestly when a promise was missed: once, while the team is at work.

Nobody is woken by it in the night: who was promised an answer for the evening hears of it when the
team is there again, with a new time.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

from bot.clock import Clock
from bot.persisting import Sleep
from bot.store import late
from bot.store.store import Store
from handlers.desk import Office
from handlers.messages import Button, Reply
from handlers.moments import in_words
from knowledge_base.model import Language, Texts

LOOK_EVERY = 30.0
"""Seconds."""


class Telling:
    """Looks for promises that were missed."""

    def __init__(
        self,
        store: Store,
        office: Office | None,
        texts: Callable[[], Texts],
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """office: None: nobody knows when the team is at work, and nothing was promised."""
        self._store = store
        self._office = office
        self._texts = texts
        self._clock = clock
        self._sleep = sleep

    async def run(self) -> None:
        """Look for ever; one process at a time does. Raises StoreAway."""
        if self._office is None:
            return
        async with self._store.alone("telling") as still_alone:
            while True:
                await still_alone()
                while await self.step():
                    pass
                await self._sleep(LOOK_EVERY)

    async def step(self) -> bool:
        """Tell some of those who are to be told. False: there is nobody now."""
        now = self._clock()
        if self._office is None or not self._office.is_open(now):
            return False
        # Only looked at, mostly: nobody is woken up for nothing.
        if not await self._store.read(late.waits):
            return False
        by = self._office.answers_by(now)
        await self._store.act(
            lambda tx: late.tell(tx, lambda language: self._words(language, now, by), by)
        )
        return True

    def _words(self, language: Language, now: datetime, by: datetime | None) -> Reply:
        texts = self._texts()

        def say(key: str, **values: object) -> str:
            return texts.say(key, language, **values)

        text = say("late_unknown") if by is None else say("late", when=in_words(by, now, say))
        buttons = tuple(Button(say(f"button_{one}"), one) for one in ("cancel", "topics"))
        return Reply(text, "info", language, buttons)
