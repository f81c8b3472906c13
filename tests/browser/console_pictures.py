"""Pictures of the console with a made-up week of cases, on a phone and at a desk.

python -m tests.browser.console_pictures docs/pictures
"""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from playwright.async_api import Browser, ViewportSize, async_playwright

from bot.app import Udha
from bot.store import accounts
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.model import LANGUAGES
from tests.browser.caseworkers import Caseworker, signed_in
from tests.browser.conftest import ARGUMENTS, NAMES
from tests.fakes.a_week_of_cases import Week, a_week_of_cases, was_passed_on
from tests.fakes.serving import serving
from tests.fakes.store_world import MovedClock

CONTENT = Path(__file__).parents[2] / "knowledge_base" / "content"
SIZES: dict[str, ViewportSize] = {
    "phone": {"width": 360, "height": 800},
    "desk": {"width": 1280, "height": 800},
}


async def queue(ana: Caseworker, week: Week) -> None:
    await ana.opens("/?view=waiting")


async def answer(ana: Caseworker, week: Week) -> None:
    """An entry is inserted, with a word of one's own."""
    await ana.opens(f"/case/{week.mine}")
    first = ana.page.locator("#offers details").first
    await first.locator("summary").click()
    await first.locator("a[data-insert]").click()
    await ana.page.keyboard.type("\n\nTë fala, Ana")
    await ana.page.locator("#preview .words").first.wait_for()
    await first.locator("summary").click()
    await ana.page.locator("#answer_title").evaluate("one => one.scrollIntoView()")


async def close(ana: Caseworker, week: Week) -> None:
    await ana.opens(f"/case/{week.mine}")
    await ana.page.locator("#closing summary").click()
    await ana.page.locator("#deeds_title").evaluate("one => one.scrollIntoView()")


async def urgent(ana: Caseworker, week: Week) -> None:
    """By night, when somebody is in danger."""
    await ana.page.emulate_media(color_scheme="dark")
    await ana.opens(f"/case/{week.urgent}")
    await ana.page.locator("#urgent a").wait_for()


async def referral(ana: Caseworker, week: Week) -> None:
    await ana.page.emulate_media(color_scheme="light")
    await ana.opens(f"/case/{week.oldest}/refer")


async def figures(ana: Caseworker, week: Week) -> None:
    await ana.opens("/figures?period=month")


SCENES: tuple[Callable[[Caseworker, Week], Awaitable[None]], ...] = (
    *(queue, answer, close, urgent, referral, figures),
)


async def pictures(browser: Browser, udha: Udha, week: Week, number: int, folder: Path) -> None:
    """Of every scene one in each language and size."""
    store = udha.parts.store
    for language in LANGUAGES:
        await store.write(partial(accounts.change, number=number, language=language))
        for size, viewport in SIZES.items():
            ana = await signed_in(browser, udha, number, "Ana", viewport=viewport)
            for scene in SCENES:
                await scene(ana, week)
                await ana.page.screenshot(path=folder / f"{scene.__name__}-{size}-{language}.png")
            await ana.context.close()


async def main(folder: Path) -> None:
    """All pictures into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    clock = MovedClock()
    knowledge = KnowledgeBase.build(CONTENT, cache=Path("var/cache"))
    with tempfile.TemporaryDirectory() as home:
        async with serving(Path(home), knowledge, clock) as udha, async_playwright() as playwright:
            week = await a_week_of_cases(udha, clock, "Ana", "Besa")
            await was_passed_on(udha, week.oldest, "Ana")
            store = udha.parts.store
            await store.write(lambda tx: accounts.add(tx, "Besa", "staff", "sq"))
            number = await store.write(lambda tx: accounts.add(tx, "Ana", "admin", "sq"))
            chromium = next(filter(None, map(shutil.which, NAMES)), None)
            browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            await pictures(browser, udha, week, number, folder)
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
