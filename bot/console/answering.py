"""Writing to the person: who is at it, what it will look like, and sending it once."""

import asyncio
import hashlib
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.channels.as_shown import LIMITS, parts_of
from bot.channels.long_texts import utf16_units
from bot.console.attaching import can_attach, sound
from bot.console.case_view import Box, CaseView, number_of
from bot.console.desk import Desk, Me, me_of
from bot.console.forms import ChosenFile, file_of, form_of
from bot.store import answering, replying, second_thoughts
from bot.store.errors import NewerTicketIsOpen, NoSuchTicket, PersonGone, TicketIsClosed
from bot.store.one_case import OneCase
from bot.store.second_thoughts import Agreed, Doubt
from bot.store.transaction import Transaction
from bot.uploads import NotTaken, Upload
from handlers.messages import Reply, TicketState
from handlers.staff_reply import staff_reply
from knowledge_base.model import Language

LONGEST = 40_000
"""Characters of one reply, cut into messages where the channel needs it."""
ASKED = 409


class Answering:
    """The reply box."""

    def __init__(self, desk: Desk, view: CaseView) -> None:
        self._desk = desk
        self._view = view

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post(r"/case/{case:\d+}/reply", self._reply),
            web.post(r"/case/{case:\d+}/preview", self._preview),
            web.post(r"/case/{case:\d+}/answering", self._answering),
        ]

    async def _reply(self, request: web.Request) -> web.StreamResponse:
        form, chosen = await form_of(request), await file_of(request)
        text, number = form.get("text", "").strip(), number_of(request)
        found = await self._view.find(request)
        doubts, trouble = await self._with_file(found, me_of(request), text, form, chosen)
        found = await self._view.find(request)
        box = Box(found.newest_line)
        in_pieces = "HX-Request" in request.headers
        if doubts or trouble:
            # What was asked about has been seen now.
            wait, key = form.get("wait") == "1", form.get("key", "") or box.key
            again = chosen is not None and not in_pieces
            box = Box(found.newest_line, text, wait, doubts, trouble, key, choose_again=again)
        if in_pieces:
            return self._view.pieces(request, found, box=box)
        if doubts or trouble:
            return self._view.page(request, found, box=box, status=ASKED)
        raise web.HTTPSeeOther(f"/console/case/{number}")

    async def _with_file(
        self,
        found: OneCase,
        me: Me,
        text: str,
        form: Mapping[str, str],
        chosen: ChosenFile | None,
    ) -> tuple[tuple[Doubt, ...], str]:
        """As `_send`, with the file that was chosen, if one was and it can be sent."""
        if chosen is not None and not can_attach(self._desk.settings, found.ticket.channel):
            return (), "file_not_here"
        try:
            # Looking through a large file takes longer than a page may wait.
            upload = await asyncio.to_thread(sound, chosen)
        except NotTaken as refused:
            return (), f"file_{refused.why}"
        return await self._send(found.ticket.id, me, text, form, upload)

    async def _send(
        self, number: int, me: Me, text: str, form: Mapping[str, str], upload: Upload | None
    ) -> tuple[tuple[Doubt, ...], str]:
        """Send it. Returns what is to be asked first, and why it cannot be sent."""
        if not text and upload is None:
            return (), "empty"
        if len(text) > LONGEST:
            return (), "too_long"
        agreed = _agreed(form)
        key = f"{number} {form.get('key', '')} {_digest(upload)}{text}"

        def write(tx: Transaction) -> int:
            then: TicketState = "waiting_for_person" if form.get("wait") == "1" else "with_staff"
            return replying.reply(tx, number, text, me.name, self._compose, then, upload)

        try:
            doubts = await self._desk.store.act(
                lambda tx: second_thoughts.send(tx, number, (me.id, me.name), agreed, key, write)
            )
        except NoSuchTicket as error:
            raise web.HTTPNotFound from error
        except PersonGone:
            return (), "gone"
        except NewerTicketIsOpen:
            return (), "newer_is_open"
        except TicketIsClosed:
            return (), "closed"
        return tuple(doubts), ""

    async def _preview(self, request: web.Request) -> web.StreamResponse:
        """The messages as the person gets them, with what stands beneath."""
        form, found = await form_of(request), await self._view.find(request)
        text = form.get("text", "")[:LONGEST]
        shown = self._shown(found, text)
        if "HX-Request" in request.headers:
            return self._desk.pages.page("case_preview.html", me_of(request).language, **shown)
        box = Box(found.newest_line, text, form.get("wait") == "1", key=form.get("key", ""))
        return self._view.page(request, found, box=box, preview=shown)

    async def _answering(self, request: web.Request) -> web.Response:
        """Somebody is writing, or (stop=1) no longer; only a change is news to others."""
        number, me, store = number_of(request), me_of(request), self._desk.store
        await self._view.find(request)
        if (await form_of(request)).get("stop"):
            await store.act(lambda tx: answering.stop(tx, number, me.id))
        elif await store.write(lambda tx: answering.beat(tx, number, me.id)):
            await store.act(lambda tx: None)
        return web.Response(status=204)

    def _shown(self, found: OneCase, text: str) -> dict[str, Any]:
        channel, language = found.ticket.channel, found.ticket.language
        limit = LIMITS.get(channel)
        reply = self._compose(text, language)
        return {
            "channel": channel,
            "parts": parts_of(reply.text, channel),
            "buttons": [button.label for button in reply.buttons],
            "length": utf16_units(text.strip()),
            "limit": limit.characters if limit else 0,
        }

    def _compose(self, text: str, language: Language) -> Reply:
        return staff_reply(self._desk.texts, text, language)


def _agreed(form: Mapping[str, str]) -> Agreed:
    seen = form.get("seen", "")
    return Agreed(
        seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 16 else 0,
        had_by=form.get("had_by", ""),
        reopen=form.get("reopen") == "1",
        costs=form.get("costs") == "1",
    )


def _digest(upload: Upload | None) -> str:
    """Tells one file from another; nothing where there is none."""
    return "" if upload is None else f"{hashlib.sha256(upload.body).hexdigest()} "
