"""Members of staff with the console open, as a browser would show it to them."""

import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape

import aiohttp

from bot.app import Udha
from bot.console.guard import COOKIE, FIELD, Guard
from bot.store import accounts, sessions
from bot.store.accounts import Role
from knowledge_base.model import Language


@dataclass(frozen=True)
class Page:
    """What came back."""

    status: int
    html: str
    url: str
    """Where it is, after any redirect; a path."""
    headers: dict[str, str]

    @property
    def text(self) -> str:
        """What a reader sees, tags and runs of spaces taken out."""
        bare = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", self.html, flags=re.DOTALL)
        return " ".join(unescape(bare).split())


class Colleague:
    """Somebody of staff, signed in."""

    def __init__(self, name: str, id_: int, http: aiohttp.ClientSession, csrf: str) -> None:
        self.name = name
        self.id = id_
        self.http = http
        self.csrf = csrf

    async def opens(self, path: str) -> Page:
        """GET, redirects followed. path: such as "/" for /console/."""
        async with self.http.get(f"/console{path}") as response:
            return await page_of(response)

    async def sends(self, path: str, **fields: str) -> Page:
        """POST a form of theirs, redirects followed."""
        form = {FIELD: self.csrf, **fields}
        async with self.http.post(f"/console{path}", data=form) as response:
            return await page_of(response)


@asynccontextmanager
async def colleague(
    udha: Udha, name: str = "Ana", role: Role = "staff", language: Language = "en"
) -> AsyncIterator[Colleague]:
    """A member of staff with an account of their own, signed in at a browser of their own."""
    token = secrets.token_urlsafe(32)
    store = udha.parts.store
    number = await store.write(lambda tx: accounts.add(tx, name, role, language))
    await store.write(lambda tx: sessions.begin(tx, number, token))
    csrf = Guard(udha.console.desk).csrf(token)
    async with browser(udha) as http:
        http.cookie_jar.update_cookies({COOKIE: token})
        yield Colleague(name, number, http, csrf)


@asynccontextmanager
async def browser(udha: Udha) -> AsyncIterator[aiohttp.ClientSession]:
    """A browser in which nobody is signed in."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(udha.server.url, cookie_jar=jar) as http:
        yield http


async def page_of(response: aiohttp.ClientResponse) -> Page:
    """What a browser would show."""
    return Page(response.status, await response.text(), response.url.path, dict(response.headers))
