"""My own account: language, password, sessions, and who I am in the Telegram group."""

from aiohttp import web

from bot.console.desk import Desk, Me, me_of
from bot.console.password_rules import LONGEST, SHORTEST, why_not
from bot.store import accounts, audit, entering, sessions, ties
from bot.store.accounts import Account
from bot.store.transaction import Transaction
from knowledge_base.model import LANGUAGES

PAGE = "/console/account"
SAID = ("language", "password", "session", "sessions", "untied")
"""What the page can say was done."""


class AccountPage:
    """What somebody can do about their own account."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/account", self._page),
            web.post("/account/language", self._language),
            web.post("/account/password", self._password),
            web.post("/account/sessions/{session:\\d{1,9}}/end", self._end),
            web.post("/account/sessions/end-others", self._end_others),
            web.post("/account/telegram", self._offer_code),
            web.post("/account/telegram/untie", self._untie),
        ]

    async def _page(self, request: web.Request) -> web.Response:
        return await self._show(me_of(request), said=request.query.get("said"))

    async def _language(self, request: web.Request) -> web.Response:
        me, asked = me_of(request), (await request.post()).get("language")
        language = next((one for one in LANGUAGES if one == asked), me.language)
        await self._desk.store.write(lambda tx: accounts.change(tx, me.id, language=language))
        raise _done("language")

    async def _password(self, request: web.Request) -> web.Response:
        me, form = me_of(request), await request.post()
        old, new = str(form.get("old", "")), str(form.get("new", ""))
        account = await self._desk.store.read(lambda tx: accounts.account_of(tx, me.id))
        if account is None or not await self._is_own(account, old):
            return await self._show(me, problem="old")
        if problem := why_not(new, me.name):
            return await self._show(me, problem=problem)
        hashed = await self._desk.passwords.hashed(new)
        changed = await self._desk.store.act(
            lambda tx: entering.change_password(tx, account, hashed, me.session, me.name)
        )
        if not changed:
            return await self._show(me, problem="old")
        raise _done("password")

    async def _is_own(self, account: Account, password: str) -> bool:
        """Wrong ones count as at the door: whoever found this page open cannot go on guessing."""
        kept = None if account.is_closed(self._desk.clock()) else account.password
        right = await self._desk.passwords.is_right(kept, password)
        if not right:
            await self._desk.store.write(lambda tx: entering.refuse(tx, account))
        return right

    async def _end(self, request: web.Request) -> web.Response:
        me, session = me_of(request), int(request.match_info["session"])
        await self._desk.store.act(lambda tx: sessions.end(tx, me.id, session))
        raise _done("session")

    async def _end_others(self, request: web.Request) -> web.Response:
        me = me_of(request)
        await self._desk.store.act(lambda tx: sessions.end_all(tx, me.id, but=me.session))
        raise _done("sessions")

    async def _offer_code(self, request: web.Request) -> web.Response:
        me, code = me_of(request), ties.new_code()
        await self._desk.store.write(lambda tx: ties.offer_code(tx, me.id, code))
        return await self._show(me, code=code)

    async def _untie(self, request: web.Request) -> web.Response:
        me = me_of(request)

        def untie(tx: Transaction) -> None:
            ties.untie(tx, me.id)
            audit.note(tx, "untied", me.name)

        await self._desk.store.act(untie)
        raise _done("untied")

    async def _show(
        self,
        me: Me,
        *,
        said: str | None = None,
        problem: str | None = None,
        code: str | None = None,
    ) -> web.Response:
        account, mine = await self._desk.store.read(
            lambda tx: (accounts.account_of(tx, me.id), sessions.of_member(tx, me.id))
        )
        return self._desk.pages.page(
            "account.html",
            me.language,
            status=400 if problem else 200,
            me=me,
            place="account",
            member=account.member if account else None,
            sessions=mine,
            said=said if said in SAID else None,
            problem=problem,
            code=code,
            minutes=int(ties.CODE_LASTS.total_seconds() // 60),
            has_group=bool(self._desk.settings.environment.telegram_staff_chat),
            shortest=SHORTEST,
            longest=LONGEST,
        )


def _done(what: str) -> web.HTTPSeeOther:
    return web.HTTPSeeOther(f"{PAGE}?said={what}")
