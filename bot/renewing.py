"""Is there newer content on the disk, and is it sound? Then it takes the place of the one in use.

An edit counts in two steps. New words (answers, texts, contacts) are in use as soon as they have
been checked. What understanding learns from (ways of asking, language files) is learned by another
process first, so that no reply waits for it; it follows seconds later.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import structlog

from bot.persisting import Sleep
from knowledge_base import checking
from knowledge_base.checks.edition import NeededTexts
from knowledge_base.files.content_folder import stamp_of
from knowledge_base.knowledge import KnowledgeBase, learned_from
from knowledge_base.problems import ContentProblems, Problem

LOOK_EVERY = 0.5
"""Seconds. A change is taken up at the second look that finds it: whoever saves several files, or
a large one, has finished by then."""
TRY_AGAIN_AFTER = 60.0
"""Seconds, where learning itself failed, for want of memory for instance."""
SHOWN = 20
"""So many errors are said; a file with a wrong indentation can have hundreds."""

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
        self._seen: Stamp = ()
        """The folder as it was when it was last taken up."""

    async def run(self) -> None:
        """Look for changes until cancelled."""
        before: Stamp = ()
        while True:
            stamp = await asyncio.to_thread(stamp_of, self._source.folder)
            # Also at the very first look: something may have changed while the program started.
            if stamp == before and stamp != self._seen:
                self._seen = stamp
                if not await self._take_up():
                    self._seen = ()
                    await self._sleep(TRY_AGAIN_AFTER)
            before = stamp
            await self._sleep(LOOK_EVERY)

    async def _take_up(self) -> bool:
        """False: it is sound, but could not be learned."""
        report = await asyncio.to_thread(
            checking.check, self._source.folder, self._source.today(), self._source.needed_texts
        )
        content = report.content
        if content is None or report.errors:
            self._refuse(report.errors)
            return True
        self.problems = ()
        if content.version != self.current.content.version:
            renewed = self.current.with_words_of(content)
            if renewed is not None:
                self._use(renewed)
        wanted = await asyncio.to_thread(learned_from, self._source.folder, content)
        return wanted == self.current.learned_from or await self._learn()

    async def _learn(self) -> bool:
        if not await self._source.learn():
            log.error("content_not_learned")
            return False
        # It may have changed once more meanwhile: the next look finds that, and says what is wrong.
        with suppress(ContentProblems):
            self._use(await asyncio.to_thread(self._source.build))
        return True

    def _use(self, renewed: KnowledgeBase) -> None:
        self.current = renewed
        content = renewed.content
        log.info(
            "content_renewed",
            content=content.version,
            learned=renewed.learned_from,
            entries=len(content.entries),
        )

    def _refuse(self, errors: Sequence[Problem]) -> None:
        self.problems = errors[:SHOWN]
        in_use = self.current.content.version
        for problem in self.problems:
            log.error("content_refused", problem=problem, content=in_use)
