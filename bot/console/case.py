"""One case: what was said and done in it, and what is new."""

from aiohttp import web

from bot.console.case_view import Box, CaseView, number_of
from bot.console.desk import Desk, me_of
from bot.console.picker import words_of


class CasePage:
    """Reading a case."""

    def __init__(self, desk: Desk, view: CaseView) -> None:
        self._desk = desk
        self._view = view

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(r"/case/{case:\d+}", self._page),
            web.get(r"/case/{case:\d+}/news", self._news),
            web.get(r"/case/{case:\d+}/writing", self._writing),
            web.get(r"/case/{case:\d+}/entries", self._entries),
        ]

    async def _page(self, request: web.Request) -> web.Response:
        found = await self._view.find(request)
        await self._view.opened(me_of(request), number_of(request))
        box = None
        if entry := request.query.get("insert"):
            # For a browser without scripts; others insert at the caret.
            words = words_of(self._desk.newest(), entry, found.ticket.language)
            box = Box(found.newest_line, text=words)
        return self._view.page(request, found, box=box)

    async def _news(self, request: web.Request) -> web.Response:
        return self._view.pieces(request, await self._view.find(request))

    async def _writing(self, request: web.Request) -> web.Response:
        found = await self._view.find(request)
        me = me_of(request)
        return self._desk.pages.page(
            "case_writing.html", me.language, found=found, case=found.ticket, oob=False
        )

    async def _entries(self, request: web.Request) -> web.Response:
        found, question = await self._view.find(request), request.query.get("q", "")
        if "HX-Request" not in request.headers:
            return self._view.page(
                request, found, question=question, offers=self._view.offers(found, question)
            )
        return self._desk.pages.page(
            "case_offers.html",
            me_of(request).language,
            case=found.ticket,
            offers=self._view.offers(found, question),
        )
