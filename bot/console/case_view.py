"""The page of one case, whole or in those pieces that change while somebody is writing in it."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.channels.telegram_group.records import OUTCOMES
from bot.console.attaching import can_attach
from bot.console.conversation import story
from bot.console.desk import Desk, Me, me_of
from bot.console.picker import Offer, canned, offers
from bot.pseudonyms import name_of_case
from bot.store import audit, one_case
from bot.store.one_case import OneCase
from bot.store.second_thoughts import VIBER_SESSION, Doubt
from bot.uploads import ENDINGS, LARGEST, PICTURES


@dataclass(frozen=True)
class Said:
    """What came of something that was done on the page: the text console_case_said_<what>."""

    what: str
    by: str = ""
    """Somebody that it speaks of."""
    number: int = 0
    """Another case that it speaks of."""
    bad: bool = False
    """It was not done."""
    ask: Mapping[str, str] | None = None
    """It was not done yet: what a form that does it carries."""


@dataclass(frozen=True)
class Box:
    """The box in which a reply is written."""

    seen: int
    """The number of the newest line when it was shown."""
    text: str = ""
    wait: bool = True
    """After this reply the next word is the person's."""
    doubts: Sequence[Doubt] = ()
    """What is asked before the words are sent."""
    trouble: str = ""
    """Why they cannot be sent: the text console_case_trouble_<this>."""
    key: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    """The same each time that this box is sent."""
    choose_again: bool = False
    """A file was chosen that the browser does not bring again by itself."""


class CaseView:
    """Shows cases."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def find(self, request: web.Request) -> OneCase:
        """The case that a request is about. Raises aiohttp's 404."""
        number, me = number_of(request), me_of(request)
        found = await self._desk.store.read(lambda tx: one_case.read(tx, number, me.id))
        if found is None:
            raise web.HTTPNotFound
        return found

    async def opened(self, me: Me, number: int) -> None:
        """Somebody reads a case: noted once in ten minutes."""
        store = self._desk.store
        if not await store.read(lambda tx: audit.was_reading(tx, me.name, number)):
            await store.write(lambda tx: audit.note(tx, "read", me.name, ticket=number))

    def page(
        self,
        request: web.Request,
        found: OneCase,
        *,
        box: Box | None = None,
        said: Said | None = None,
        status: int = 200,
        **more: Any,
    ) -> web.Response:
        """The whole page."""
        me = me_of(request)
        values = self.values(request, found, box, said)
        question = found.ticket.question
        values |= {"question": question, "offers": self.offers(found, question), **more}
        return self._desk.pages.page("case.html", me.language, status=status, **values)

    def pieces(
        self,
        request: web.Request,
        found: OneCase,
        *,
        box: Box | None = None,
        said: Said | None = None,
    ) -> web.Response:
        """What may have changed, each piece in its place; box: what stands in the reply box now."""
        me = me_of(request)
        values = self.values(request, found, box, said)
        return self._desk.pages.page("case_news.html", me.language, boxed=box is not None, **values)

    def offers(self, found: OneCase, question: str) -> Sequence[Offer]:
        """Entries for a question, in the person's language."""
        return offers(self._desk.newest(), question, found.ticket.language)

    def values(
        self, request: web.Request, found: OneCase, box: Box | None, said: Said | None
    ) -> dict[str, Any]:
        """What the templates of a case fill in."""
        me, ticket, content = me_of(request), found.ticket, self._desk.newest().content
        whole = request.query.get("all") == "1"
        return {
            "me": me,
            "case": ticket,
            "found": found,
            "name": name_of_case(ticket.id, ticket.person, content, me.language),
            "story": story(ticket, content, me.language, whole=whole),
            "whole": whole,
            "box": box or Box(found.newest_line),
            "said": said,
            "can_write": can_write(found),
            "costs": self._costs(found),
            "can_attach": can_attach(self._desk.settings, ticket.channel),
            "accepted": ",".join(f".{one}" for endings in ENDINGS.values() for one in endings),
            "largest": LARGEST,
            "pictures": PICTURES,
            "topics": {one.id: one.label[me.language] for one in content.topics.values()},
            "canned": canned(content.texts, ticket.language, me.language),
            "outcomes": OUTCOMES,
            "oob": False,
        }

    def _costs(self, found: OneCase) -> bool:
        if found.ticket.channel != "viber":
            return False
        return found.wrote_at is None or self._desk.clock() - found.wrote_at >= VIBER_SESSION


def can_write(found: OneCase) -> bool:
    """May the person be written to? Into an urgent case that is closed nobody writes first."""
    ticket = found.ticket
    if ticket.person is None or ticket.merged_into is not None:
        return False
    return ticket.closed_at is None or ticket.priority != "urgent"


def number_of(request: web.Request) -> int:
    """The number in the address. Raises aiohttp's 404 for one that no database can count."""
    number = int(request.match_info["case"])
    if number >= 2**31:
        raise web.HTTPNotFound
    return number
