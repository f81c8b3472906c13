"""Who may see a page, and is it really they who ask: sessions, roles, forged requests."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from bot.console.desk import ME, Desk, Me
from bot.console.pages import SECURITY
from bot.derived import derived
from bot.store import sessions
from bot.store.accounts import Role
from bot.store.errors import StoreAway
from bot.store.sessions import SignedIn

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

COOKIE = "udha_console"
HEADER = "X-CSRF-Token"
FIELD = "csrf"
OPEN = ("/console/static/", "/console/sign-in", "/console/link/")
"""Where nobody has to be signed in."""
CHANGES = ("POST", "PUT", "PATCH", "DELETE")

log = structlog.get_logger()


class Guard:
    """Stands before every page of the console."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._key = derived(desk.secret, "console forms").encode()

    def csrf(self, token: str) -> str:
        """What the forms of one session carry; another site's page cannot know it."""
        return hmac.new(self._key, token.encode(), hashlib.sha256).hexdigest()

    @web.middleware
    async def watch(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """The outermost: security headers on everything, and plain words when the store is away."""
        try:
            response = await handler(request)
        except web.HTTPException as stop:
            stop.headers.update({k: v for k, v in SECURITY.items() if k not in stop.headers})
            raise
        except StoreAway:
            log.warning("console_store_away", path=request.match_info.route.resource)
            response = web.Response(text="Udha: 503", status=503)
        if not response.prepared:
            for name, value in SECURITY.items():
                response.headers.setdefault(name, value)
        return response

    @web.middleware
    async def admit(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Nobody gets further who is not signed in, nor a change that another site asks for."""
        if request.method in CHANGES and not _same_site(request):
            raise web.HTTPForbidden(text="another site's page")
        if request.path.startswith(OPEN):
            return await handler(request)
        token = request.cookies.get(COOKIE, "")
        found = await self._signed_in(token)
        if found is None:
            raise self._to_sign_in(request)
        me = self._me(found, token)
        if request.method in CHANGES:
            await self._check_form(request, me)
        request[ME] = me
        return await handler(request)

    async def _signed_in(self, token: str) -> SignedIn | None:
        if not token:
            return None
        store = self._desk.store
        found = await store.read(lambda tx: sessions.find(tx, token))
        if found is not None and found.to_be_noted(self._desk.clock()):
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

    async def _check_form(self, request: web.Request, me: Me) -> None:
        given = request.headers.get(HEADER)
        if given is None:
            given = str((await request.post()).get(FIELD, ""))
        if not hmac.compare_digest(given.encode(), me.csrf.encode()):
            raise web.HTTPForbidden(text="this form is not from this session: load the page again")

    def _to_sign_in(self, request: web.Request) -> web.HTTPException:
        if request.headers.get("HX-Request") or request.path.startswith("/console/live"):
            # A fragment must not be replaced by a sign-in page: htmx goes there as a whole.
            return web.HTTPUnauthorized(headers={"HX-Redirect": "/console/sign-in"})
        return web.HTTPSeeOther("/console/sign-in")


def allows(role: Role, handler: Handler) -> Handler:
    """The same page, only for those whose role includes `role`."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        if not request[ME].may(role):
            raise web.HTTPForbidden(text="your role does not include this")
        return await handler(request)

    return guarded


def _same_site(request: web.Request) -> bool:
    """A browser says which page sends a form; what says nothing is no browser."""
    origin = request.headers.get("Origin")
    if origin is None or origin == "null":
        return origin is None
    try:
        return urlsplit(origin).netloc.lower() == request.host.lower()
    except ValueError:
        return False
