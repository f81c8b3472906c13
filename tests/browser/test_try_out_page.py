"""What a person does on the try-out page, in a real browser."""

import re

from playwright.async_api import Browser, expect

from handlers.messages import Button, Reply
from tests.browser.conftest import Visitor, visitor_of
from tests.fakes.try_out import TryOut

NEUTRAL = "https://www.google.com/"


async def test_the_greeting_comes_by_itself(ana: Visitor) -> None:
    """Who opens the page is greeted once, with buttons; a reload shows the greeting again."""
    await ana.opens()
    await expect(ana.replies).to_contain_text("Përshëndetje!")
    await expect(ana.replies.get_by_role("button")).to_have_count(4)
    await ana.page.reload()
    await expect(ana.replies).to_have_count(1)
    assert [message.kind for message in ana.udha.messages] == ["start"]
    assert len(ana.session) == 22


async def test_a_question_and_its_answer(ana: Visitor) -> None:
    """An answer shows its source as a link that opens elsewhere, and its phone numbers to press."""
    await ana.opens()
    answer = await ana.writes("Sa kohë mund të rri në Belgjikë pa vizë, 90 ditë?")
    await expect(answer).to_contain_text("Deri në 90 ditë")
    await expect(ana.own).to_contain_text("U dërgua")
    source = answer.get_by_role("link", name="home-affairs")
    await expect(source).to_have_attribute("href", re.compile("^https://home-affairs.ec"))
    await expect(source).to_have_attribute("rel", "noopener noreferrer")
    phones = answer.locator("a[href^='tel:']")
    await expect(phones).to_have_count(1)
    await expect(phones).to_have_attribute("href", "tel:080032123")
    await expect(ana.page.locator("#writing")).to_be_hidden()


async def test_lines_as_they_were_written(ana: Visitor) -> None:
    """Shift+Enter starts a line, Enter sends, and both sides keep their line breaks."""
    await ana.opens()
    await ana.page.locator("#text").press_sequentially("një")
    await ana.page.keyboard.press("Shift+Enter")
    await ana.page.keyboard.type("dy")
    await ana.page.keyboard.press("Enter")
    reply = await ana.gets(1)
    assert ana.udha.messages[-1].text == "një\ndy"
    for bubble in (ana.own, reply):
        assert (await bubble.locator(".words").inner_text()).split() == ["një", "dy"]
        await expect(bubble.locator(".line")).to_have_count(2)


async def test_buttons_by_keyboard(ana: Visitor) -> None:
    """A reply's buttons are reached and pressed by keyboard, show a focus ring, and stay."""
    await ana.opens()
    button = ana.replies.get_by_role("button", name="Siguria")
    await ana.page.locator("#text").focus()
    for _ in range(3):
        await ana.page.keyboard.press("Shift+Tab")
    await expect(button).to_be_focused()
    assert await button.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
    await ana.page.keyboard.press("Enter")
    await ana.gets(1)
    await expect(ana.own).to_contain_text("Siguria")
    await expect(button).to_be_enabled()
    assert ana.udha.messages[-1].text == "topic:siguria"


async def test_the_language_switch(ana: Visitor) -> None:
    """The switch turns the page and the bot, and holds after a reload."""
    await ana.opens()
    await ana.writes("po")
    await ana.page.get_by_role("link", name="English").click()
    reply = await ana.gets(2)
    await expect(reply).to_have_attribute("lang", "en")
    await expect(ana.page.locator("html")).to_have_attribute("lang", "en")
    await expect(ana.page.get_by_role("button", name="Send")).to_be_visible()
    await expect(ana.page.locator("#text")).to_have_attribute("placeholder", "Write your question")
    await expect(ana.replies.first).to_have_attribute("lang", "sq")
    await ana.page.goto(ana.udha.url)
    await expect(ana.page.locator("html")).to_have_attribute("lang", "en")
    current = ana.page.locator("[data-language][aria-current]")
    await expect(current).to_have_text("English")
    assert [message.text for message in ana.udha.messages] == ["", "po", "language:en"]


async def test_the_language_before_the_first_word(ana: Visitor) -> None:
    """Who chooses the language before saying anything is greeted in it, and only in it."""
    await ana.opens()
    for name, hello in (("English", "Hello!"), ("Shqip", "Përshëndetje!")):
        await ana.page.get_by_role("link", name=name).click()
        await expect(ana.replies).to_contain_text(hello)
        await expect(ana.replies).to_have_count(1)
    await ana.writes("po")
    assert [message.language for message in ana.udha.messages] == ["sq", "en", "sq", "sq"]
    assert ana.udha.waiting == 0


async def test_the_page_speaks_as_the_bot_does(ana: Visitor) -> None:
    """A reply in the other language turns the page too."""
    await ana.opens()
    await ana.writes("po")
    ana.udha.say(ana.session, Reply("All right, let us speak English.", "info", "en"))
    await ana.gets(2)
    await expect(ana.page.locator("html")).to_have_attribute("lang", "en")
    await expect(ana.page.locator("[data-language][aria-current]")).to_have_text("English")
    await expect(ana.page.get_by_role("link", name="In danger? Call 112")).to_be_visible()


async def test_the_language_by_address(ana: Visitor) -> None:
    """?lang=en opens the page and the chat in English."""
    await ana.opens("?lang=en")
    await expect(ana.replies).to_contain_text("Hello!")
    assert ana.udha.messages[0].language == "en"


async def test_the_server_goes_and_comes_back(ana: Visitor) -> None:
    """The page says that it is cut off, comes back by itself, and fetches once what waited."""
    await ana.opens()
    await ana.udha.stop()
    await expect(ana.page.get_by_role("status")).to_have_text(
        "Lidhja u ndërpre. Po provoj përsëri…"
    )
    await ana.page.locator("#text").fill("a jeni aty")
    await ana.page.keyboard.press("Enter")
    await expect(ana.own).to_contain_text("Po dërgohet…")
    await ana.udha.start()
    waiting = Reply("Po, jemi këtu.", "staff", "sq")
    ana.udha.say(ana.session, waiting)
    await expect(ana.own).to_contain_text("U dërgua")
    await expect(ana.page.get_by_role("status")).to_be_empty()
    await expect(ana.replies).to_have_count(3)
    await expect(ana.page.get_by_text("Po, jemi këtu.")).to_have_count(1)
    assert [message.text for message in ana.udha.messages] == ["", "a jeni aty"]
    ana.mistakes.clear()  # The browser complains about the server that was away.


async def test_a_reply_comes_twice(ana: Visitor) -> None:
    """A reply that the server sends again is shown once."""
    await ana.opens()
    ana.udha.say(ana.session, Reply("Një herë.", "staff", "sq"))
    await ana.gets(1)
    ana.udha.again(ana.session, Reply("Një herë.", "staff", "sq"))
    await ana.writes("po")
    await expect(ana.page.get_by_text("Një herë.")).to_have_count(1)
    assert ana.udha.waiting == 0


async def test_tomorrow(ana: Visitor) -> None:
    """What a person of the team writes while the tab is closed is there when the page is opened."""
    await ana.opens()
    await ana.writes("A mund të flas me dikë")
    await ana.page.close()
    ana.udha.say(ana.session, Reply("Mirëmëngjes!", "staff", "sq"))
    ana.page = await ana.context.new_page()
    await ana.opens()
    await expect(ana.own).to_have_count(1)
    await expect(ana.replies.nth(2)).to_contain_text("Mirëmëngjes!")


async def test_two_tabs_show_one_chat(ana: Visitor) -> None:
    """What is said in one tab stands in the other too, once."""
    await ana.opens()
    other = await ana.context.new_page()
    await other.goto(ana.udha.url)
    await ana.writes("a më sheh")
    await expect(other.locator(".bubble.me")).to_have_count(1)
    await expect(other.locator(".bubble.udha")).to_have_count(2)
    await expect(ana.replies).to_have_count(2)


async def test_the_store_is_away(ana: Visitor) -> None:
    """A message that was not kept says so and can be sent again by one press."""
    await ana.opens()
    ana.udha.store_away = True
    await ana.page.locator("#text").fill("90?")
    await ana.page.keyboard.press("Enter")
    await expect(ana.own).to_contain_text("Mesazhin nuk munda ta ruaj.")
    ana.udha.store_away = False
    await ana.own.get_by_role("button", name="Provo përsëri").click()
    await ana.gets(1)
    await expect(ana.own).to_contain_text("U dërgua")


async def test_leaving_at_once(ana: Visitor) -> None:
    """The button leads away at once; nothing stays here, and "back" does not lead here."""
    await ana.context.route(NEUTRAL, lambda route: route.fulfill(body="search"))
    await ana.page.goto("about:blank")
    await ana.opens()
    await ana.writes("90?")
    other = await ana.context.new_page()
    await other.goto(ana.udha.url)
    await ana.page.get_by_role("link", name="Dil").click()
    await ana.page.wait_for_url(NEUTRAL)
    await other.wait_for_url(NEUTRAL)
    await ana.page.go_back()
    assert ana.page.url == "about:blank"
    await ana.page.goto(f"{ana.udha.url}/healthz")
    assert await ana.page.evaluate("localStorage.length + sessionStorage.length") == 0
    ana.mistakes.clear()  # This small server has no /healthz, and the browser says so.


async def test_leaving_by_escape(ana: Visitor) -> None:
    """Escape pressed three times leaves; twice does not."""
    await ana.context.route(NEUTRAL, lambda route: route.fulfill(body="search"))
    await ana.opens()
    await ana.page.keyboard.press("Escape")
    await ana.page.keyboard.press("Escape")
    await ana.writes("po")
    await ana.page.keyboard.press("Escape")
    await ana.page.wait_for_url(NEUTRAL)


async def test_the_page_is_empty_before_the_other_is_there(ana: Visitor) -> None:
    """Even where the other page never comes, this one shows nothing any more."""
    await ana.context.route(NEUTRAL, lambda route: route.fulfill(status=204))
    await ana.opens()
    await ana.page.get_by_role("link", name="Dil").click(no_wait_after=True)
    await ana.page.locator("html.left").wait_for()
    assert await ana.page.evaluate("document.body.textContent + document.title") == "…"
    assert await ana.page.evaluate("localStorage.length") == 0


async def test_after_deletion_another_chat(ana: Visitor) -> None:
    """When the data are deleted the page forgets too: the chat goes on under another session."""
    await ana.opens()
    await ana.replies.get_by_role("button", name="Fol me një person").click()
    await (await ana.gets(1)).get_by_role("button", name="Fshiji të gjitha").click()
    await (await ana.gets(2)).get_by_role("button", name="Po, fshiji").click()
    await expect(ana.page.get_by_text("U fshi gjithçka")).to_be_visible()
    await expect(ana.replies).to_have_count(1)
    before = ana.session
    await ana.writes("po")
    assert ana.session != before
    assert ana.udha.waiting == 0
    assert "U fshi" not in str(await ana.page.evaluate("JSON.stringify(localStorage)"))


async def test_words_never_become_markup(ana: Visitor) -> None:
    """Whatever is written, on either side, is shown as it was written."""
    nasty = '<img src=x onerror="document.title=1"><script>document.title=2</script>&amp;'
    await ana.opens()
    reply = await ana.writes(nasty)
    for bubble in (reply, ana.own):
        assert (await bubble.locator(".words").inner_text()).strip() == nasty
    ana.udha.say(
        ana.session, Reply("javascript:alert(1) http://x.al https://a.al/<b>", "info", "sq")
    )
    links = (await ana.gets(2)).get_by_role("link")
    assert [await link.get_attribute("href") for link in await links.all()] == ["https://a.al/"]
    assert await ana.page.title() == "Udha"


async def test_what_becomes_a_link(ana: Visitor) -> None:
    """Web addresses and known numbers are links; amounts, dates and rules of days are not."""
    await ana.opens()
    ana.udha.say(
        ana.session,
        Reply(
            "Telefono 112. Ose 116 006, +355 33 224 078, +32 2 640 14 22; jo 112 euro, 112 €, "
            "112/180, 1.112, 101 ditë, 2024-11-12, 1129. Lexo travel-europe.europa.eu/ees, p.sh. "
            "te https://e-justice.europa.eu/home?a=1. Shkruaj te info@iom.int.",
            "info",
            "sq",
        ),
    )
    links = await (await ana.gets(1)).get_by_role("link").all()
    assert [await link.get_attribute("href") for link in links] == [
        "tel:112",
        "tel:116006",
        "tel:+35533224078",
        "tel:+3226401422",
        "https://travel-europe.europa.eu/ees",
        "https://e-justice.europa.eu/home?a=1",
    ]


async def test_a_command_is_pressed(ana: Visitor) -> None:
    """A command in a reply is a button that says it; a slash between words is none."""
    await ana.opens()
    ana.udha.say(ana.session, Reply("Shiko: /mydata\n/help – ndihma, po/jo, 24/7", "info", "sq"))
    reply = await ana.gets(1)
    assert await reply.get_by_role("button").all_text_contents() == ["/mydata", "/help"]
    await reply.get_by_role("button", name="/mydata").click()
    await expect(ana.own).to_contain_text("/mydata")
    await ana.gets(2)
    assert ana.udha.messages[-1].text == "/mydata"


async def test_an_address_for_the_eye(ana: Visitor) -> None:
    """Letters that an address holds in code are shown as letters; anything else stays in code."""
    await ana.opens()
    text = "https://a.al/t%C3%AB-k%C3%ABmbimit%2Fx%E2%80%AEy%FF"
    ana.udha.say(ana.session, Reply(text, "staff", "sq"))
    link = (await ana.gets(1)).get_by_role("link")
    await expect(link).to_have_text("a.al/të-këmbimit%2Fx%E2%80%AEy%FF")
    await expect(link).to_have_attribute("href", text)


async def test_suggestions_carry_their_numbers(ana: Visitor) -> None:
    """The buttons of a suggestion have the numbers of the questions in the text."""
    await ana.opens()
    suggestion = await ana.writes("etias?")
    await expect(suggestion.get_by_role("button", name="2. ETIAS")).to_be_visible()


async def test_udha_does_not_pretend_to_write(ana: Visitor) -> None:
    """While a person of the team has the chat, nothing says that Udha is writing."""
    await ana.opens()
    ana.udha.answers = False
    back = (Button("Kthehu te asistenti", "bot"),)
    ana.udha.say(ana.session, Reply("Ku je?", "staff", "sq", back))
    await ana.gets(1)
    await ana.page.locator("#text").fill("në Gent")
    await ana.page.keyboard.press("Enter")
    await expect(ana.own).to_contain_text("U dërgua")
    await expect(ana.page.locator("#writing")).to_be_hidden()
    await ana.replies.get_by_role("button", name="Kthehu te asistenti").click()
    await expect(ana.page.locator("#writing")).to_be_visible()


async def test_a_long_answer_is_read_from_its_beginning(ana: Visitor) -> None:
    """A reply taller than the screen is shown from its first line; a short one whole."""
    await ana.opens()
    long = await ana.writes("\n".join(f"rreshti {number}" for number in range(60)))
    box = await long.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 200
    short = await ana.writes("po")
    await expect(short.locator(".words")).to_be_in_viewport(ratio=1)


async def test_a_long_answer_over_an_open_keyboard(browser: Browser, udha: TryOut) -> None:
    """Also where the keyboard leaves little room; a phone's keyboard goes, to show more of it."""
    phone = {"has_touch": True, "is_mobile": True}
    ana = await visitor_of(browser, udha, viewport={"width": 360, "height": 340}, **phone)
    await ana.opens()
    urgent = await ana.writes("ma morën pasaportën")
    await expect(urgent.get_by_role("link", name="112")).to_be_in_viewport(ratio=1)
    await expect(ana.page.locator("#text")).not_to_be_focused()
    await ana.writes("po")
    await expect(ana.page.locator("#text")).to_be_focused()
    await ana.context.close()


async def test_reading_old_messages_is_not_disturbed(ana: Visitor) -> None:
    """A reply that comes while somebody reads further up is announced, not jumped to."""
    await ana.opens()
    await ana.writes("\n".join(f"rreshti {number}" for number in range(60)))
    await ana.page.locator(".intro").scroll_into_view_if_needed()
    ana.udha.say(ana.session, Reply("Jam këtu.", "staff", "sq"))
    newer = ana.page.get_by_role("button", name="Mesazh i ri")
    await newer.click()
    await expect(ana.page.get_by_text("Jam këtu.")).to_be_in_viewport()
    await expect(newer).to_be_hidden()


async def test_without_storage(browser: Browser, udha: TryOut) -> None:
    """In a browser that refuses storage the chat works all the same."""
    ana = await visitor_of(browser, udha)
    await ana.context.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('refused'); }});"
    )
    await ana.opens()
    await ana.writes("90?")
    assert ana.mistakes == []
    await ana.context.close()
