"""A caseworker's day in a real browser, with a person at another one."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, expect

from bot.app import Udha
from tests.browser.caseworkers import Caseworker, caseworker, person_of, visitor_of_console
from tests.browser.conftest import Person
from tests.fakes.console_cases import asks, in_danger
from tests.fakes.console_door import has_account
from tests.fakes.scripted_knowledge import ScriptedKnowledge
from tests.fakes.staff_world import GROUP
from tests.fakes.store_world import MovedClock
from tests.fakes.telegram_server import TelegramServer
from tests.fakes.telegram_world import PacedTime, telegram_world

NEED = "ANSWER sa ditë mund të rri te motra?"
STAYED = "window.stayed = true"
"""Said to a page; one that is loaded again has forgotten it."""
TWO_SECONDS = 2_000


async def asks_for_a_person(person: Person, question: str = NEED) -> None:
    """The bot answers, and they want to talk to somebody."""
    await person.opens()
    await person.writes(question)
    count = await person.replies.count()
    await person.replies.first.get_by_role("button", name="Fol me një person").click()
    await person.gets(count)


def reply_box(who: Caseworker) -> Locator:
    return who.page.get_by_role("textbox", name=re.compile("Your words to the person"))


@pytest.mark.usefixtures("engine")
async def test_from_the_question_to_not_yet(
    browser: Browser, program: Udha, clock: MovedClock
) -> None:
    """Claim, insert an entry, reply, see it delivered, close; "not yet" brings the case back."""
    person = await person_of(browser, program)
    await has_account(program, "Ana")
    ana = await visitor_of_console(browser, program)
    await ana.signs_in()
    await asks_for_a_person(person)
    await ana.queue.get_by_role("link").click()
    await ana.button("Claim").click()
    await expect(ana.page.get_by_text("You have this case.")).to_be_visible()

    offer = ana.page.locator("#offers")
    await offer.locator("summary").first.click()
    await offer.get_by_role("link", name="Insert into the answer").first.click()
    await expect(reply_box(ana)).to_have_value(re.compile("90 ditë"))
    await reply_box(ana).press_sequentially("Përshëndetje, Ana.")
    await ana.button("Send").click()
    await expect(person.replies.last).to_contain_text("Përshëndetje, Ana.")
    await expect(ana.talk.get_by_text("delivered")).to_be_visible()
    await expect(reply_box(ana)).to_have_value("")

    await ana.page.locator("summary", has_text="Close").click()
    await ana.page.get_by_label("answered", exact=True).check()
    await ana.button("Close it").click()
    await expect(ana.page.get_by_role("status").get_by_text("The case is closed.")).to_be_visible()
    await asks(program.parts.store, "who came in between", "ben")

    await ana.page.get_by_role("link", name="To the cases").click()
    await expect(ana.queue).to_have_count(1)
    clock.move(hours=1)
    await person.replies.last.get_by_role("button", name="Ende jo").click()
    await expect(ana.queue.first).to_contain_text("the person says it is not over")
    await expect(ana.queue).to_have_count(2)
    await ana.leaves()
    await person.context.close()


async def test_an_urgent_case_appears(browser: Browser, program: Udha) -> None:
    """Somebody in danger is on top of the queue, and called out, without the page being loaded
    again; whoever claims them ends the call."""
    await asks(program.parts.store, "who waited before", "ben")
    ana = await caseworker(browser, program)
    await ana.opens()
    await ana.page.evaluate(STAYED)
    person = await person_of(browser, program)
    await person.opens()
    await person.writes("DANGER he does not let me out")
    call = ana.page.get_by_role("alert").filter(has_text="Urgent, and nobody has taken them yet")
    await expect(call.get_by_role("link")).to_have_count(1)
    await expect(ana.queue.first).to_contain_text("URGENT: violence")
    await expect(ana.page.get_by_role("link", name="Urgent 1")).to_be_visible()
    await expect(ana.page).to_have_title(re.compile(r"^\(2\) "))
    assert await ana.page.evaluate("window.stayed")
    await ana.queue.first.get_by_role("link").click()
    await expect(ana.talk).to_contain_text("he does not let me out")
    await ana.button("Claim").click()
    await expect(call).to_have_count(0)
    await expect(person.replies).to_have_count(2)
    await ana.leaves()
    await person.context.close()


async def test_two_colleagues(browser: Browser, program: Udha) -> None:
    """Another browser sees at once who has the case and who is answering; a second reply asks."""
    await asks(program.parts.store, "two would answer this")
    ana = await caseworker(browser, program, "Ana")
    besa = await caseworker(browser, program, "Besa")
    for one in (ana, besa):
        await one.opens("/case/1")
    await besa.page.evaluate(STAYED)
    await reply_box(besa).fill("I begin to wr")
    await ana.button("Claim").click()
    await expect(besa.page.get_by_text("Ana has this case.", exact=True)).to_be_visible()
    await reply_box(ana).press_sequentially("Po.")
    await expect(besa.page.get_by_role("status").get_by_text("Ana is answering")).to_be_visible()
    await expect(reply_box(besa)).to_have_value("I begin to wr")
    await besa.button("Send").click()
    await expect(besa.page.get_by_role("alert").get_by_text("Ana has this case.")).to_be_visible()
    await expect(besa.button("Send it anyway")).to_be_visible()
    assert await besa.page.evaluate("window.stayed")
    await expect(reply_box(besa)).to_have_value("I begin to wr")
    for one in (ana, besa):
        await one.leaves()


async def test_words_never_become_markup(browser: Browser, program: Udha) -> None:
    """A script in a question is shown as it was written and does nothing, in queue and case."""
    nasty = '<img src=x onerror="document.title=1"><script>document.title=2</script>&amp;{{ 7*7 }}'
    await asks(program.parts.store, nasty)
    ana = await caseworker(browser, program)
    await ana.opens()
    await expect(ana.queue).to_contain_text(nasty)
    await ana.queue.get_by_role("link").click()
    await expect(ana.talk).to_contain_text(nasty)
    await reply_box(ana).fill(nasty)
    await expect(ana.page.locator("#preview .words")).to_have_text(nasty)
    await ana.button("Send").click()
    await expect(ana.talk.get_by_text(nasty)).to_have_count(2)
    assert await ana.page.locator("main img, main script").count() == 0
    assert not re.search("[12]$", await ana.page.title())
    await ana.leaves()


async def test_a_very_long_message(browser: Browser, program: Udha) -> None:
    """Of 10,000 characters the page shows the beginning, and all of them for who asks."""
    words = " ".join(f"fjala{number:04}" for number in range(1000))[:9_995] + " fund"
    await asks(program.parts.store, words)
    ana = await caseworker(browser, program, viewport={"width": 360, "height": 740})
    await ana.opens("/case/1")
    await expect(ana.talk).to_contain_text("fjala0000")
    await expect(ana.talk.get_by_text(re.compile("fund$"))).to_be_hidden()
    await ana.talk.get_by_text("Show the whole text (10000 characters)").click()
    await expect(ana.talk.get_by_text(re.compile("fund$"))).to_be_visible()
    assert await ana.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await ana.leaves()


async def test_a_forged_form(browser: Browser, program: Udha) -> None:
    """A form that does not carry the session's own token does nothing, and the page says so."""
    await asks(program.parts.store, "nobody may claim this by a trick")
    ana = await caseworker(browser, program)
    await ana.opens("/case/1")
    await ana.page.evaluate(
        """() => {
          const form = document.getElementById("do_claim").form;
          form.elements.csrf.value = "x";
          form.submit();
        }"""
    )
    await expect(ana.page.get_by_role("heading", name="This was not done")).to_be_visible()
    found = await program.parts.store.ticket(1)
    assert found is not None
    assert found.claimed_by == ""
    await ana.context.close()


async def test_a_strangers_ticket(browser: Browser, program: Udha) -> None:
    """A case that there is not says so; who is not signed in sees no case, and learns of none."""
    await asks(program.parts.store, "for the team only")
    ana = await caseworker(browser, program)
    await ana.opens("/case/99")
    await expect(ana.page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    stranger = await visitor_of_console(browser, program)
    for case in (1, 99):
        await stranger.opens(f"/case/{case}")
        await expect(stranger.page.get_by_role("heading", level=1)).to_have_text("Hyr")
        await expect(stranger.page.get_by_text("for the team only")).to_have_count(0)
    await ana.context.close()
    await stranger.leaves()


async def test_a_revoked_session(browser: Browser, program: Udha) -> None:
    """A session that is ended at another browser says so at once, and loses nothing written."""
    await asks(program.parts.store, "who is reading this?")
    await has_account(program, "Ana")
    lost, safe = [await visitor_of_console(browser, program) for _ in range(2)]
    await lost.signs_in()
    await lost.opens("/case/1")
    await reply_box(lost).fill("half a sen")
    await safe.signs_in()
    await safe.opens("/account")
    await safe.button("End all others").click()
    over = lost.page.get_by_role("alert").filter(has_text="You are signed out")
    await expect(over.get_by_role("link", name="Sign in again")).to_be_visible()
    await expect(reply_box(lost)).to_have_value("half a sen")
    await in_danger(program.parts.store, "nothing of this is told any more", "ben")
    await safe.opens()
    await expect(safe.page.get_by_role("alert").get_by_role("link")).to_have_count(1)
    await expect(lost.page.get_by_text("Urgent, and nobody has taken them")).to_have_count(0)
    await lost.context.close()
    await safe.leaves()


async def test_group_and_console(
    browser: Browser, tmp_path: Path, scripted: ScriptedKnowledge
) -> None:
    """What is done in the staff group the console shows within two seconds, and the other way."""
    time = PacedTime()
    async with TelegramServer(now=time, monotonic=time.monotonic) as group:
        group.has_staff_group(GROUP)
        async with telegram_world(
            tmp_path, scripted, group, time, telegram_staff_chat=str(GROUP)
        ) as world:
            await _both_doors(browser, world.udha, group)


async def _both_doors(browser: Browser, udha: Udha, group: TelegramServer) -> None:
    ana = await caseworker(browser, udha)
    await ana.opens()
    await asks(udha.parts.store, "one case, two doors")
    await expect(ana.queue).to_have_count(1, timeout=TWO_SECONDS)
    await group.until(lambda: bool(group.topics))
    thread = group.topics[0].thread
    first = (await group.has(GROUP, 2, thread))[1]

    await group.staff_presses("Mira", first.id, "staff:claim")
    await expect(ana.queue).to_contain_text("Mira", timeout=TWO_SECONDS)
    await ana.queue.get_by_role("link").click()
    await group.staff_writes(thread, "Mira", "From the group.")
    await expect(ana.talk).to_contain_text("From the group.", timeout=TWO_SECONDS)

    def seen(words: str) -> bool:
        return any(words in one.text for one in group.shown(GROUP, thread))

    await ana.page.get_by_label("The person does not see it").fill("From the console.")
    await ana.button("Save the note").click()
    await group.until(lambda: seen("From the console."), within=2)
    await ana.button("Take over from Mira").click()
    await ana.button("Yes, I take it").click()
    await group.until(lambda: seen("Ana"), within=2)
    await ana.leaves()
