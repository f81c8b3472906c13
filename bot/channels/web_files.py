"""The try-out page as the browser gets it: its files, its words and its security headers."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from string import Template
from typing import get_args

from aiohttp import web

from bot.channels.web_translate import ErrorCode
from knowledge_base.model import LANGUAGES, Language, Texts

FOLDER = Path(__file__).parent / "web_page"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
"""Content types of what the browser may fetch."""

SECURITY: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'{sockets}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d+)?|\[[0-9a-fA-F:]+\](:\d+)?")
_KEY = re.compile(r"\bpage_[a-z_]*[a-z]\b")


class PageFiles:
    """The files of the page, read once. Their addresses carry a version, so they may be kept."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._page = Template((folder / "index.html").read_text(encoding="utf-8"))
        self._files = {
            path.name: path.read_bytes()
            for path in sorted(folder.iterdir())
            if path.suffix in TYPES
        }
        self.version = hashlib.sha256(b"\0".join(self._files.values())).hexdigest()[:12]

    def page(
        self, texts: Texts, phones: Iterable[str], language: Language, host: str
    ) -> web.Response:
        """The page, with every word of both languages in it, and the numbers that it links."""
        words = {one: _page_words(texts, one) for one in LANGUAGES}
        data = json.dumps({"words": words, "phones": sorted(phones)}, ensure_ascii=False)
        body = self._page.substitute(
            {key: escape(text) for key, text in words[language].items()},
            language=language,
            files=f"/try/{self.version}",
            # "<" is the only character by which a text could end the element it stands in.
            words=data.replace("<", "\\u003c"),
        )
        headers = {
            **SECURITY,
            "Content-Security-Policy": policy(host),
            # Nobody who looks over the browser's shoulder later should find the chat in its cache.
            "Cache-Control": "no-store",
            "Vary": "Accept-Language",
        }
        return _compressed(web.Response(text=body, content_type="text/html", headers=headers))

    def file(self, version: str, name: str) -> web.Response:
        """One file. Raises aiohttp's 404 for an unknown name."""
        body = self._files.get(name)
        if body is None:
            raise web.HTTPNotFound(headers=SECURITY)
        current = version == self.version
        keep = "public, max-age=31536000, immutable" if current else "no-cache"
        kind = TYPES[Path(name).suffix]
        headers = {**SECURITY, "Cache-Control": keep}
        return _compressed(
            web.Response(body=body, content_type=kind, charset="utf-8", headers=headers)
        )


def policy(host: str) -> str:
    """The Content-Security-Policy: only what this host serves, nothing inline.

    Older Safari does not count the socket as 'self', so it is named.
    """
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return _POLICY.format(sockets=sockets)


def texts_needed(folder: Path = FOLDER) -> frozenset[str]:
    """The key of every text that the page and its server name."""
    files = [path for path in folder.iterdir() if path.suffix in {".html", ".js"}]
    named = {key for path in files for key in _KEY.findall(path.read_text("utf-8"))}
    return frozenset(named | {f"page_error_{code}" for code in get_args(ErrorCode)})


def language_of(request: web.Request) -> Language:
    """The language to show the page in: the one asked for, or else one that the browser reads."""
    asked = request.query.get("lang")
    reads = re.findall(r"\b(sq|en)\b", request.headers.get("Accept-Language", "").lower())
    for language in LANGUAGES:
        if language == asked:
            return language
    return "en" if "en" in reads and "sq" not in reads else "sq"


def _page_words(texts: Texts, language: Language) -> dict[str, str]:
    keys = (text.key for text in texts if text.key.startswith("page_"))
    return {key: texts.say(key, language) for key in keys}


def _compressed(response: web.Response) -> web.Response:
    response.enable_compression()
    return response
