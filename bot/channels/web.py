"""The try-out page's channel: a WebSocket per browser tab, and the page itself.

The server says nothing until spoken to; what then waits for a session (a reply that came while the
page was closed) is fetched when a socket of that session opens.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, repeat
from urllib.parse import urlsplit

import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from bot.channels.channel import Away, Later, Link, Outcome, Outgoing, Receive, Sent, no_link
from bot.channels.web_connection import Arrival, Connection
from bot.channels.web_files import SECURITY, PageFiles, language_of
from bot.channels.web_pace import Pace
from bot.channels.web_tabs import Tabs
from bot.channels.web_translate import OwnId, Received, Said, Unusable, from_client, kept
from bot.loopback import is_loopback
from handlers.messages import Message
from knowledge_base.model import LANGUAGES, Language, Texts

SHORTEST_PRIVATE = 22
"""Characters: 128 random bits in base64url."""
LONGEST_SESSION = 200
LONGEST_FRAME = 1 << 20
"""Bytes. Above the longest text in JSON's longest spelling; beyond it the socket is closed."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Timing:
    """How long things take, in seconds."""

    receipt: float = 5
    """A page that does not confirm a reply for so long gets it again later."""
    heartbeat: float = 25
    """Between two pings; proxies cut what is silent for a minute."""
    goodbye: float = 2
    """A client that does not answer a close is cut."""
    pauses: tuple[float, ...] = (1, 2, 5, 15, 30)
    """Between attempts to tell the store that somebody is here; the last one repeats."""


class Web:
    """The channel "web". A session is an address."""

    name = "web"

    def __init__(
        self,
        receive: Receive,
        arrived: Callable[[str], Awaitable[None]],
        texts: Callable[[], Texts],
        clock: Callable[[], datetime],
        new_key: Callable[[], str],
        loopback: bool,
        *,
        phones: Callable[[], Iterable[str]] = tuple,
        timing: Timing | None = None,
        pace: Pace | None = None,
        link: Link = no_link,
    ) -> None:
        """`arrived` is told the session whenever a socket of it opens. `new_key` makes a key that
        never comes twice. `loopback`: only this machine can reach the server; whoever then asks for
        it by a name of this machine has a private session, however short, and is not slowed down.
        `phones`: numbers that the page makes pressable. `link`: where the page fetches a file."""
        self._receive = receive
        self._arrived = arrived
        self._texts = texts
        self._clock = clock
        self._new_key = new_key
        self._loopback = loopback
        self._phones = phones
        self._timing = timing or Timing()
        self._pace = pace or Pace(most=20, within=timedelta(seconds=10))
        self._link = link
        self._files = PageFiles()
        self._open: dict[str, Tabs] = {}

    def add_to(self, app: web.Application) -> None:
        """Add the page's routes; at shutdown its sockets are closed first."""
        app.router.add_get("/", self._page)
        app.router.add_get("/try/ws", self._socket)
        app.router.add_get("/try/{version}/{name}", self._file)
        app.on_shutdown.append(self._say_goodbye)

    @property
    def sockets(self) -> int:
        """How many sockets are open."""
        return sum(len(tabs) for tabs in self._open.values())

    def connected(self) -> frozenset[str]:
        """The sessions of which a page is open here; others may be open at another process."""
        return frozenset(self._open)

    async def run(self) -> None:
        """Wait until cancelled: what is received comes through the server's routes."""
        await asyncio.Event().wait()

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Send to all tabs of the session; Away only where none is open at this moment."""
        tabs = self._open.get(outgoing.address)
        if tabs is None:
            return Away()
        match await tabs.deliver(outgoing, self._timing.receipt):
            case Arrival.ARRIVED:
                return Sent("", confirmed=True)
            case Arrival.SILENT:
                return Later("the page did not confirm it")
            case Arrival.GONE:
                return Away()

    async def _page(self, request: web.Request) -> web.Response:
        language = language_of(request)
        return self._files.page(self._texts(), self._phones(), language, request.host)

    async def _file(self, request: web.Request) -> web.Response:
        return self._files.file(request.match_info["version"], request.match_info["name"])

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        session = request.query.get("session", "")
        if not 0 < len(session) <= LONGEST_SESSION:
            raise web.HTTPBadRequest(text="session: 1 to 200 characters", headers=SECURITY)
        if not _same_host(request):
            raise web.HTTPForbidden(text="another site's page", headers=SECURITY)
        # Without compression: it costs more memory per socket than it saves on messages this short.
        socket = web.WebSocketResponse(
            heartbeat=self._timing.heartbeat,
            timeout=self._timing.goodbye,
            max_msg_size=LONGEST_FRAME,
            compress=False,
        )
        await socket.prepare(request)
        connection = Connection(
            socket,
            session,
            _asked(request),
            receipts=request.query.get("ack") == "1",
            local=self._loopback and _by_a_name_of_this_machine(request),
            link=self._link,
        )
        await self._serve(socket, connection)
        return socket

    async def _serve(self, socket: web.WebSocketResponse, connection: Connection) -> None:
        """Listen to one socket until it closes."""
        self._open.setdefault(connection.session, Tabs()).add(connection)
        telling = asyncio.create_task(self._tell_arrival(connection.session))
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    await self._hear(connection, frame.data)
                elif frame.type is WSMsgType.BINARY:
                    await connection.complain("unreadable", self._texts())
        finally:
            telling.cancel()
            self._remove(connection)

    def _remove(self, connection: Connection) -> None:
        tabs = self._open[connection.session]
        tabs.remove(connection)
        if not tabs:
            del self._open[connection.session]

    async def _tell_arrival(self, session: str) -> None:
        """Say that somebody is here, again and again while the store is away."""
        pauses = self._timing.pauses
        for pause in chain(pauses, repeat(pauses[-1])):
            try:
                await self._arrived(session)
            except Exception:
                log.warning("arrival_not_kept", channel=self.name, exc_info=True)
                await asyncio.sleep(pause)
            else:
                break

    async def _hear(self, connection: Connection, data: str) -> None:
        """Take one frame of a client; whatever is wrong with it, the socket stays open."""
        try:
            match from_client(data):
                case Received(reply_id):
                    connection.received(reply_id)
                case Said() as said:
                    await self._keep(connection, said)
        except Unusable as wrong:
            await connection.complain(wrong.code, self._texts(), wrong.own_id)

    async def _keep(self, connection: Connection, said: Said) -> None:
        """Bring a message into the inbox, and say so. Raises Unusable where that fails."""
        now = self._clock()
        if not connection.local and not self._pace.allows(connection.session, now):
            raise Unusable("too_fast", said.own_id)
        try:
            await self._receive(self._message(connection, said, now))
        except Exception as error:
            log.warning("message_not_kept", channel=self.name, exc_info=True)
            raise Unusable("try_again", said.own_id) from error
        if said.own_id is not None:
            await connection.say(kept(said.own_id))

    def _message(self, connection: Connection, said: Said, now: datetime) -> Message:
        session = connection.session
        return Message(
            channel=self.name,
            address=session,
            update_key=self._update_key(session, said.own_id),
            kind=said.kind,
            received_at=now,
            text=said.text,
            language=connection.asked_language,
            private=connection.local or len(session) >= SHORTEST_PRIVATE,
        )

    def _update_key(self, session: str, own_id: OwnId | None) -> str:
        """A client's id counts within its session: nobody can use up another's."""
        return self._new_key() if own_id is None else f"{len(session)}:{session}:{own_id}"

    async def _say_goodbye(self, _: web.Application) -> None:
        """Close all sockets; the pages come back by themselves."""
        connections = chain.from_iterable(tuple(self._open.values()))
        await asyncio.gather(*(one.close(WSCloseCode.GOING_AWAY) for one in connections))


def _asked(request: web.Request) -> Language | None:
    asked = request.query.get("lang")
    return next((language for language in LANGUAGES if language == asked), None)


def _by_a_name_of_this_machine(request: web.Request) -> bool:
    """A proxy on this machine passes on the name by which others reach the page."""
    try:
        return is_loopback(urlsplit(f"//{request.host}").hostname or "")
    except ValueError:
        return False


def _same_host(request: web.Request) -> bool:
    """A browser says which page opens a socket; other clients do not, and may."""
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc.lower() == request.host.lower()
    except ValueError:
        return False
