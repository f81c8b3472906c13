"""Who may see a page, and is it really they who ask: sessions, roles, forged requests."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from typing import Literal
from urllib.parse import urlencode, urlsplit

import structlog
from aiohttp import web

from bot.console.desk import ME, Desk, Me
from bot.console.forms import form_of
from bot.console.pages import SECURITY
from bot.derived import derived
from bot.store import sessions
from bot.store.accounts import Role
from bot.store.errors import StoreAway
from bot.store.sessions import SignedIn
from knowledge_base.model import Language

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

COOKIE = "udha_console"
"""Behind TLS with a prefix, by which browsers refuse one that came another way. The stricter
prefix __Host- would send it to the try-out page as well."""
HEADER = "X-CSRF-Token"
FIELD = "csrf"
OPEN = ("/console/static/", "/console/sign-in", "/console/link/")
"""Where nobody has to be signed in."""
CHANGES = ("POST", "PUT", "PATCH", "DELETE")
SIGNED_OUT = "signed-out"
"""The event of a page whose session has ended while it was open."""

log = structlog.get_logger()


class Forbidden(web.HTTPForbidden):
    """Nobody may do that, or not this member, or not like this."""

    def __init__(self, why: Literal["role", "form", "other_site"]) -> None:
        super().__init__()
        self.why = why


class Guard:
    """Stands before every page of the console."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._key = derived(desk.secret, "console forms").encode()
        self.cookie = f"__Secure-{COOKIE}" if desk.secure else COOKIE
        """What the cookie of a session is called."""

    def csrf(self, token: str) -> str:
        """What the forms of one session carry; another site's page cannot know it."""
        return hmac.new(self._key, token.encode(), hashlib.sha256).hexdigest()

    def sign_in(self, response: web.StreamResponse, token: str) -> None:
        """Give a browser its session; it ends with the browser, at the latest with the session."""
        response.set_cookie(
            self.cookie,
            token,
            path="/console/",
            httponly=True,
            samesite="Strict",
            secure=self._desk.secure,
        )

    @web.middleware
    async def watch(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """The outermost: security headers on everything, and plain words for what goes wrong."""
        try:
            response = await handler(request)
        except web.HTTPException as stop:
            if not _says_nothing(stop):
                stop.headers.update({k: v for k, v in SECURITY.items() if k not in stop.headers})
                raise
            response = self._problem(request, stop.status, getattr(stop, "why", str(stop.status)))
        except StoreAway:
            log.warning("console_store_away")
            response = self._problem(request, 503, "503")
        if not response.prepared:
            for name, value in SECURITY.items():
                response.headers.setdefault(name, value)
        return response

    @web.middleware
    async def admit(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Nobody gets further who is not signed in, nor a change that another site asks for."""
        if request.method in CHANGES and not self._is_ours(request):
            raise Forbidden("other_site")
        if request.path.startswith(OPEN):
            return await handler(request)
        token = request.cookies.get(self.cookie, "")
        found = await self._signed_in(request, token)
        if found is None:
            return self._to_sign_in(request, token)
        me = request[ME] = self._me(found, token)
        if request.method in CHANGES:
            await self._check_form(request, me)
        return await handler(request)

    async def _signed_in(self, request: web.Request, token: str) -> SignedIn | None:
        if not token:
            return None
        store = self._desk.store
        found = await store.read(lambda tx: sessions.find(tx, token))
        if found is None:
            return None
        if _by_hand(request) and found.to_be_noted(self._desk.clock()):
            number = found.session.id
            await store.write(lambda tx: sessions.seen(tx, number))
        return found

    def _me(self, found: SignedIn, token: str) -> Me:
        member = found.member
        return Me(
            member.id,
            member.name,
            member.role,
            member.language,
            found.session.id,
            self.csrf(token),
        )

    def _is_ours(self, request: web.Request) -> bool:
        """A browser says which page sends a form; what says nothing is no browser."""
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            return False
        origin = request.headers.get("Origin")
        if origin is None:
            return True
        try:
            came_from = urlsplit(origin)
        except ValueError:
            return False
        # A proxy may call us by another name than browsers do.
        public = urlsplit(self._desk.settings.environment.public_url)
        if public.netloc and came_from.netloc == public.netloc.lower():
            return came_from.scheme == public.scheme
        return came_from.netloc == request.host.lower()

    async def _check_form(self, request: web.Request, me: Me) -> None:
        given = request.headers.get(HEADER)
        if given is None:
            given = (await form_of(request)).get(FIELD, "")
        if not hmac.compare_digest(given.encode("utf-8", "replace"), me.csrf.encode()):
            raise Forbidden("form")

    def _to_sign_in(self, request: web.Request, token: str) -> web.Response:
        if not _is_whole_page(request):
            # Leaving the page would lose what somebody is writing there: it says so by itself.
            return web.Response(status=401, headers={"HX-Trigger": SIGNED_OUT})
        if not token and request.headers.get("Sec-Fetch-Site") == "cross-site":
            # After a link in somebody's mail the browser keeps the cookie back, once.
            address = str(request.rel_url)
            return self._desk.pages.page("led_here.html", "sq", me=None, address=address)
        wanted = {"to": str(request.rel_url)} if request.method == "GET" else {}
        raise web.HTTPSeeOther(f"/console/sign-in?{urlencode(wanted)}".rstrip("?"))

    def _problem(self, request: web.Request, status: int, why: str) -> web.StreamResponse:
        me = request.get(ME)
        language: Language = me.language if me else "sq"
        return self._desk.pages.page("problem.html", language, status=status, me=me, why=why)


def allows(role: Role, handler: Handler) -> Handler:
    """The same page, only for those whose role includes `role`."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        if not request[ME].may(role):
            raise Forbidden("role")
        return await handler(request)

    return guarded


def _says_nothing(stop: web.HTTPException) -> bool:
    """Nobody has written a sentence for whoever reads it."""
    return stop.status in (403, 404, 413, 429) and stop.text == f"{stop.status}: {stop.reason}"


def _is_whole_page(request: web.Request) -> bool:
    headers = request.headers
    piece = "HX-Request" in headers and "HX-Boosted" not in headers
    return not piece and not request.path.startswith("/console/live")


def _by_hand(request: web.Request) -> bool:
    """Is somebody there? A page that was left open asks for pieces of itself all the same."""
    return request.method in CHANGES or _is_whole_page(request)
