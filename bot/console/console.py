"""The console, put together: every page under /console/, behind one guard."""

from aiohttp import web

from bot.console.account import AccountPage
from bot.console.answering import Answering
from bot.console.audit_page import AuditPage
from bot.console.bulk import Bulk
from bot.console.case import CasePage
from bot.console.case_view import CaseView
from bot.console.deeds import Deeds
from bot.console.desk import Desk
from bot.console.figures import FiguresPage
from bot.console.files import CaseFiles
from bot.console.guard import Guard
from bot.console.link_page import LinkPage
from bot.console.live_page import LivePage
from bot.console.queue import Queue
from bot.console.referral import ReferralPages
from bot.console.search import Search
from bot.console.sign_in import SignIn
from bot.console.staff_page import StaffPage


class Console:
    """The staff's pages."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.live = desk.live
        self._search = Search(desk.store, desk.newest)

    def add_to(self, app: web.Application) -> None:
        """Add the console's routes."""
        guard = Guard(self.desk)
        console = web.Application(middlewares=[guard.watch, guard.admit])
        console.router.add_get("/static/{version}/{name}", self._file)
        # Each room of the console: its own file, its own routes.
        console.add_routes(SignIn(self.desk, guard).routes())
        console.add_routes(LinkPage(self.desk, guard).routes())
        for room in (AccountPage, StaffPage, AuditPage):
            console.add_routes(room(self.desk).routes())
        console.add_routes(Queue(self.desk, self._search).routes())
        console.add_routes(Bulk(self.desk).routes())
        view = CaseView(self.desk)
        for part in (CasePage, Answering, Deeds, CaseFiles):
            console.add_routes(part(self.desk, view).routes())
        console.add_routes(FiguresPage(self.desk).routes())
        console.add_routes(ReferralPages(self.desk).routes())
        console.add_routes(LivePage(self.desk).routes())
        # Before the server waits for what is in hand: these connections have no end of their own.
        console.on_shutdown.append(self._end)
        app.add_subapp("/console/", console)
        app.router.add_get("/console", _with_slash)

    async def _end(self, _: web.Application) -> None:
        await self.live.close()
        await self._search.stop()

    async def _file(self, request: web.Request) -> web.Response:
        return self.desk.pages.file(request.match_info["version"], request.match_info["name"])


async def _with_slash(_: web.Request) -> web.Response:
    raise web.HTTPMovedPermanently("/console/")
