"""Somebody with the try-out page open, over a real WebSocket."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from knowledge_base.model import Language
from tests.fakes.people_on.seen import Seen
from tests.fakes.people_on.stage import Stage
from tests.fakes.program import Page


class OnWeb:
    """Sees a reply when its frame has come, and confirms it."""

    channel = "web"

    def __init__(self, page: Page) -> None:
        self.address = page.session
        self._page = page
        self._seen = 0

    async def opens(self, payload: str) -> None:
        assert not payload, "the page has no deep links"
        await self._page.starts()

    async def types(self, text: str) -> None:
        await self._page.says(text, self._page.new_key())

    async def presses(self, action: str) -> None:
        await self._page.presses(action)

    async def sends_a_picture(self) -> None:
        raise NotImplementedError("the page takes no pictures")

    async def writes_in_a_group(self) -> None:
        raise NotImplementedError("the page is for one")

    async def news(self) -> list[Seen]:
        new, self._seen = self._page.received[self._seen :], len(self._page.received)
        return [
            Seen(
                reply["text"],
                tuple(button["label"] for button in reply["buttons"]),
                tuple(button["action"] for button in reply["buttons"]),
                reply["decision"],
            )
            for reply in new
        ]


@asynccontextmanager
async def on_web(stage: Stage, name: str, language: Language | None) -> AsyncIterator[OnWeb]:
    """The name is the session's: a short one could be guessed."""
    async with Page(stage.url, name, language=language).open() as page:
        yield OnWeb(page)
