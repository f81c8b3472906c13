"""Somebody in front of the console's door, with a browser of their own."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from argon2 import PasswordHasher

from bot.app import Udha
from bot.console.guard import FIELD
from bot.store import accounts
from bot.store.accounts import Role
from bot.store.transaction import Transaction
from knowledge_base.model import Language
from tests.fakes.console_people import Page, browser, page_of

PASSWORD = "dritare gur liqen"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Tests wait for no hash."""


class Visitor:
    """Fills in the forms of the pages that they see, as a browser does."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self.http = http
        self._csrf = ""

    async def opens(self, path: str, **headers: str) -> Page:
        """GET, redirects followed. path: such as "/" for /console/."""
        async with self.http.get(f"/console{path}", headers=headers) as response:
            return self._seen(await page_of(response))

    async def sends(self, path: str, headers: dict[str, str] | None = None, **fields: str) -> Page:
        """POST a form of the page that they saw last, redirects followed."""
        form = {FIELD: self._csrf, **fields}
        async with self.http.post(f"/console{path}", data=form, headers=headers) as response:
            return self._seen(await page_of(response))

    async def signs_in(self, name: str = "Ana", password: str = PASSWORD, to: str = "") -> Page:
        return await self.sends("/sign-in", name=name, password=password, to=to)

    async def is_in(self) -> bool:
        return (await self.opens("/")).url == "/console/"

    def cookies(self) -> dict[str, str]:
        """What the browser would send with the next request."""
        return {
            morsel.key: morsel.value
            for morsel in self.http.cookie_jar
            if morsel["path"] == "/console/"
        }

    def _seen(self, page: Page) -> Page:
        found = re.search(rf'name="{FIELD}" value="([^"]+)"', page.html)
        self._csrf = found[1] if found else self._csrf
        return page


@asynccontextmanager
async def visitor(udha: Udha) -> AsyncIterator[Visitor]:
    """Somebody whom nobody knows yet."""
    async with browser(udha) as http:
        yield Visitor(http)


async def has_account(
    udha: Udha,
    name: str = "Ana",
    password: str = PASSWORD,
    role: Role = "staff",
    language: Language = "en",
) -> int:
    """Somebody of staff has a password; returns the account's number. Hashes are quick from now
    on."""
    udha.console.desk.passwords.hasher = QUICK
    hashed = await udha.console.desk.passwords.hashed(password)

    def add(tx: Transaction) -> int:
        number = accounts.add(tx, name, role, language)
        accounts.change(tx, number, password=hashed)
        return number

    return await udha.parts.store.write(add)
