"""What a link opens that was made for somebody: they choose a password, and are in."""

import secrets

from aiohttp import web

from bot.console.desk import Desk
from bot.console.guard import Guard
from bot.console.password_rules import LONGEST, SHORTEST, WhyNot, why_not
from bot.console.sign_in import FIRST
from bot.store import accounts, entering, sessions
from bot.store.accounts import Member
from knowledge_base.model import Language


class LinkPage:
    """Looking at the link uses nothing up: apps that people send links with look at them too."""

    def __init__(self, desk: Desk, guard: Guard) -> None:
        self._desk = desk
        self._guard = guard

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/link/{link}", self._page),
            web.post("/link/{link}", self._choose),
        ]

    async def _page(self, request: web.Request) -> web.Response:
        member = await self._member(request)
        return self._over() if member is None else self._show(member)

    async def _choose(self, request: web.Request) -> web.Response:
        member = await self._member(request)
        if member is None:
            return self._over()
        password = str((await request.post()).get("password", ""))
        if problem := why_not(password, member.name):
            return self._show(member, problem)
        link, token = request.match_info["link"], secrets.token_urlsafe(32)
        before = request.cookies.get(self._guard.cookie, "")
        hashed = await self._desk.passwords.hashed(password)
        chosen = await self._desk.store.act(
            lambda tx: entering.choose_password(tx, link, hashed, token)
        )
        if chosen is None:
            return self._over()
        await self._desk.store.write(lambda tx: sessions.end_of(tx, before))
        response = web.HTTPSeeOther(FIRST)
        self._guard.sign_in(response, token)
        raise response

    async def _member(self, request: web.Request) -> Member | None:
        link = request.match_info["link"]
        return await self._desk.store.read(lambda tx: accounts.find_link(tx, "password", link))

    def _show(self, member: Member, problem: WhyNot | None = None) -> web.Response:
        return self._desk.pages.page(
            "link.html",
            member.language,
            status=200 if problem is None else 400,
            me=None,
            member=member,
            problem=problem,
            shortest=SHORTEST,
            longest=LONGEST,
        )

    def _over(self) -> web.Response:
        language: Language = "sq"
        return self._desk.pages.page("problem.html", language, status=410, me=None, why="410")
