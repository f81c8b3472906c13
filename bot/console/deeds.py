"""What staff do with a case besides writing to the person: each a button of its page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from bot.channels.telegram_group.records import OUTCOMES
from bot.console.case_view import CaseView, Said, number_of
from bot.console.desk import Desk, me_of
from bot.console.forms import form_of
from bot.store import accounts, audit, casework, closing, merging
from bot.store.closing import Farewell
from bot.store.errors import NewerTicketIsOpen, NoSuchTicket, NotOnePerson, TicketIsClosed
from bot.store.transaction import Transaction
from handlers.closed_case import case_closed

LONGEST_NOTE = 10_000
REFUSED = 409


@dataclass(frozen=True)
class Asked:
    """What somebody wants done."""

    case: int
    by: str
    form: Mapping[str, str]
    topics: frozenset[str]
    """The topics that there are."""
    farewell: Farewell
    """What the person is told whose case is closed."""

    def __getitem__(self, name: str) -> str:
        return self.form.get(name, "").strip()


Deed = Callable[[Transaction, Asked], Said]


class Deeds:
    """The buttons."""

    def __init__(self, desk: Desk, view: CaseView) -> None:
        self._desk = desk
        self._view = view

    def routes(self) -> list[web.RouteDef]:
        return [web.post(rf"/case/{{case:\d+}}/{name}", self._do) for name in DEEDS]

    async def _do(self, request: web.Request) -> web.StreamResponse:
        deed = DEEDS[request.path.rpartition("/")[2]]
        form = await form_of(request)
        topics = frozenset(self._desk.newest().content.topics)
        farewell = partial(case_closed, self._desk.texts)
        asked = Asked(number_of(request), me_of(request).name, form, topics, farewell)
        said = await self._said(deed, asked)
        found = await self._view.find(request)
        if "HX-Request" in request.headers:
            return self._view.pieces(request, found, said=said)
        if said.bad or said.ask is not None:
            return self._view.page(request, found, said=said, status=REFUSED)
        raise web.HTTPSeeOther(f"/console/case/{asked.case}")

    async def _said(self, deed: Deed, asked: Asked) -> Said:
        def done(tx: Transaction) -> Said:
            said = deed(tx, asked)
            if not said.bad and said.ask is None:
                detail = said.by or (str(said.number) if said.number else "")
                audit.note(tx, said.what, asked.by, ticket=asked.case, detail=detail)
            return said

        try:
            return await self._desk.store.act(done)
        except NoSuchTicket as error:
            raise web.HTTPNotFound from error
        except NewerTicketIsOpen:
            return Said("newer_is_open", bad=True)
        except NotOnePerson:
            return Said("not_one_person", bad=True)
        except TicketIsClosed:
            return Said("is_closed", bad=True)


def _claim(tx: Transaction, asked: Asked) -> Said:
    """From a colleague only after a second thought."""
    holder = casework.claimant(tx, asked.case)
    if holder not in ("", asked.by, asked["over"]):
        return Said("take_over", by=holder, ask={"over": holder})
    if not casework.claim(tx, asked.case, asked.by):
        return Said("yours_already", bad=True)
    return Said("claimed")


def _release(tx: Transaction, asked: Asked) -> Said:
    released = casework.release(tx, asked.case, asked.by)
    return Said("released") if released else Said("not_yours", bad=True)


def _hand_over(tx: Transaction, asked: Asked) -> Said:
    found = accounts.account(tx, asked["to"])
    if found is None or found.member.disabled_at is not None:
        return Said("nobody_chosen", bad=True)
    to = found.member.name
    if not casework.hand_over(tx, asked.case, to, asked.by):
        return Said("theirs_already", by=to, bad=True)
    return Said("handed_over", by=to)


def _urgent(tx: Transaction, asked: Asked) -> Said:
    raised = casework.make_urgent(tx, asked.case, asked.by)
    return Said("raised") if raised else Said("urgent_already", bad=True)


def _calm(tx: Transaction, asked: Asked) -> Said:
    calmed = casework.calm(tx, asked.case, asked.by)
    return Said("calmed") if calmed else Said("not_urgent", bad=True)


def _note(tx: Transaction, asked: Asked) -> Said:
    text = asked["note"][:LONGEST_NOTE]
    if not text:
        return Said("empty_note", bad=True)
    casework.add_note(tx, asked.case, text, asked.by)
    return Said("noted")


def _topic(tx: Transaction, asked: Asked) -> Said:
    topic = asked["topic"]
    if topic and topic not in asked.topics:
        return Said("no_such_topic", bad=True)
    casework.set_topic(tx, asked.case, topic, asked.by)
    return Said("topic")


def _close(tx: Transaction, asked: Asked) -> Said:
    outcome = asked["outcome"]
    if outcome not in OUTCOMES:
        return Said("which_outcome", bad=True)
    if asked["note"]:
        casework.add_note(tx, asked.case, asked["note"][:LONGEST_NOTE], asked.by)
    closing.close(tx, asked.case, outcome, asked.by, asked.farewell)
    return Said("closed")


def _reopen(tx: Transaction, asked: Asked) -> Said:
    reopened = casework.reopen(tx, asked.case, asked.by)
    return Said("reopened") if reopened else Said("open_already", bad=True)


def _merge(tx: Transaction, asked: Asked) -> Said:
    """Bring another case of the person here."""
    other = asked["other"]
    if not other.isascii() or not other.isdigit() or len(other) > 9:
        return Said("not_one_person", bad=True)
    merging.merge(tx, int(other), asked.case, asked.by)
    return Said("merged", number=int(other))


DEEDS: Mapping[str, Deed] = {
    "claim": _claim,
    "release": _release,
    "hand-over": _hand_over,
    "urgent": _urgent,
    "calm": _calm,
    "note": _note,
    "topic": _topic,
    "close": _close,
    "reopen": _reopen,
    "merge": _merge,
}
"""The last part of an address → what it does."""
