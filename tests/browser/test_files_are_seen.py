"""A file that staff choose in a real browser is seen in the person's."""

import secrets
from pathlib import Path

from playwright.async_api import Browser, Page, ViewportSize, expect

from bot.app import Udha
from bot.console.guard import COOKIE
from bot.store import accounts, sessions
from tests.fakes.case_people import CasePeople
from tests.fakes.console_people import colleague
from tests.fakes.sample_files import PDF, png
from tests.fakes.scripted_knowledge import ScriptedKnowledge
from tests.fakes.serving import serving
from tests.fakes.store_world import MovedClock

PHONE = ViewportSize(width=360, height=740)


async def member(browser: Browser, udha: Udha) -> Page:
    """Somebody of staff, signed in."""
    token, store = secrets.token_urlsafe(32), udha.parts.store
    number = await store.write(lambda tx: accounts.add(tx, "Ana", "staff", "en"))
    await store.write(lambda tx: sessions.begin(tx, number, token))
    context = await browser.new_context(viewport=PHONE)
    await context.add_cookies(
        [{"name": COOKIE, "value": token, "url": f"{udha.server.url}/console/"}]
    )
    return await context.new_page()


async def person(browser: Browser, udha: Udha) -> tuple[Page, str]:
    """Somebody with the chat page open, and their session."""
    page = await (await browser.new_context(viewport=PHONE)).new_page()
    await page.goto(f"{udha.server.url}/?lang=sq")
    await page.locator(".bubble.udha").first.wait_for()
    return page, str(await page.evaluate("localStorage.getItem('udha.session')"))


def chosen(folder: Path, name: str, body: bytes) -> str:
    """A file on the disk of whoever chooses it."""
    (folder / name).write_bytes(body)
    return str(folder / name)


async def test_seen(
    browser: Browser, tmp_path: Path, scripted: ScriptedKnowledge, clock: MovedClock
) -> None:
    """A picture is chosen, stays chosen while the page asks once more, and is seen in the case and
    in the person's chat; a letter comes as a link; both pages stay as wide as the phone."""
    async with serving(tmp_path, scripted, clock) as udha, colleague(udha, "Besa") as besa:
        chat, session = await person(browser, udha)
        await CasePeople(udha.parts.store, clock).ask(who=session)
        await besa.sends("/case/1/claim")
        page = await member(browser, udha)
        await page.goto(f"{udha.server.url}/console/case/1")

        await page.locator("#file").set_input_files(chosen(tmp_path, "harta.png", png(600)))
        await page.locator("#text").fill("Ja harta.")
        await page.locator("#send").click()
        await page.locator("#doubts").wait_for()
        await expect(page.locator("#file")).to_have_value("C:\\fakepath\\harta.png")
        await page.locator("#send").click()
        await is_seen(page, ".thread .staff img", "Picture: harta.png")
        await expect(page.locator("#file")).to_have_value("")

        await page.locator("#file").set_input_files(chosen(tmp_path, "letra.pdf", PDF))
        await page.locator("#send").click()
        await page.locator("#doubts").wait_for()
        await page.locator("#send").click()
        await is_seen(chat, ".bubble.staff img", "harta.png")
        link = chat.locator(".bubble.staff a.file", has_text="letra.pdf")
        async with chat.expect_download() as download:
            await link.click()
        assert (await download.value).suggested_filename == "letra.pdf"
        for one in (page, chat):
            assert await one.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
            await one.context.close()


async def is_seen(page: Page, where: str, name: str) -> None:
    """A picture is there and not only its name."""
    picture = page.locator(where)
    await picture.evaluate("picture => picture.scrollIntoView()")
    await expect(picture).to_have_js_property("naturalWidth", 600)
    await expect(picture).to_have_attribute("alt", name)


async def test_too_large(
    browser: Browser, tmp_path: Path, scripted: ScriptedKnowledge, clock: MovedClock
) -> None:
    """A file that is too large is refused when it is chosen."""
    async with serving(tmp_path, scripted, clock) as udha:
        await CasePeople(udha.parts.store, clock).ask()
        page = await member(browser, udha)
        await page.goto(f"{udha.server.url}/console/case/1")
        film = chosen(tmp_path, "film.txt", b"x" * 10_000_001)
        await page.locator("#file").set_input_files(film)
        await expect(page.locator("#file_state")).to_contain_text("larger than 10 MB")
        await expect(page.locator("#file")).to_have_value("")
        await page.context.close()
