"""A case from the queue to its end without a mouse."""

import re

from playwright.async_api import Browser, Locator, expect

from bot.app import Udha
from tests.browser.caseworkers import Caseworker, caseworker
from tests.fakes.console_cases import asks

FAR = 40
"""Presses of Tab after which something cannot be called near."""
RING = "one => getComputedStyle(one).outlineStyle !== 'none'"


async def tabs_to(who: Caseworker, wanted: Locator) -> int:
    """Tab until it has the focus, which must be seen; returns how many presses it took."""
    await wanted.wait_for()
    for presses in range(1, FAR):
        await who.page.keyboard.press("Tab")
        if await wanted.evaluate("one => one === document.activeElement"):
            assert await wanted.evaluate(RING)
            return presses
    raise AssertionError(f"not reached with {FAR} presses: {wanted}")


async def test_the_whole_way(browser: Browser, program: Udha) -> None:
    """Open, claim, insert an entry, write, send and close, each by a key or a few Tabs."""
    await asks(program.parts.store, "ANSWER sa ditë?")
    ana = await caseworker(browser, program)
    await ana.opens()
    press = ana.page.keyboard.press
    await press("j")
    await press("Enter")
    await ana.button("Claim").wait_for()
    await press("c")
    await expect(ana.page.get_by_text("You have this case.")).to_be_visible()
    await press("e")
    await expect(ana.page.get_by_role("searchbox")).to_be_focused()
    offer = ana.page.locator("#offers summary").first
    await tabs_to(ana, offer)
    await press("Enter")
    insert = ana.page.get_by_role("link", name="Insert into the answer").first
    await tabs_to(ana, insert)
    await press("Enter")
    box = ana.page.get_by_role("textbox", name=re.compile("Your words to the person"))
    await expect(box).to_be_focused()
    await ana.page.keyboard.type("Me të mira!")
    await press("Control+Enter")
    await expect(ana.talk.get_by_text("Me të mira!")).to_be_visible()
    await tabs_to(ana, ana.page.locator("summary", has_text="Close"))
    await press("Enter")
    await tabs_to(ana, ana.page.get_by_role("radio").first)
    await press("Space")
    await tabs_to(ana, ana.button("Close it"))
    await press("Enter")
    await expect(ana.page.get_by_role("status").get_by_text("The case is closed.")).to_be_visible()
    await press("Escape")
    await expect(ana.page.get_by_role("heading", level=1)).to_have_text("Cases")
    await ana.leaves()


async def test_the_way_past_the_top(browser: Browser, program: Udha) -> None:
    """The first press of Tab offers the way past the navigation."""
    ana = await caseworker(browser, program)
    await ana.opens()
    await ana.page.keyboard.press("Tab")
    skip = ana.page.locator(".skip")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    await ana.page.keyboard.press("Enter")
    await ana.page.keyboard.press("Tab")
    await expect(ana.page.get_by_role("searchbox")).to_be_focused()
    await ana.leaves()
