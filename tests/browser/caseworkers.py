"""Members of staff who have the console open in a real browser."""

import secrets
from dataclasses import dataclass

from playwright.async_api import Browser, BrowserContext, Locator, Page

from bot.app import Udha
from bot.console.guard import COOKIE
from bot.store import accounts, sessions
from bot.store.accounts import Role
from knowledge_base.model import Language
from tests.browser.conftest import Person, watched
from tests.fakes.console_door import PASSWORD

DESK = {"width": 1280, "height": 800}


@dataclass
class Caseworker:
    """Sees what is on the screen, and acts on nothing else."""

    udha: Udha
    name: str
    context: BrowserContext
    page: Page
    mistakes: list[str]
    """What the browser complained about."""

    async def opens(self, path: str = "/") -> None:
        """path: such as "/" for /console/."""
        await self.page.goto(f"{self.udha.server.url}/console{path}")

    async def signs_in(self) -> None:
        """By the form, with the password of `has_account`."""
        await self.opens("/sign-in?lang=en")
        await self.page.get_by_label("Name").fill(self.name)
        await self.page.get_by_label("Password").fill(PASSWORD)
        await self.page.get_by_role("button", name="Sign in").click()
        await self.page.get_by_role("heading", level=1).wait_for()

    async def leaves(self) -> None:
        """Closes the browser, which must have had nothing to complain about."""
        await self.context.close()
        assert not self.mistakes, self.mistakes

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    @property
    def queue(self) -> Locator:
        """The cases of the view that is open, from top to bottom."""
        return (
            self.page.locator("#cases").get_by_role("row").filter(has=self.page.get_by_role("cell"))
        )

    @property
    def talk(self) -> Locator:
        """The conversation of a case."""
        return self.page.locator("#talk")


async def visitor_of_console(
    browser: Browser, udha: Udha, name: str = "Ana", **options: object
) -> Caseworker:
    """Somebody of staff before a browser in which nobody is signed in."""
    return Caseworker(udha, name, *await watched(browser, **{"viewport": DESK, **options}))


async def caseworker(
    browser: Browser,
    udha: Udha,
    name: str = "Ana",
    role: Role = "staff",
    language: Language = "en",
    **options: object,
) -> Caseworker:
    """Somebody of staff with a new account, signed in."""
    number = await udha.parts.store.write(lambda tx: accounts.add(tx, name, role, language))
    return await signed_in(browser, udha, number, name, **options)


async def signed_in(
    browser: Browser, udha: Udha, number: int, name: str, **options: object
) -> Caseworker:
    """Somebody who has an account, at one more browser of theirs. number: of the account."""
    token = secrets.token_urlsafe(32)
    await udha.parts.store.write(lambda tx: sessions.begin(tx, number, token))
    found = await visitor_of_console(browser, udha, name, **options)
    here = f"{udha.server.url}/console/"
    await found.context.add_cookies([{"name": COOKIE, "value": token, "url": here}])
    return found


async def person_of(browser: Browser, udha: Udha, **options: object) -> Person:
    """Somebody with a phone, before the try-out page."""
    return Person(udha.server.url, *await watched(browser, **options))
