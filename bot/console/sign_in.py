"""Signing in and out."""

import secrets

from aiohttp import web

from bot.console.desk import Desk, Me, me_of
from bot.console.guard import Guard
from bot.console.passwords import Passwords
from bot.store import accounts, audit, sessions
from bot.store.accounts import Member
from knowledge_base.model import LANGUAGES, Language


class SignIn:
    """The door of the console."""

    def __init__(self, desk: Desk, guard: Guard, passwords: Passwords) -> None:
        self._desk = desk
        self._guard = guard
        self._passwords = passwords

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/sign-in", self._page),
            web.post("/sign-in", self._sign_in),
            web.post("/sign-out", self._sign_out),
        ]

    async def _page(self, request: web.Request) -> web.Response:
        return self._show(_language(request))

    async def _sign_in(self, request: web.Request) -> web.Response:
        form = await request.post()
        name, password = str(form.get("name", "")), str(form.get("password", ""))
        found = await self._desk.store.read(lambda tx: accounts.account(tx, name))
        right = await self._passwords.is_right(found.password if found else None, password)
        if found is None or not right or found.member.disabled_at is not None:
            return self._show(_language(request), wrong=True)
        return await self._enter(found.member)

    async def _enter(self, member: Member) -> web.Response:
        token = secrets.token_urlsafe(32)

        await self._desk.store.write(lambda tx: sessions.begin(tx, member.id, token))
        await self._desk.store.write(lambda tx: audit.note(tx, "signed_in", member.name))
        response = web.HTTPSeeOther("/console/")
        response.set_cookie(
            self._guard.cookie,
            token,
            path="/console/",
            httponly=True,
            samesite="Strict",
            secure=self._desk.secure,
        )
        raise response

    async def _sign_out(self, request: web.Request) -> web.Response:
        me: Me = me_of(request)
        await self._desk.store.write(lambda tx: sessions.end(tx, me.id, me.session))
        response = web.HTTPSeeOther("/console/sign-in")
        response.del_cookie(self._guard.cookie, path="/console/")
        raise response

    def _show(self, language: Language, *, wrong: bool = False) -> web.Response:
        return self._desk.pages.page("sign_in.html", language, me=None, wrong=wrong)


def _language(request: web.Request) -> Language:
    asked = request.query.get("lang")
    return next((one for one in LANGUAGES if one == asked), "sq")
