"""Many cases at once: junk is closed, and what nobody has is claimed."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal

from aiohttp import web

from bot.console.desk import Desk, Me, me_of
from bot.console.queue import ON_A_PAGE
from bot.store import many_cases, queue
from bot.store.queue import QueueRow
from handlers.closed_case import case_closed

OUTCOMES = ("spam", "no_answer_needed")
"""What may come of many cases at once: nothing that somebody waits for."""
IN_ONE_TRANSACTION = 50
MOST = 10 * ON_A_PAGE
"""Cases in one form."""

Done = Literal["closed", "claimed"]


class Bulk:
    """What is done with all cases that are ticked."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/bulk", self._do)]

    async def _do(self, request: web.Request) -> web.StreamResponse:
        me, form = me_of(request), await request.post()
        ids = [int(str(one)) for one in form.getall("case", []) if _is_number(str(one))][:MOST]
        what, back = str(form.get("do", "")), _own(str(form.get("back", "")))
        if not ids:
            raise web.HTTPSeeOther(back)
        if what == "claim":
            claimed = await self._each(ids, partial(many_cases.claim, by=me.name))
            raise web.HTTPSeeOther(_with_done(back, "claimed", claimed))
        if what not in OUTCOMES:
            raise web.HTTPBadRequest
        if form.get("sure") != "yes":
            return await self._ask(me, ids, what, back)
        farewell = partial(case_closed, self._desk.texts)
        close = partial(many_cases.close, outcome=what, by=me.name, farewell=farewell)
        closed = await self._each(ids, close)
        raise web.HTTPSeeOther(_with_done(back, "closed", closed))

    async def _ask(self, me: Me, ids: Sequence[int], outcome: str, back: str) -> web.Response:
        """Closing many is asked about once, and urgent ones are left out."""
        rows = await self._desk.store.read(lambda tx: queue.rows(tx, ids))
        open_ones = [row for row in rows if row.closed_at is None]
        return self._desk.pages.page(
            "queue_sure.html",
            me.language,
            me=me,
            place="queue",
            outcome=outcome,
            back=back,
            cases=[row.id for row in open_ones if row.priority != "urgent"],
            urgent=sum(row.priority == "urgent" for row in open_ones),
            of_others=sum(_is_of_another(row, me) for row in open_ones),
        )

    async def _each(self, ids: Sequence[int], deed: Callable[..., int]) -> int:
        """How many it was done to; a step of fifty is done whole or not at all."""
        done = 0
        for first in range(0, len(ids), IN_ONE_TRANSACTION):
            some = ids[first : first + IN_ONE_TRANSACTION]
            done += await self._desk.store.act(partial(deed, ids=some))
        return done


def _is_of_another(row: QueueRow, me: Me) -> bool:
    return row.priority != "urgent" and row.claimed_by not in ("", me.name)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def _own(address: str) -> str:
    """Only to the queue: a form may have been changed."""
    return address if address.startswith("/console/?") else "/console/"


def _with_done(address: str, what: Done, number: int) -> str:
    return f"{address}{'&' if '?' in address else '?'}done={what}-{number}"
