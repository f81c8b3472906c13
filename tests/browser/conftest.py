"""A real browser in front of the real channel."""

import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright, expect

from bot.app import Udha
from tests.fakes.scripted_knowledge import ScriptedKnowledge
from tests.fakes.serving import serving
from tests.fakes.store_world import MovedClock
from tests.fakes.try_out import TryOut

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking")
WITHIN = 10_000
"""Milliseconds within which the page must have done what it does."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of this folder run in one loop, that of their browser."""
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("no Chromium found: in CI the browser tests must run")
    if found is None:
        pytest.skip("no Chromium found: the try-out page is not tested in a browser")
    return found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    expect.set_options(timeout=WITHIN)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def udha() -> AsyncIterator[TryOut]:
    """A server of the test's own."""
    try_out = TryOut()
    await try_out.start()
    yield try_out
    await try_out.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def program(
    tmp_path: Path, clock: MovedClock, scripted: ScriptedKnowledge
) -> AsyncIterator[Udha]:
    """The whole program; with the fixture `engine` before it, on both engines."""
    async with serving(tmp_path, scripted, clock) as udha:
        yield udha


@dataclass
class Person:
    """Somebody before the try-out page."""

    url: str
    context: BrowserContext
    page: Page
    mistakes: list[str]
    """What the browser complained about."""

    async def opens(self, query: str = "?lang=sq") -> None:
        """Open the page and wait for the greeting."""
        await self.page.goto(f"{self.url}/{query}")
        await self.replies.first.wait_for()

    async def writes(self, text: str) -> Locator:
        """Write and send; the reply that comes."""
        count = await self.replies.count()
        await self.page.locator("#text").fill(text)
        await self.page.keyboard.press("Enter")
        return await self.gets(count)

    async def gets(self, count: int) -> Locator:
        """The reply that follows after the first `count`."""
        reply = self.replies.nth(count)
        await reply.wait_for()
        return reply

    @property
    def replies(self) -> Locator:
        return self.page.locator(".bubble.udha")

    @property
    def own(self) -> Locator:
        return self.page.locator(".bubble.me")


@dataclass
class Visitor(Person):
    """A person before the page of a small server that a test can look into."""

    udha: TryOut

    @property
    def session(self) -> str:
        """The session of the last message that was kept."""
        return self.udha.messages[-1].address


async def visitor_of(browser: Browser, udha: TryOut, **options: object) -> Visitor:
    """A new person with an empty browser."""
    return Visitor(udha.url, *await watched(browser, **options), udha)


async def watched(browser: Browser, **options: object) -> tuple[BrowserContext, Page, list[str]]:
    """An empty browser, the size of a phone unless told otherwise, and what it complains about."""
    width_and_height = {"width": 360, "height": 740}
    context = await browser.new_context(**{"viewport": width_and_height, **options})  # type: ignore[arg-type]
    context.set_default_timeout(WITHIN)
    page = await context.new_page()
    mistakes: list[str] = []
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    page.on(
        "console",
        lambda message: mistakes.append(message.text) if message.type == "error" else None,
    )
    return context, page, mistakes


@pytest_asyncio.fixture(loop_scope="session")
async def ana(browser: Browser, udha: TryOut) -> AsyncIterator[Visitor]:
    """Somebody with a phone; at the end, her browser must have had nothing to complain about."""
    visitor = await visitor_of(browser, udha)
    yield visitor
    await visitor.context.close()
    assert visitor.mistakes == []
