"""Passing a case to a partner: to whom, with whose consent, and exactly which words.

Nothing is sent from here. What is recorded is what a member of staff says on the phone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.console.case_view import number_of
from bot.console.desk import Desk, Me, me_of
from bot.pseudonyms import name_of_case
from bot.store import one_case, referrals
from bot.store.cases import TicketLine
from bot.store.errors import NoSuchTicket, PersonGone
from bot.store.one_case import OneCase
from bot.store.referrals import Consent, Referral
from knowledge_base.model import Contact

LONGEST = 10_000
"""Characters of what is passed."""
LONGEST_CONSENT = 1_000
REFUSED = 409
COUNTRIES = ("al", "be", "bg")


@dataclass(frozen=True)
class Asked:
    """What stands in the form."""

    contact: str = ""
    basis: str = ""
    """consent, life, or nothing yet."""
    words: str = ""
    summary: str = ""
    chosen: tuple[int, ...] = ()
    """Which of the person's lines are passed as well."""

    @classmethod
    def of(cls, form: Mapping[str, str], chosen: Sequence[str]) -> "Asked":
        """What was sent."""
        return cls(
            form.get("contact", ""),
            form.get("basis", ""),
            form.get("words", "").strip()[:LONGEST_CONSENT],
            form.get("summary", "").strip()[:LONGEST],
            tuple(int(one) for one in chosen if one.isascii() and one.isdigit()),
        )


class ReferralPages:
    """The form, what it leads to, and the page to read from on the phone."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(r"/case/{case:\d+}/refer", self._form),
            web.post(r"/case/{case:\d+}/refer", self._sent),
            web.get(r"/case/{case:\d+}/referrals", self._list),
            web.get(r"/case/{case:\d+}/referral/{referral:\d+}", self._to_read_out),
        ]

    async def _form(self, request: web.Request) -> web.Response:
        found = await self._find(request)
        return self._show(request, found, Asked(summary=self._summary(request, found)))

    async def _sent(self, request: web.Request) -> web.Response:
        found = await self._find(request)
        data = await request.post()
        form = {name: str(value) for name, value in data.items()}
        asked = Asked.of(form, [str(one) for one in data.getall("line", [])])
        if trouble := self._trouble(asked):
            return self._show(request, found, asked, trouble=trouble, status=REFUSED)
        passed = _passed(asked, _of_person(found))
        if form.get("step") != "record":
            return self._preview(request, found, asked, passed)
        await self._record(request, asked, passed)
        raise web.HTTPSeeOther(f"/console/case/{found.ticket.id}/referrals")

    async def _record(self, request: web.Request, asked: Asked, passed: str) -> None:
        consent = Consent("life" if asked.basis == "life" else "consent", asked.words)
        number, by = number_of(request), me_of(request).name
        try:
            await self._desk.store.act(
                lambda tx: referrals.refer(tx, number, asked.contact, consent, passed, by)
            )
        except (NoSuchTicket, PersonGone) as error:
            raise web.HTTPNotFound from error

    async def _list(self, request: web.Request) -> web.Response:
        """Where the case was passed on to, as a piece of its page or by itself."""
        found = await self._find(request)
        template = (
            "case_referral_list.html" if "HX-Request" in request.headers else "referrals.html"
        )
        contacts = self._contacts()
        known = await self._referrals(request)
        return self._page(template, request, found, referrals=known, contacts=contacts)

    async def _to_read_out(self, request: web.Request) -> web.Response:
        found = await self._find(request)
        number = int(request.match_info["referral"])
        referral = next((one for one in await self._referrals(request) if one.id == number), None)
        if referral is None:
            raise web.HTTPNotFound
        contact = self._contacts().get(referral.contact)
        return self._page("referral_print.html", request, found, referral=referral, contact=contact)

    async def _referrals(self, request: web.Request) -> list[Referral]:
        number = number_of(request)
        return await self._desk.store.read(lambda tx: referrals.of_ticket(tx, number))

    async def _find(self, request: web.Request) -> OneCase:
        number, me = number_of(request), me_of(request)
        found = await self._desk.store.read(lambda tx: one_case.read(tx, number, me.id))
        if found is None:
            raise web.HTTPNotFound
        return found

    def _trouble(self, asked: Asked) -> str:
        """Why it cannot be passed on like this: the text console_referral_trouble_<this>."""
        if asked.contact not in self._contacts():
            return "contact"
        if asked.basis not in ("consent", "life"):
            return "basis"
        if not asked.words:
            return "words"
        return "" if asked.summary or asked.chosen else "nothing"

    def _contacts(self) -> Mapping[str, Contact]:
        return self._desk.newest().content.contacts

    def _summary(self, request: web.Request, found: OneCase) -> str:
        """What is suggested: the case's name and what it is about, never where the person is."""
        me, ticket = me_of(request), found.ticket
        topic = self._desk.newest().content.topics.get(ticket.topic or "")
        return self._desk.pages.html(
            "referral_summary.html",
            me.language,
            name=self._name(me, found),
            case=ticket,
            topic=topic.label[me.language] if topic else "",
        ).strip()

    def _name(self, me: Me, found: OneCase) -> str:
        ticket = found.ticket
        content = self._desk.newest().content
        return name_of_case(ticket.id, ticket.person, content, me.language)

    def _show(
        self,
        request: web.Request,
        found: OneCase,
        asked: Asked,
        *,
        trouble: str = "",
        status: int = 200,
    ) -> web.Response:
        contacts = self._contacts().values()
        values: dict[str, Any] = {
            "asked": asked,
            "trouble": trouble,
            "by_country": [
                (country, [one for one in contacts if one.country == country])
                for country in COUNTRIES
            ],
            "lines": list(enumerate(_of_person(found))),
        }
        return self._page("referral.html", request, found, status=status, **values)

    def _preview(
        self, request: web.Request, found: OneCase, asked: Asked, passed: str
    ) -> web.Response:
        contact = self._contacts()[asked.contact]
        return self._page(
            "referral_preview.html", request, found, asked=asked, passed=passed, contact=contact
        )

    def _page(
        self, template: str, request: web.Request, found: OneCase, *, status: int = 200, **more: Any
    ) -> web.Response:
        me = me_of(request)
        values = {"me": me, "case": found.ticket, "name": self._name(me, found), **more}
        return self._desk.pages.page(template, me.language, status=status, **values)


def _of_person(found: OneCase) -> list[TicketLine]:
    """What the person wrote, the first line first."""
    return [one for one in found.ticket.lines if one.author == "person" and not one.pressed]


def _passed(asked: Asked, lines: Sequence[TicketLine]) -> str:
    """Exactly the words that are passed."""
    chosen = [f"„{lines[number].text}“" for number in asked.chosen if number < len(lines)]
    return "\n\n".join([part for part in (asked.summary, *chosen) if part])
