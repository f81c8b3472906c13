"""Who of staff has an account? For admins: add, invite, change, disable."""

import secrets
from collections.abc import Callable

from aiohttp import web

from bot.console.desk import Desk, Me, me_of
from bot.console.guard import allows
from bot.console.links import address_of_link, base_of
from bot.store import accounts, managing
from bot.store.accounts import ROLES, Role
from bot.store.errors import LastAdmin, NameTaken, NoSuchMember
from bot.store.transaction import Transaction
from knowledge_base.model import LANGUAGES, Language

PAGE = "/console/staff"
SAID = ("role", "disabled", "enabled", "sessions")
"""What the page can say was done."""

Change = Callable[[Transaction], None]


class StaffPage:
    """The accounts of all."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[web.RouteDef]:
        one = "/staff/{member:\\d{1,9}}"
        return [
            web.get("/staff", allows("admin", self._page)),
            web.post("/staff", allows("admin", self._add)),
            web.post(f"{one}/link", allows("admin", self._link)),
            web.post(f"{one}/role", allows("admin", self._role)),
            web.post(f"{one}/disable", allows("admin", self._disable)),
            web.post(f"{one}/enable", allows("admin", self._enable)),
            web.post(f"{one}/sessions", allows("admin", self._end_sessions)),
        ]

    async def _page(self, request: web.Request) -> web.Response:
        return await self._show(me_of(request), said=request.query.get("said"))

    async def _add(self, request: web.Request) -> web.Response:
        me, form = me_of(request), await request.post()
        name = " ".join(str(form.get("name", "")).split())
        role: Role = next((one for one in ROLES if one == form.get("role")), "staff")
        language: Language = next((one for one in LANGUAGES if one == form.get("language")), "sq")
        if not managing.is_name(name):
            return await self._show(me, problem="name")
        link = secrets.token_urlsafe(32)
        try:
            await self._desk.store.act(
                lambda tx: managing.add(tx, name, role, language, link=link, by=me.name)
            )
        except NameTaken:
            return await self._show(me, problem="taken")
        return await self._show(me, link_for=name, link=self._address(request, link))

    async def _link(self, request: web.Request) -> web.Response:
        me, number, link = me_of(request), _number(request), secrets.token_urlsafe(32)
        member = await self._desk.store.read(lambda tx: accounts.member(tx, number))
        if member is None or member.disabled_at is not None:
            raise web.HTTPNotFound
        await self._desk.store.act(lambda tx: managing.offer_link(tx, number, link, me.name))
        return await self._show(me, link_for=member.name, link=self._address(request, link))

    async def _role(self, request: web.Request) -> web.Response:
        me, number, asked = me_of(request), _number(request), (await request.post()).get("role")
        role = next((one for one in ROLES if one == asked), None)
        if role is None:
            raise web.HTTPNotFound
        return await self._do(me, lambda tx: managing.set_role(tx, number, role, me.name), "role")

    async def _disable(self, request: web.Request) -> web.Response:
        me, number = me_of(request), _number(request)
        return await self._do(me, lambda tx: managing.disable(tx, number, me.name), "disabled")

    async def _enable(self, request: web.Request) -> web.Response:
        me, number = me_of(request), _number(request)
        return await self._do(me, lambda tx: managing.enable(tx, number, me.name), "enabled")

    async def _end_sessions(self, request: web.Request) -> web.Response:
        me, number = me_of(request), _number(request)
        return await self._do(me, lambda tx: managing.end_sessions(tx, number, me.name), "sessions")

    async def _do(self, me: Me, change: Change, said: str) -> web.Response:
        try:
            await self._desk.store.act(change)
        except NoSuchMember:
            raise web.HTTPNotFound from None
        except LastAdmin:
            return await self._show(me, problem="last")
        raise web.HTTPSeeOther(f"{PAGE}?said={said}")

    def _address(self, request: web.Request, link: str) -> str:
        here = f"{request.scheme}://{request.host}"
        return address_of_link(base_of(self._desk.settings, here), link)

    async def _show(
        self,
        me: Me,
        *,
        said: str | None = None,
        problem: str | None = None,
        link_for: str = "",
        link: str = "",
    ) -> web.Response:
        found = await self._desk.store.read(accounts.members)
        return self._desk.pages.page(
            "staff.html",
            me.language,
            status=400 if problem else 200,
            me=me,
            place="staff",
            members=found,
            roles=ROLES,
            languages=LANGUAGES,
            longest_name=managing.LONGEST_NAME,
            said=said if said in SAID else None,
            problem=problem,
            link_for=link_for,
            link=link,
        )


def _number(request: web.Request) -> int:
    return int(request.match_info["member"])
