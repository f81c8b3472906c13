"""Is there newer content on the disk, and is it sound? Then it takes the place of the one in use.

An edit counts in two steps. New words (answers, texts, contacts) are in use as soon as they have
been checked. What understanding learns from (ways of asking, language files) has to be learned
first, and follows seconds later. Both are done elsewhere: here only the result is taken up.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import structlog

from bot.elsewhere import LAST, Elsewhere, NotDone
from bot.letting_go import let_go
from bot.persisting import Sleep
from knowledge_base.checked import checked
from knowledge_base.checks.edition import NeededTexts
from knowledge_base.files.content_folder import stamp_of
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.model import Place
from knowledge_base.problems import Problem

LOOK_EVERY = 0.25
"""Seconds."""
CHECK_WITHIN, CHECK_AGAIN_AFTER = 60.0, 5.0
"""Seconds: a check takes one. It is tried again where the process was not to be had or died."""
LEARN_WITHIN, LEARN_AGAIN_AFTER = 900.0, 60.0
"""Seconds. Learning takes ten on two cores, and fails for want of memory, if ever."""
CHECK_STEPS_BACK, LEARN_STEPS_BACK = 2, LAST
"""How nice each is: an editor waits for the check, which goes before learning an earlier edit."""
SHOWN = 20
"""So many errors are said; a file with a wrong indentation can have hundreds."""

log = structlog.get_logger()

Stamp = tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True)
class Source:
    """Where content comes from, and how it is learned."""

    folder: Path
    elsewhere: Elsewhere
    learn: Callable[[], KnowledgeBase]
    """The knowledge base of the folder. May raise ContentProblems; called elsewhere."""
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
        self._learning: asyncio.Task[None] | None = None
        self._learn_again_in = 0
        """So many looks, after learning has failed."""

    async def run(self) -> None:
        """Look for changes until cancelled."""
        # Also at the very first look: something may have changed while the program started.
        seen: Stamp = ()
        try:
            while True:
                stamp = await self._stamp()
                if stamp != seen:
                    seen = stamp if await self._take_up(stamp) else ()
                self._see_to_learning()
                await self._sleep(LOOK_EVERY)
        finally:
            if self._learning is not None:
                self._learning.cancel()
                await asyncio.wait([self._learning])

    async def _stamp(self) -> Stamp:
        return await asyncio.to_thread(stamp_of, self._source.folder)

    async def _take_up(self, stamp: Stamp) -> bool:
        """Use the words of the folder, if it is sound. False: nobody can tell whether it is."""
        source = self._source
        work = partial(checked, source.folder, source.today(), source.needed_texts)
        try:
            found = await source.elsewhere(work, CHECK_WITHIN, CHECK_STEPS_BACK)
        except NotDone as why:
            self._not_checked(why)
            await self._sleep(CHECK_AGAIN_AFTER)
            return False
        if found.content is None:
            # Whoever saves several files, or a large one, may not have finished.
            if await self._stamp() != stamp:
                return False
            self._refuse(found.errors)
            return True
        self.problems = ()
        self._sound, self._wanted = found.content, found.learned_from
        # Learning may have failed for want of exactly this edit.
        self._learn_again_in = 0
        self._use(self.current)
        return True

    def _see_to_learning(self) -> None:
        """Begin it where something new is to be learned; nobody waits for it."""
        if self._learning is not None:
            if self._learning.done():
                done, self._learning = self._learning, None
                # What nobody foresaw is raised once, not at every look after a new beginning.
                done.result()
        elif self._learn_again_in:
            self._learn_again_in -= 1
        elif self._wanted != self.current.learned_from and not self.problems:
            self._learning = asyncio.create_task(self._learn())

    async def _learn(self) -> None:
        """Use what is learned. Where the folder has changed meanwhile, it is learned anew."""
        source = self._source
        try:
            understanding = await source.elsewhere(source.learn, LEARN_WITHIN, LEARN_STEPS_BACK)
        except NotDone as why:
            log.error("content_not_learned", reason=str(why))
            self._learn_again_in = int(LEARN_AGAIN_AFTER / LOOK_EVERY)
            return
        former: list[object] = [self.current, understanding]
        if not self.problems:
            self._use(understanding)
        del understanding
        await let_go(former)

    def _not_checked(self, why: NotDone) -> None:
        log.error("content_not_checked", reason=str(why), content=self.current.content.version)
        what = f"nobody can tell whether it is sound, for the check was not done: {why}."
        advice = (
            f"It is tried again after {CHECK_AGAIN_AFTER:.0f} seconds; see docs/content-format.md."
        )
        self.problems = (Problem(Place(self._source.folder.name, 0), "", what, advice),)

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


def _same(one: KnowledgeBase, other: KnowledgeBase) -> bool:
    return (one.content.version, one.learned_from) == (other.content.version, other.learned_from)
