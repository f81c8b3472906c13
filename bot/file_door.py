"""GET /files/<token>/<name>: where a person's app fetches a file that staff sent."""

from collections.abc import Mapping
from urllib.parse import quote

from aiohttp import web

from bot.channels.channel import NotNow, ReadFile
from bot.file_links import FileLinks
from bot.uploads import PICTURES, Upload

SECURITY: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "private, no-store",
}
"""Nothing that somebody uploaded may run as if it were a page of ours, or stay in a cache."""


class FileDoor:
    """Gives files to whoever has a signed address."""

    def __init__(self, read: ReadFile, links: FileLinks) -> None:
        self._read = read
        self._links = links

    def add_to(self, app: web.Application) -> None:
        """Add the door."""
        app.router.add_get("/files/{token}/{name}", self._file)

    async def _file(self, request: web.Request) -> web.Response:
        number = self._links.file_of(request.match_info["token"])
        try:
            file = None if number is None else await self._read(number)
        except NotNow as error:
            raise web.HTTPServiceUnavailable(headers=SECURITY) from error
        if file is None:
            raise web.HTTPNotFound(headers=SECURITY)
        return as_response(file)


def as_response(file: Upload, *, save: bool = False) -> web.Response:
    """A picture is shown, all else is saved; with `save`, a picture too."""
    shown = file.media_type in PICTURES and not save
    kind = "inline" if shown else "attachment"
    plain = file.name.encode("ascii", "replace").decode().replace("?", "_")
    disposition = f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}"
    return web.Response(
        body=file.body,
        content_type=file.media_type,
        headers={**SECURITY, "Content-Disposition": disposition},
        charset="utf-8" if file.media_type == "text/plain" else None,
    )
