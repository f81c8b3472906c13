"""Signing in and out."""

import secrets

from aiohttp import web

from bot.console.desk import Desk, me_of
from bot.console.guard import Guard
from bot.console.tries import Tries, place_of
from bot.store import accounts, entering, sessions
from knowledge_base.model import LANGUAGES, Language

FIRST = "/console/"
NOWHERE = ("/console/sign-", "/console/link/", "/console/static/", "/console/live")
"""Where nobody wants to be after signing in."""


class SignIn:
    """The door of the console."""

    def __init__(self, desk: Desk, guard: Guard) -> None:
        self._desk = desk
        self._guard = guard
        self._tries = Tries()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/sign-in", self._page),
            web.post("/sign-in", self._sign_in),
            web.post("/sign-out", self._sign_out),
        ]

    async def _page(self, request: web.Request) -> web.Response:
        return self._show(request, request.query.get("to", ""))

    async def _sign_in(self, request: web.Request) -> web.Response:
        self._count(request)
        form = await request.post()
        to = str(form.get("to", ""))
        token = await self._let_in(str(form.get("name", "")), str(form.get("password", "")))
        if token is None:
            return self._show(request, to, wrong=True)
        before = request.cookies.get(self._guard.cookie, "")
        await self._desk.store.write(lambda tx: sessions.end_of(tx, before))
        response = web.HTTPSeeOther(own_path(to))
        self._guard.sign_in(response, token)
        raise response

    def _count(self, request: web.Request) -> None:
        proxy = bool(self._desk.settings.environment.public_url)
        place = place_of(request, behind_proxy=proxy)
        if not self._tries.allows(place, self._desk.clock()):
            raise web.HTTPTooManyRequests

    async def _let_in(self, name: str, password: str) -> str | None:
        """A new session's token; None: not with this name and password, or not now.

        Why, nobody is told, and it takes as long: who guesses learns neither names nor whether a
        password would have been right.
        """
        desk, now = self._desk, self._desk.clock()
        found = await desk.store.read(lambda tx: accounts.account(tx, name))
        usable = found is not None and not found.is_closed(now) and found.member.disabled_at is None
        kept = found.password if found is not None and usable else None
        if not await desk.passwords.is_right(kept, password) or found is None or kept is None:
            await desk.store.write(lambda tx: entering.refuse(tx, found))
            return None
        renewed = await desk.passwords.renewed(kept, password)
        token = secrets.token_urlsafe(32)
        entered = await desk.store.write(lambda tx: entering.enter(tx, found, token, renewed))
        return token if entered else None

    async def _sign_out(self, request: web.Request) -> web.Response:
        me = me_of(request)
        await self._desk.store.act(lambda tx: entering.leave(tx, me.id, me.session, me.name))
        response = web.HTTPSeeOther("/console/sign-in")
        response.del_cookie(self._guard.cookie, path="/console/")
        raise response

    def _show(self, request: web.Request, to: str, *, wrong: bool = False) -> web.Response:
        return self._desk.pages.page(
            "sign_in.html", language_of(request), me=None, wrong=wrong, to=own_path(to)
        )


def language_of(request: web.Request) -> Language:
    """Which language somebody has chosen who is not signed in."""
    asked = request.query.get("lang")
    return next((one for one in LANGUAGES if one == asked), "sq")


def own_path(to: str) -> str:
    """A page of the console that somebody wanted; for anything else, the first one."""
    fits = to.startswith(FIRST) and to.isprintable() and to.isascii() and "\\" not in to
    return to if fits and not to.startswith(NOWHERE) else FIRST
