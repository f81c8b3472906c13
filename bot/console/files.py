"""Looking at the files that were sent with replies, and saving them."""

from aiohttp import web

from bot.console.case_view import CaseView
from bot.console.desk import Desk, me_of
from bot.file_door import as_response
from bot.store import audit, files
from bot.store.files import OfCase


class CaseFiles:
    """The files that staff have sent."""

    def __init__(self, desk: Desk, view: CaseView) -> None:
        self._desk = desk
        self._view = view

    def routes(self) -> list[web.RouteDef]:
        return [web.get(r"/file/{file:\d+}", self._file)]

    async def _file(self, request: web.Request) -> web.Response:
        """A picture in its place, or with save=1 whatever it is to be saved."""
        found, me = await self._find(request), me_of(request)
        save = request.query.get("save") == "1"
        if save:
            store = self._desk.store
            await store.write(lambda tx: audit.note(tx, "file_saved", me.name, ticket=found.ticket))
        else:
            await self._view.opened(me, found.ticket)
        return as_response(found.upload, save=save)

    async def _find(self, request: web.Request) -> OfCase:
        number = int(request.match_info["file"])
        if number >= 2**31:
            raise web.HTTPNotFound
        found = await self._desk.store.read(lambda tx: files.read(tx, number))
        if found is None:
            raise web.HTTPNotFound
        return found
