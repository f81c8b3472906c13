"""The try-out page on a small screen, with large text, by keyboard, by ear, in light and dark."""

from typing import Literal

import pytest
from playwright.async_api import Browser, Page, expect

from handlers.messages import Reply
from knowledge_base.model import Language
from tests.browser.conftest import Visitor, visitor_of
from tests.fakes.try_out import TryOut

LEAST_CONTRAST = 4.5
LEAST_TARGET = 24
"""CSS pixels in both directions (WCAG 2.2, 2.5.8)."""

POOR_CONTRAST = """(least) => {
  const numbers = (color) => (color.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const color = numbers(getComputedStyle(one).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own && element.tagName !== "TEXTAREA") continue;
    if (element.closest(".unseen, .skip, script") || !element.checkVisibility()) continue;
    const pseudo = element.tagName === "TEXTAREA" ? "::placeholder" : null;
    const ink = light(numbers(getComputedStyle(element, pseudo).color));
    const ground = light(behind(element));
    const contrast = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
    if (contrast < least) poor.push(`${element.className} ${element.textContent}: ${contrast}`);
  }
  return poor;
}"""

SMALL_TARGETS = """(least) => [...document.querySelectorAll("button, header a, .notice a")]
  .filter((one) => one.checkVisibility())
  .map((one) => [one.textContent.trim(), one.getBoundingClientRect()])
  .filter(([, box]) => box.width < least || box.height < least)
  .map(([text]) => text)"""

NAMELESS = """() => [...document.querySelectorAll("button, a, textarea, nav, [role]")]
  .filter((one) => !(one.getAttribute("aria-label") || one.textContent.trim()
    || (one.labels && one.labels.length) || one.getAttribute("role") === "status"))
  .map((one) => one.outerHTML)"""

DOUBLE_IDS = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  return ids.filter((id, at) => ids.indexOf(id) !== at);
}"""

WIDER_THAN_THE_SCREEN = """() => [...document.querySelectorAll("html, .page, .stream")]
  .map((one) => one.scrollWidth - one.clientWidth)
  .some((more) => more > 0)"""


async def every_state(visitor: Visitor, language: Language) -> None:
    """Bring every kind of message and every state onto the page."""
    await visitor.opens(f"?lang={language}")
    for question in ("90?", "pasaporten", "etias?", "j" * 200):
        await visitor.writes(question)
    count = await visitor.replies.count()
    visitor.udha.say(visitor.session, Reply(f"https://example.org/{'a' * 80}", "staff", language))
    await visitor.gets(count)
    visitor.udha.store_away = True
    await visitor.page.locator("#text").fill("90?")
    await visitor.page.keyboard.press("Enter")
    await visitor.page.locator(".again").wait_for()
    visitor.udha.store_away = False
    visitor.udha.answers = False
    await visitor.page.locator("#text").fill("po")
    await visitor.page.keyboard.press("Enter")
    await visitor.page.locator("#writing").wait_for()


async def grow_text(page: Page) -> None:
    """The reader's browser doubles the size of text."""
    browser = await page.context.new_cdp_session(page)
    await browser.send("Page.setFontSizes", {"fontSizes": {"standard": 32}})


@pytest.mark.parametrize("language", ["sq", "en"])
@pytest.mark.parametrize("width", [320, 1280])
async def test_nothing_to_scroll_sideways(
    browser: Browser, udha: TryOut, width: int, language: Language
) -> None:
    """At 320 pixels and on a wide screen, also with text twice as large, no line is cut off."""
    visitor = await visitor_of(browser, udha, viewport={"width": width, "height": 640})
    await every_state(visitor, language)
    assert not await visitor.page.evaluate(WIDER_THAN_THE_SCREEN)
    await grow_text(visitor.page)
    assert not await visitor.page.evaluate(WIDER_THAN_THE_SCREEN)
    await visitor.udha.stop()
    await expect(visitor.page.locator("#banner")).not_to_be_empty()
    assert not await visitor.page.evaluate(WIDER_THAN_THE_SCREEN)
    await visitor.udha.start()
    await visitor.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everything_can_be_read(
    browser: Browser, udha: TryOut, scheme: Literal["light", "dark"]
) -> None:
    """Every text stands out from its ground (AA), and what is pressed is big enough."""
    visitor = await visitor_of(browser, udha, color_scheme=scheme)
    await every_state(visitor, "sq")
    assert await visitor.page.evaluate(POOR_CONTRAST, LEAST_CONTRAST) == []
    assert await visitor.page.evaluate(SMALL_TARGETS, LEAST_TARGET) == []
    await visitor.context.close()


async def test_very_large_text_on_a_phone(browser: Browser, udha: TryOut) -> None:
    """Text twice as large: the page opens at its top, and an answer at its first line."""
    ana = await visitor_of(browser, udha)
    await ana.page.goto("about:blank")
    await grow_text(ana.page)
    await ana.opens()
    await expect(ana.page.get_by_role("link", name="English")).to_be_in_viewport(ratio=1)
    answer = await ana.writes("90?")
    await expect(answer.locator(".line").first).to_be_in_viewport()
    await ana.context.close()


async def test_everything_has_a_name(ana: Visitor) -> None:
    """A screen reader finds one heading, the regions, a live log, and a name for every control."""
    await every_state(ana, "sq")
    page = ana.page
    assert await page.evaluate(NAMELESS) == []
    assert await page.evaluate(DOUBLE_IDS) == []
    await expect(page.get_by_role("heading", level=1)).to_have_accessible_name("Udha")
    for role in ("banner", "main", "navigation", "complementary"):
        await expect(page.get_by_role(role)).to_have_count(1)
    await expect(page.get_by_role("log")).to_have_accessible_name("Biseda")
    assert await page.get_by_role("log").get_attribute("aria-busy") is None
    await expect(page.get_by_role("textbox")).to_have_accessible_name("Shkruaj pyetjen tënde")
    await expect(page.get_by_role("group").first).to_have_accessible_name("Mund të zgjedhësh")


async def test_every_message_says_its_language_and_sender(ana: Visitor) -> None:
    """Each message carries its language for the voice that reads it, and who speaks."""
    await ana.opens("?lang=sq")
    await ana.writes("po")
    await ana.page.get_by_role("link", name="English").click()
    await ana.gets(2)
    await ana.writes("90?")
    bubbles = await ana.page.locator(".bubble").all()
    languages = [await one.get_attribute("lang") for one in bubbles]
    assert languages == ["sq", "sq", "sq", "en", "en", "en"]
    senders = [await one.locator("h2").text_content() for one in bubbles]
    assert senders == ["Udha", "Ti", "Udha", "Udha", "You", "Udha"]


async def test_help_in_danger_stands_out(ana: Visitor) -> None:
    """An urgent reply differs from others by a headline, not by colour alone."""
    await ana.opens()
    answer = await ana.writes("90?")
    urgent = await ana.writes("ma kan marr pasaporten sme lene me dal")
    await expect(urgent.get_by_role("heading")).to_have_text("Ndihmë tani")
    await expect(urgent.get_by_role("heading")).to_be_visible()
    numbers = urgent.locator("a.phone")
    assert await numbers.all_inner_texts() == ["112", "116 006"]
    await expect(urgent).to_be_in_viewport(ratio=0.9)
    edge = "one => getComputedStyle(one.querySelector('.card')).borderTopColor"
    assert await urgent.evaluate(edge) != await answer.evaluate(edge)


async def test_the_skip_link(ana: Visitor) -> None:
    """The first press of Tab offers the way past everything to the writing box."""
    await ana.opens()
    await ana.page.keyboard.press("Tab")
    skip = ana.page.get_by_role("link", name="Kalo te fusha ku shkruhet")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    await ana.page.keyboard.press("Enter")
    await expect(ana.page.locator("#text")).to_be_focused()


@pytest.mark.parametrize("text", ["po", "një rresht\n" * 30])
@pytest.mark.parametrize("height", [420, 300])
async def test_writing_above_the_keyboard(
    browser: Browser, udha: TryOut, height: int, text: str
) -> None:
    """When the keyboard covers half of a small screen, the last words, the box, its button and
    the way out stay in sight."""
    visitor = await visitor_of(browser, udha)
    await visitor.opens()
    reply = await visitor.writes("po")
    await visitor.page.set_viewport_size({"width": 360, "height": height})
    await expect(reply.locator(".words")).to_be_in_viewport(ratio=1)
    await visitor.page.locator("#text").fill(text)
    await expect(visitor.page.locator("#text")).to_be_in_viewport(ratio=0.95)
    await expect(visitor.page.get_by_role("button", name="Dërgo")).to_be_in_viewport(ratio=1)
    await expect(visitor.page.get_by_role("link", name="Dil")).to_be_in_viewport(ratio=1)
    await visitor.context.close()


async def test_the_box_grows_and_shrinks(ana: Visitor) -> None:
    """The box is as high as what is written, and small again once it is sent."""
    await ana.opens()
    box = ana.page.locator("#text")
    heights = []
    for text in ("një", "një\ndy\ntre"):
        await box.fill(text)
        heights.append(await box.evaluate("one => one.offsetHeight"))
    await ana.writes("po")
    heights.append(await box.evaluate("one => one.offsetHeight"))
    assert heights[1] > heights[0] == heights[2]


async def test_nothing_moves_for_who_asked_so(browser: Browser, udha: TryOut) -> None:
    """Who has asked for less motion sees none."""
    visitor = await visitor_of(browser, udha, reduced_motion="reduce")
    udha.answers = False
    await visitor.page.goto(udha.url)
    await visitor.page.locator("#writing").wait_for()
    moving = "document.getAnimations().length"
    assert await visitor.page.evaluate(moving) == 0
    await visitor.context.close()


async def test_without_scripts(browser: Browser, udha: TryOut) -> None:
    """Without JavaScript the page says what is missing, whom to call, and lets one leave."""
    visitor = await visitor_of(browser, udha, java_script_enabled=False)
    await visitor.page.goto(f"{udha.url}/?lang=sq")
    await expect(visitor.page.get_by_text("Biseda ka nevojë për JavaScript.")).to_be_visible()
    leave = visitor.page.get_by_role("link", name="Dil")
    await expect(leave).to_have_attribute("href", "https://www.google.com/")
    await visitor.context.close()
