"""Who of staff did what, and when? For admins."""

from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web

from bot.console.desk import Desk, Me, me_of
from bot.console.guard import allows
from bot.store import accounts, audit
from bot.store.audit import Deed

A_PAGE = 50
LARGEST = 2**31 - 1
"""What a database can count."""
WHAT = "console_audit_what_"


@dataclass(frozen=True)
class Row:
    """One deed, as the page shows it."""

    deed: Deed
    word: str
    """Which text says what was done; "other" for what has none."""


@dataclass(frozen=True)
class Asked:
    """Which deeds somebody wants to see."""

    by: str
    case: str
    ticket: int | None
    """None: of all cases, or what was typed is no number."""
    before: int | None

    @property
    def is_nonsense(self) -> bool:
        return bool(self.case) and self.ticket is None


class AuditPage:
    """The newest deeds first. There is never a word in it of a person who asked."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/audit", allows("admin", self._page))]

    async def _page(self, request: web.Request) -> web.Response:
        me, asked = me_of(request), _asked(request)
        members, deeds = await self._desk.store.read(
            lambda tx: (
                accounts.members(tx),
                audit.read(tx, A_PAGE + 1, asked.before, by=asked.by or None, ticket=asked.ticket),
            )
        )
        if asked.is_nonsense:
            deeds = []
        return self._show(me, asked, [one.name for one in members], deeds)

    def _show(self, me: Me, asked: Asked, names: list[str], deeds: list[Deed]) -> web.Response:
        shown = deeds[:A_PAGE]
        older = ""
        if len(deeds) > A_PAGE:
            older = "?" + urlencode({"by": asked.by, "case": asked.case, "before": shown[-1].id})
        return self._desk.pages.page(
            "audit.html",
            me.language,
            me=me,
            place="audit",
            asked=asked,
            names=names,
            rows=[self._row(one) for one in shown],
            older=older,
        )

    def _row(self, deed: Deed) -> Row:
        known = f"{WHAT}{deed.what}" in self._desk.texts
        return Row(deed, deed.what if known else "other")


def _asked(request: web.Request) -> Asked:
    query = request.query
    case = query.get("case", "").strip()
    return Asked(query.get("by", ""), case, _number(case), _number(query.get("before", "")))


def _number(text: str) -> int | None:
    fits = text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST))
    return int(text) if fits and int(text) <= LARGEST else None
