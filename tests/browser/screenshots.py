"""Pictures of the try-out page of a running Udha, in both languages, on a phone and a desk.

python -m tests.browser.screenshots http://127.0.0.1:8080 docs/screenshots
"""

import asyncio
import shutil
import sys
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, async_playwright

from knowledge_base.model import LANGUAGES, Language
from tests.browser.conftest import ARGUMENTS, NAMES

SIZES = {"phone": (360, 740), "desk": (1280, 800)}
ASKED: dict[Language, tuple[str, ...]] = {
    "sq": ("Sa kohë mund të rri në Belgjikë pa vizë?", "ma kan marr pasaporten sme lene me dal"),
    "en": ("how long can i stay in belgium without visa", "they took my passport and lock me in"),
}


async def picture(browser: Browser, url: str, size: str, language: Language, folder: Path) -> None:
    """Open the page and ask; a picture after the greeting and after each answer."""
    width, height = SIZES[size]
    scheme: Literal["light", "dark"] = "light" if language == "sq" else "dark"
    page = await browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        device_scale_factor=2 if size == "phone" else 1,
    )
    await page.goto(f"{url}/?lang={language}")
    replies = page.locator(".bubble.udha")
    for number, question in enumerate(("", *ASKED[language])):
        if question:
            await page.locator("#text").fill(question)
            await page.keyboard.press("Enter")
        await replies.nth(number).wait_for()
        await page.screenshot(path=folder / f"{size}-{language}-{number + 1}.png")
    await page.close()


async def main(url: str, folder: Path) -> None:
    """All pictures of the page at `url` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        chromium = next(filter(None, map(shutil.which, NAMES)), None)
        browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for size in SIZES:
            for language in LANGUAGES:
                await picture(browser, url, size, language, folder)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1].rstrip("/"), Path(sys.argv[2])))
