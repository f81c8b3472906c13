"""The console's pages as the browser gets them: templates, files and security headers."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from knowledge_base.model import Language, Texts

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
    ".txt": "text/plain",
}
"""Content types of what the browser may fetch."""
SECURITY: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        "media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    # Nobody who sits down at the same browser later should find a case in its cache.
    "Cache-Control": "no-store",
}
ALBANIA = ZoneInfo("Europe/Tirane")


class Pages:
    """Renders templates in the language of whoever reads them."""

    def __init__(self, texts: Callable[[], Texts]) -> None:
        self._texts = texts
        self._files = {
            path.name: path.read_bytes()
            for path in sorted(STATIC.iterdir())
            if path.suffix in TYPES
        }
        self.version = hashlib.sha256(b"\0".join(self._files.values())).hexdigest()[:12]
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            # A name that nobody gave is a mistake, never an empty place.
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["day"] = _day
        self._templates.filters["moment"] = _moment

    def html(self, template: str, language: Language, **values: Any) -> str:
        """A template as text. Every value is escaped where it stands; `say` gives the texts."""
        texts = self._texts()

        def say(key: str, **filled: object) -> str:
            return texts.say(key, language, **filled)

        return self._templates.get_template(template).render(
            **values, say=say, language=language, files=f"/console/static/{self.version}"
        )

    def page(
        self, template: str, language: Language, *, status: int = 200, **values: Any
    ) -> web.Response:
        """A template as a response."""
        text = self.html(template, language, **values)
        return web.Response(text=text, content_type="text/html", status=status)

    def file(self, version: str, name: str) -> web.Response:
        """A file of the console's own. Raises aiohttp's 404 for an unknown name."""
        body = self._files.get(name)
        if body is None:
            raise web.HTTPNotFound
        current = version == self.version
        kept = "public, max-age=31536000, immutable" if current else "no-cache"
        kind = TYPES[Path(name).suffix]
        response = web.Response(body=body, content_type=kind, headers={"Cache-Control": kept})
        response.enable_compression()
        return response


def _day(at: datetime) -> str:
    return at.astimezone(ALBANIA).strftime("%d.%m.%Y")


def _moment(at: datetime) -> str:
    return at.astimezone(ALBANIA).strftime("%d.%m.%Y %H:%M")
