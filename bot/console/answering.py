"""Writing to the person: who is at it, what it will look like, and sending it once."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.channels.as_shown import LIMITS, parts_of
from bot.channels.long_texts import utf16_units
from bot.console.case_view import Box, CaseView, number_of
from bot.console.desk import Desk, Me, me_of
from bot.store import answering, replying, second_thoughts
from bot.store.errors import NewerTicketIsOpen, NoSuchTicket, PersonGone, TicketIsClosed
from bot.store.one_case import OneCase
from bot.store.second_thoughts import Agreed, Doubt
from bot.store.transaction import Transaction
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
        form = await _form(request)
        text, number = form.get("text", "").strip(), number_of(request)
        doubts, trouble = await self._send(number, me_of(request), text, form)
        found = await self._view.find(request)
        box = Box(found.newest_line)
        if doubts or trouble:
            # What was asked about has been seen now.
            wait, key = form.get("wait") == "1", form.get("key", "") or box.key
            box = Box(found.newest_line, text, wait, doubts, trouble, key)
        if "HX-Request" in request.headers:
            return self._view.pieces(request, found, box=box)
        if doubts or trouble:
            return self._view.page(request, found, box=box, status=ASKED)
        raise web.HTTPSeeOther(f"/console/case/{number}")

    async def _send(
        self, number: int, me: Me, text: str, form: Mapping[str, str]
    ) -> tuple[tuple[Doubt, ...], str]:
        """Send it. Returns what is to be asked first, and why it cannot be sent."""
        if not text:
            return (), "empty"
        if len(text) > LONGEST:
            return (), "too_long"
        agreed = _agreed(form)
        key = f"{number} {form.get('key', '')} {text}"

        def write(tx: Transaction) -> int:
            then: TicketState = "waiting_for_person" if form.get("wait") == "1" else "with_staff"
            return replying.reply(tx, number, text, me.name, self._compose, then)

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
        form, found = await _form(request), await self._view.find(request)
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
        if (await request.post()).get("stop"):
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


async def _form(request: web.Request) -> Mapping[str, str]:
    return {name: str(value) for name, value in (await request.post()).items()}
