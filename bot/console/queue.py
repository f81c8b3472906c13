"""What waits for staff?"""

from aiohttp import web

from bot.console.desk import Desk, me_of


class Queue:
    """The first page: the cases, urgent ones on top."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/", self._page)]

    async def _page(self, request: web.Request) -> web.Response:
        me = me_of(request)
        return self._desk.pages.page("queue.html", me.language, me=me)
