"""One open socket of one session: the server's side of a browser tab."""

import asyncio
from enum import Enum

from aiohttp import web

from bot.channels.channel import Link, Outgoing, no_link
from bot.channels.web_translate import ErrorCode, Json, OwnId, refusal, reply_id, to_client
from knowledge_base.model import Language, Texts


class Arrival(Enum):
    """What became of a reply on one socket."""

    ARRIVED = "arrived"
    GONE = "gone"
    """The socket closed before."""
    SILENT = "silent"
    """The socket is open, but nobody confirms: a tab that the phone has put to sleep."""


class Connection:
    """Sends to one socket. With `receipts`, a reply has arrived only when the page says so."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        session: str,
        language: Language | None,
        *,
        receipts: bool,
        local: bool,
        link: Link = no_link,
    ) -> None:
        self.session = session
        self.local = local
        """Nobody on another machine could have opened it."""
        self.asked_language = language
        """What the address of the socket asked for."""
        self._language: Language = language or "sq"
        self._socket = socket
        self._receipts = receipts
        self._link = link
        self._waiting: dict[str, asyncio.Future[Arrival]] = {}

    async def say(self, message: Json) -> bool:
        """Send one object. False: the socket is closed."""
        try:
            await self._socket.send_json(message)
        except ConnectionResetError:
            return False
        return True

    async def complain(self, code: ErrorCode, texts: Texts, own_id: OwnId | None = None) -> None:
        """Tell why a message was not taken, in the language last spoken."""
        text = texts.say(f"page_error_{code}", self._language)
        await self.say(refusal(code, text, own_id))

    async def deliver(self, outgoing: Outgoing, patience: float) -> Arrival:
        """Send a reply and wait until it has arrived, at most `patience` seconds."""
        self._language = outgoing.reply.language
        try:
            async with asyncio.timeout(patience):
                return await self._deliver(outgoing)
        except TimeoutError:
            return Arrival.SILENT

    async def _deliver(self, outgoing: Outgoing) -> Arrival:
        if not self._receipts:
            there = await self.say(to_client(outgoing.reply, None, self._link))
            return Arrival.ARRIVED if there else Arrival.GONE
        name = reply_id(outgoing)
        receipt: asyncio.Future[Arrival] = asyncio.get_running_loop().create_future()
        self._waiting[name] = receipt
        try:
            if not await self.say(to_client(outgoing.reply, name, self._link)):
                return Arrival.GONE
            return await receipt
        finally:
            if self._waiting.get(name) is receipt:
                del self._waiting[name]

    def received(self, name: str) -> None:
        """The page confirms a reply. One that nobody waits for any more is sent again anyway."""
        self._settle(name, Arrival.ARRIVED)

    def closed(self) -> None:
        """The socket is closed: whatever was not confirmed is not there."""
        for name in list(self._waiting):
            self._settle(name, Arrival.GONE)

    async def close(self, code: int) -> None:
        """Close the socket from our side."""
        await self._socket.close(code=code)

    def _settle(self, name: str, arrival: Arrival) -> None:
        receipt = self._waiting.get(name)
        if receipt is not None and not receipt.done():
            receipt.set_result(arrival)
