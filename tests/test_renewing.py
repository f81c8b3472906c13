"""An edit of the content is in use moments later; a broken one never is."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

import pytest
from structlog.testing import capture_logs

from bot.elsewhere import NotDone
from bot.renewing import Renewing, Source
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.model import Content
from knowledge_base.problems import ContentProblems

SOUND = Path(__file__).parent / "sound_content"
PATIENCE = 60.0
T = TypeVar("T")


@dataclass
class Editor:
    """Somebody who saves files while the content is in use."""

    folder: Path
    cache: Path
    checking_works: bool = True
    learning_works: bool = True
    learning_crashes: bool = False
    checked: int = 0
    learned: int = 0
    ended: int = 0
    """How many checks and learnings have come to their end, well or not."""
    renewing: Renewing = field(init=False)

    def __post_init__(self) -> None:
        source = Source(self.folder, self._elsewhere, self._learn, lambda: date(2026, 11, 24))
        self.renewing = Renewing(self._learn(), source, self._sleep)

    async def _sleep(self, _: float) -> None:
        await asyncio.sleep(0)

    async def _elsewhere(self, work: Callable[[], T], within: float, steps_back: int) -> T:
        learning = work == self._learn
        self.learned += learning
        self.checked += not learning
        if learning and self.learning_crashes:
            raise ZeroDivisionError
        try:
            if not (self.learning_works if learning else self.checking_works):
                raise NotDone("killed_by_signal_9")
            return await asyncio.to_thread(work)
        except ContentProblems as half_written:
            raise NotDone("ContentProblems") from half_written
        finally:
            self.ended += 1

    def _learn(self) -> KnowledgeBase:
        return KnowledgeBase.build(self.folder, cache=self.cache)

    def saves(self, file: str, old: str, new: str) -> None:
        path = self.folder / file
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")

    async def sees(self, happened: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not happened():
                await asyncio.sleep(0)

    @property
    def content(self) -> Content:
        return self.renewing.current.content

    def understands(self, text: str) -> list[str]:
        return [one.entry_id for one in self.renewing.current.decide(text).ranked]

    def said(self, entry: str) -> str:
        return self.content.entries[entry].answer["en"]


@pytest.fixture
async def editor(tmp_path: Path) -> AsyncIterator[Editor]:
    folder = tmp_path / "content"
    shutil.copytree(SOUND, folder)
    editor = Editor(folder, tmp_path / "cache")
    running = asyncio.create_task(editor.renewing.run())
    yield editor
    running.cancel()
    await asyncio.wait([running])


TRAVEL = "faq/travel.yaml"


async def test_new_words(editor: Editor) -> None:
    """A changed answer is in use without anything being learned."""
    editor.saves(TRAVEL, "In danger call 112.", "Ask a lawyer. In danger call 112.")
    await editor.sees(lambda: "Ask a lawyer" in editor.said("overstay"))
    assert editor.learned == 0


async def test_new_ways_of_asking(editor: Editor) -> None:
    """A new way of asking is understood once it has been learned."""
    editor.saves(TRAVEL, "en: [my time is over]", "en: [my time is over, zebra crossing]")
    await editor.sees(lambda: editor.learned == 1)
    await editor.sees(lambda: editor.understands("zebra crossing")[:1] == ["overstay"])


async def test_a_broken_file(editor: Editor) -> None:
    """A broken file changes nothing but what is said of it: file, line and what to do."""
    before = editor.content.version
    editor.saves(TRAVEL, "    label: {sq: Ditët kaluan, en: Too many days}", "    label: [")
    await editor.sees(lambda: bool(editor.renewing.problems))
    assert editor.content.version == before
    assert "faq/travel.yaml:7" in str(editor.renewing.problems[0])
    editor.saves(TRAVEL, "    label: [", "    label: {sq: Ditët kaluan, en: Days over}")
    await editor.sees(lambda: editor.content.entries["overstay"].label["en"] == "Days over")
    assert editor.renewing.problems == ()


async def test_an_unsound_fact(editor: Editor) -> None:
    """What an editorial rule calls an error is not used either."""
    editor.saves(TRAVEL, "related: [about-bot]", "related: [never-there]")
    await editor.sees(lambda: bool(editor.renewing.problems))
    assert editor.content.entries["overstay"].related == ("about-bot",)


async def test_an_entry_goes(editor: Editor) -> None:
    """An entry that is withdrawn is offered no more, even before that has been learned."""
    editor.learning_works = False
    editor.saves(TRAVEL, "status: published", "status: draft")
    await editor.sees(lambda: editor.content.entries["overstay"].status != "published")
    assert editor.understands("my time is over") != []
    assert "overstay" not in editor.understands("my time is over")
    editor.learning_works = True
    before = editor.renewing.current.learned_from
    await editor.sees(lambda: editor.renewing.current.learned_from != before)
    assert "overstay" not in editor.understands("my time is over")


async def test_learning_that_fails(editor: Editor) -> None:
    """Where learning fails, the words are new all the same, it is said, and tried again."""
    editor.learning_works = False
    with capture_logs() as said:
        editor.saves(TRAVEL, "en: [my time is over]", "en: [my time is over, zebra crossing]")
        await editor.sees(lambda: editor.learned > 2)
    assert "zebra crossing" in [one.text for one in editor.content.entries["overstay"].asked]
    failed = [line for line in said if line["event"] == "content_not_learned"]
    assert failed[0]["reason"] == "killed_by_signal_9"
    editor.learning_works = True
    await editor.sees(lambda: editor.understands("zebra crossing")[:1] == ["overstay"])


async def test_learning_that_crashes(tmp_path: Path) -> None:
    """What nobody foresaw ends the part once; begun again, it learns as if nothing had been."""
    shutil.copytree(SOUND, tmp_path / "content")
    editor = Editor(tmp_path / "content", tmp_path / "cache", learning_crashes=True)
    editor.saves(TRAVEL, "en: [my time is over]", "en: [my time is over, zebra crossing]")
    with pytest.raises(ZeroDivisionError):
        await editor.renewing.run()
    editor.learning_crashes = False
    before = editor.renewing.current.learned_from
    running = asyncio.create_task(editor.renewing.run())
    await editor.sees(lambda: editor.renewing.current.learned_from != before)
    running.cancel()
    await asyncio.wait([running])


async def test_a_check_that_fails(editor: Editor) -> None:
    """Where nobody could check, nothing changes; it is said, and tried again."""
    # A check that is still reading would read what is saved next.
    await editor.sees(lambda: editor.ended == 1)
    editor.checking_works = False
    with capture_logs() as said:
        editor.saves(TRAVEL, "In danger call 112.", "Ask a lawyer. In danger call 112.")
        await editor.sees(lambda: editor.checked > 3)
    assert "Ask a lawyer" not in editor.said("overstay")
    assert said[0]["event"] == "content_not_checked"
    assert "killed_by_signal_9" in str(editor.renewing.problems[0])
    editor.checking_works = True
    await editor.sees(lambda: "Ask a lawyer" in editor.said("overstay"))
    assert editor.renewing.problems == ()


async def test_two_edits_in_a_row(editor: Editor) -> None:
    """The newest of two edits is in use in the end, whichever was checked or learned first."""
    editor.saves(TRAVEL, "en: [my time is over]", "en: [my time is over, zebra crossing]")
    await editor.sees(lambda: editor.learned == 1)
    editor.saves(TRAVEL, "zebra crossing]", "zebra crossing, giraffe parade]")
    editor.saves(TRAVEL, "In danger call 112.", "Ask a lawyer. In danger call 112.")
    await editor.sees(lambda: "Ask a lawyer" in editor.said("overstay"))
    await editor.sees(lambda: editor.understands("giraffe parade")[:1] == ["overstay"])
    assert "Ask a lawyer" in editor.said("overstay")
