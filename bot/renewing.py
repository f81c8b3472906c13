"""Is there newer content on the disk, and is it sound? Then it takes the place of the one in use.

An edit counts in two steps. New words (answers, texts, contacts) are in use as soon as they have
been checked. What understanding learns from (ways of asking, language files) is learned by another
process first, so that no reply waits for it; it follows seconds later.
"""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

import structlog

from bot.persisting import Sleep
from knowledge_base import checking
from knowledge_base.checks.edition import NeededTexts
from knowledge_base.files.content_folder import stamp_of
from knowledge_base.knowledge import KnowledgeBase, learned_from
from knowledge_base.loading import load_with_problems
from knowledge_base.problems import ContentProblems, Problem

LOOK_EVERY = 0.25
"""Seconds. A change is taken up at the second look that finds it: whoever saves several files, or
a large one, has finished by then."""
TRY_AGAIN_AFTER = 60.0
"""Seconds, where learning itself failed, for want of memory for instance."""
SHOWN = 20
"""So many errors are said; a file with a wrong indentation can have hundreds."""

T = TypeVar("T")

log = structlog.get_logger()

Stamp = tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True)
class Source:
    """Where content comes from, and how it is learned."""

    folder: Path
    learn: Callable[[], Awaitable[bool]]
    """Learns from the folder elsewhere and keeps it where `build` finds it. False: it failed."""
    build: Callable[[], KnowledgeBase]
    """The knowledge base of the folder. Blocks: for a moment where it has been learned already."""
    today: Callable[[], date]
    needed_texts: NeededTexts | None = None
    """What the program says: content without one of these cannot be used."""


class Renewing:
    """Keeps the knowledge base in use as new as the folder is sound."""

    def __init__(self, first: KnowledgeBase, source: Source, sleep: Sleep = asyncio.sleep) -> None:
        self.current = first
        self.problems: Sequence[Problem] = ()
        """What keeps the folder as it is now from being used; empty: it is in use."""
        self._source = source
        self._sleep = sleep
        self._sound = first.content
        """The newest content that was found sound."""
        self._wanted = first.learned_from
        """What understanding of it would be learned from."""
        self._learning: asyncio.Task[bool] | None = None
        self._learning_for = ""
        """What was wanted when learning began."""
        self._rest = 0
        """So many looks until learning is tried again after it has failed."""

    async def run(self) -> None:
        """Look for changes until cancelled."""
        # Also at the very first look: something may have changed while the program started.
        seen: Stamp = ()
        before: Stamp = ()
        try:
            while True:
                stamp = await asyncio.to_thread(stamp_of, self._source.folder)
                if stamp == before and stamp != seen:
                    seen = stamp
                    await self._take_up()
                await self._see_to_learning()
                before = stamp
                await self._sleep(LOOK_EVERY)
        finally:
            if self._learning is not None:
                self._learning.cancel()
                await asyncio.wait([self._learning])

    async def _take_up(self) -> None:
        """Use the words of the folder, if it is sound."""
        report = await _in_a_thread(
            lambda: checking.check(
                self._source.folder, self._source.today(), self._source.needed_texts
            )
        )
        content = report.content
        if content is None or report.errors:
            self._refuse(report.errors)
            return
        self.problems = ()
        self._sound = content
        self._wanted = await asyncio.to_thread(learned_from, self._source.folder, content)
        self._use(self.current)

    async def _see_to_learning(self) -> None:
        """Begin it, or use what was learned; what is asked for meanwhile does not wait for it."""
        if self._learning is not None:
            if self._learning.done():
                learned, self._learning = self._learning.result(), None
                await self._learned() if learned else self._not_learned()
        elif self._rest:
            self._rest -= 1
        elif self._wanted != self.current.learned_from and not self.problems:
            self._learning_for = self._wanted
            self._learning = asyncio.ensure_future(self._source.learn())

    async def _learned(self) -> None:
        if await _in_a_thread(self._learned_from_now) != self._learning_for:
            # It has changed meanwhile. To learn that here would keep everybody waiting: the next
            # looks find it, and it is learned as before.
            return
        with suppress(ContentProblems):
            understanding = await _in_a_thread(self._source.build)
            if not self.problems:
                self._use(understanding)

    def _learned_from_now(self) -> str:
        content, _ = load_with_problems(self._source.folder)
        return learned_from(self._source.folder, content) if content else ""

    def _not_learned(self) -> None:
        log.error("content_not_learned")
        self._rest = int(TRY_AGAIN_AFTER / LOOK_EVERY)

    def _use(self, understanding: KnowledgeBase) -> None:
        """Use an understanding with the words that were found sound, if they go together."""
        renewed = understanding.with_words_of(self._sound)
        if renewed is None or _same(renewed, self.current):
            return
        self.current = renewed
        log.info(
            "content_renewed",
            content=self._sound.version,
            learned=renewed.learned_from,
            entries=len(self._sound.entries),
        )

    def _refuse(self, errors: Sequence[Problem]) -> None:
        self.problems = errors[:SHOWN]
        in_use = self.current.content.version
        for problem in self.problems:
            log.error("content_refused", problem=problem, content=in_use)


async def _in_a_thread(work: Callable[[], T]) -> T:
    """What blocks for a moment, so that replies go on.

    After so many new objects Python looks for garbage among all that was ever learned: a tenth of a
    second in which nobody is answered. So it looks afterwards, and not among what is there to stay.
    """
    gc.disable()
    try:
        return await asyncio.to_thread(work)
    finally:
        gc.freeze()
        gc.enable()


def _same(one: KnowledgeBase, other: KnowledgeBase) -> bool:
    return (one.content.version, one.learned_from) == (other.content.version, other.learned_from)
