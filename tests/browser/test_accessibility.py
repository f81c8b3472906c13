"""Every page of the console, and the try-out page, looked at by axe: WCAG 2.2 A and AA, and what
is held for good practice; light and dark, on a phone and at a desk."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize, expect

from bot.app import Udha
from bot.store import accounts, managing
from tests.browser.caseworkers import Caseworker, caseworker, person_of, visitor_of_console
from tests.fakes.a_week_of_cases import Week, a_week_of_cases, was_passed_on
from tests.fakes.scripted_knowledge import ScriptedKnowledge
from tests.fakes.serving import serving
from tests.fakes.store_world import MovedClock

PHONE: ViewportSize = {"width": 360, "height": 800}
DESK: ViewportSize = {"width": 1280, "height": 800}
RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # Off unless asked for: what is pressed measures 24 pixels, or stands apart.
    "rules": {"target-size": {"enabled": True}},
}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""All that another theme can change."""
VIOLATIONS = """async (rules) => (await axe.run(rules)).violations.map((one) =>
  one.id + ": " + one.nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join(" | "))"""
LOOKS: tuple[tuple[Literal["light", "dark"], ViewportSize, object], ...] = (
    ("light", PHONE, RULES),
    ("dark", PHONE, COLOURS),
    ("dark", DESK, RULES),
    ("light", DESK, COLOURS),
)
SCROLLS_SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"
LINK = "a-link-of-the-tests"


@dataclass
class Team:
    """An admin with a week of cases behind her, in a console that all tests of this file share."""

    ana: Caseworker
    week: Week
    referral: int
    stranger: Caseworker


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def team(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, scripted: ScriptedKnowledge
) -> AsyncIterator[Team]:
    clock = MovedClock()
    async with serving(tmp_path_factory.mktemp("home"), scripted, clock) as udha:
        week = await a_week_of_cases(udha, clock, "Ana", "Besa")
        referral = await was_passed_on(udha, week.oldest, "Ana")
        ana = await caseworker(browser, udha, "Ana", "admin", viewport=PHONE)
        stranger = await visitor_of_console(browser, udha, viewport=PHONE)
        await _has_colleagues(udha)
        yield Team(ana, week, referral, stranger)
        await ana.context.close()
        await stranger.context.close()


async def _has_colleagues(udha: Udha) -> None:
    store = udha.parts.store
    besa = await store.write(lambda tx: accounts.add(tx, "Besa", "staff", "sq"))
    gone = await store.write(lambda tx: accounts.add(tx, "Mira", "editor", "en"))
    await store.write(lambda tx: accounts.change(tx, gone, disabled_at=tx.now))
    await store.write(lambda tx: managing.offer_link(tx, besa, LINK, "Ana"))


async def violations(page: Page) -> list[str]:
    """What axe finds in both themes and at both widths, and any scrolling sideways."""
    axe = files("axe_playwright_python") / "axe.min.js"
    await page.evaluate(axe.read_text("utf-8"))
    found: list[str] = []
    for theme, size, rules in LOOKS:
        await page.set_viewport_size(size)
        await page.emulate_media(color_scheme=theme)
        where = f"{size['width']}, {theme}"
        if more := await page.evaluate(SCROLLS_SIDEWAYS):
            found.append(f"{where}: {more} pixels to scroll sideways")
        found += [f"{where}: {one}" for one in await page.evaluate(VIOLATIONS, rules)]
    await page.set_viewport_size(PHONE)
    return found


PAGES = (
    "/",
    "/?view=urgent",
    "/?view=mine",
    "/?view=unanswered",
    "/?view=waiting_for_person",
    "/?view=closed",
    "/?q=motra",
    "/?q=nobody-wrote-this",
    "/?view=waiting&topic=travel",
    "/case/{week.urgent}",
    "/case/{week.oldest}",
    "/case/{week.long}",
    "/case/{week.mine}?insert=visa-free-stay",
    "/case/{week.back}",
    "/case/{week.waits_for_person}",
    "/case/{week.closed}",
    "/case/{week.oldest}/refer",
    "/case/{week.oldest}/referrals",
    "/case/{week.oldest}/referral/{referral}",
    "/figures?period=quarter",
    "/account",
    "/staff",
    "/audit",
    "/case/99",
)


@pytest.mark.parametrize("path", PAGES)
async def test_a_page(team: Team, path: str) -> None:
    """Nothing is found on a page as it opens."""
    await team.ana.opens(path.format(week=team.week, referral=team.referral))
    await team.ana.page.get_by_role("heading", level=1).wait_for()
    assert await violations(team.ana.page) == []


@pytest.mark.parametrize("path", ["/sign-in?lang=en", "/sign-in?lang=sq", f"/link/{LINK}"])
async def test_the_door(team: Team, path: str) -> None:
    """Nothing is found before somebody is signed in."""
    await team.stranger.opens(path)
    assert await violations(team.stranger.page) == []


async def everything_open(page: Page, team: Team) -> None:
    """A case with all that can be unfolded, a preview, and what was just said."""
    await team.ana.opens(f"/case/{team.week.mine}")
    await page.get_by_role("textbox", name="Your words to the person").fill("Po.")
    await expect(page.locator("#preview .words")).to_have_text("Po.")
    await page.get_by_role("searchbox").fill("ANSWER 90")
    await expect(page.locator("#offers summary")).to_have_count(2)
    await page.evaluate(
        "document.querySelectorAll('details').forEach((one) => { one.open = true })"
    )
    await page.get_by_label("The person does not see it").fill("Shënim.")
    await page.get_by_role("button", name="Save the note").click()
    await expect(page.locator("#said")).to_contain_text("saved")


async def a_second_thought(page: Page, team: Team) -> None:
    """A reply that is asked about first."""
    await team.ana.opens(f"/case/{team.week.closed}")
    await page.get_by_role("textbox", name="Your words to the person").fill("Po.")
    await page.get_by_role("button", name="Send", exact=True).click()
    await page.get_by_role("button", name="Send it anyway").wait_for()


async def ticked(page: Page, team: Team) -> None:
    """A queue in which somebody has ticked a case, with its filters and keys open."""
    await team.ana.opens()
    await page.get_by_role("checkbox", name="Tick case").first.check()
    await page.locator(".filters summary").click()
    await expect(page.get_by_text("Ticked: 1")).to_be_visible()


async def the_keys(page: Page, team: Team) -> None:
    """The dialog of the queue's keys."""
    await team.ana.opens()
    await page.keyboard.press("?")
    await page.get_by_role("dialog").wait_for()


async def are_you_sure(page: Page, team: Team) -> None:
    """The question before cases are closed together."""
    await team.ana.opens("/?view=waiting")
    await page.get_by_role("checkbox", name="Tick case").nth(1).check()
    await page.get_by_role("button", name="Close as spam").click()
    await page.get_by_role("heading", level=1).wait_for()


async def words_to_pass_on(page: Page, team: Team) -> None:
    """What is shown before a case is passed to a partner."""
    await team.ana.opens(f"/case/{team.week.oldest}/refer")
    await page.locator("#contact").select_option(index=1)
    await page.get_by_role("radio").first.check()
    await page.locator("#words").fill("Po")
    await page.locator("main form button").click()
    await page.locator(".passed").wait_for()


async def a_new_link(page: Page, team: Team) -> None:
    """The staff page with a link that was just made."""
    await team.ana.opens("/staff")
    await page.get_by_label("Name").fill("Dritan")
    await page.get_by_role("button", name="Add the account").click()
    await page.locator("#link").wait_for()


async def a_code(page: Page, team: Team) -> None:
    """The account page with a code for the group."""
    await team.ana.opens("/account")
    await page.locator("form[action$='/telegram'] button").click()
    await page.locator("#code").wait_for()


STATES: tuple[Callable[[Page, Team], Awaitable[Any]], ...] = (
    everything_open,
    a_second_thought,
    ticked,
    the_keys,
    are_you_sure,
    words_to_pass_on,
    a_new_link,
    a_code,
)


@pytest.mark.parametrize("state", STATES, ids=lambda one: str(one.__name__))
async def test_a_state(team: Team, state: Callable[[Page, Team], Awaitable[Any]]) -> None:
    """Nothing is found in what comes of working with a page."""
    await state(team.ana.page, team)
    assert await violations(team.ana.page) == []


async def test_the_try_out_page(browser: Browser, team: Team) -> None:
    """Nothing is found on the try-out page, with an answer, a choice and help in danger."""
    person = await person_of(browser, team.ana.udha)
    await person.opens()
    for words in ("ANSWER 90?", "SUGGEST", "DANGER"):
        await person.writes(words)
    assert await violations(person.page) == []
    await person.context.close()
