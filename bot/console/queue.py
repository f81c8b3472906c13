"""What waits for staff?"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from aiohttp import web
from markupsafe import Markup

from bot.console.desk import Desk, Me, me_of
from bot.console.kept_pieces import KeptPieces
from bot.console.queue_asked import AGES, TODAY, Asked
from bot.console.queue_rows import lines_of
from bot.console.search import Search
from bot.store import queue
from bot.store.queue import VIEWS, WITHOUT_TOPIC, Counts, Page, QueueRow
from bot.store.transaction import Transaction
from knowledge_base.model import LANGUAGES

ON_A_PAGE = 50
CHANNELS = ("web", "telegram", "viber", "terminal")
FRESH = 30
"""Seconds after which a list is made anew though nothing changed: ages grow."""


class Queue:
    """The first page: the cases, urgent ones on top."""

    def __init__(self, desk: Desk, search: Search) -> None:
        self._desk = desk
        self._stale = timedelta(days=desk.settings.keeping.stale_days)
        self._search = search
        self._lists: KeptPieces[str] = KeptPieces()
        self._counts: KeptPieces[Counts] = KeptPieces(4)

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/", self._page)]

    async def _page(self, request: web.Request) -> web.Response:
        me = me_of(request)
        self._search.begin()
        counts = await self._counts.get(self._version(), self._count)
        asked = _with_view(Asked.of(request.query), counts)
        listed = await self._listed(asked, me)
        values: dict[str, Any] = {
            "me": me,
            "asked": asked,
            "tabs": [(view, _tab(asked, view), counts.of(view, me.name)) for view in VIEWS],
            "listed": Markup(listed),  # noqa: S704 - a template has escaped what stands in it
        }
        if "HX-Request" in request.headers:
            return self._desk.pages.page("queue_news.html", me.language, **values)
        choices: dict[str, Any] = {
            "ages": (TODAY, *AGES),
            "channels": CHANNELS,
            "languages": LANGUAGES,
            "topics": [
                (topic.id, topic.label[me.language])
                for topic in self._desk.newest().content.topics.values()
            ],
            "without_topic": WITHOUT_TOPIC,
            "done": _done(request),
            "place": "queue",
        }
        return self._desk.pages.page("queue.html", me.language, **values, **choices)

    def _version(self) -> tuple[int, int]:
        """Grows with each change, of this process or another."""
        return self._desk.store.changed.version, self._desk.live.version

    async def _count(self) -> Counts:
        def count(tx: Transaction) -> Counts:
            return replace(queue.counts(tx), claimed=queue.claimed(tx))

        return await self._desk.store.read(count)

    async def _listed(self, asked: Asked, me: Me) -> str:
        """The list as a piece of a page, the same for all who ask for it in one language."""
        content = self._desk.newest().content
        moment = int(self._desk.clock().timestamp()) // FRESH
        whose = me.name if asked.view == "mine" and not asked.words else ""
        key = (asked, me.language, whose, moment, self._version(), content.version)
        return await self._lists.get(key, lambda: self._list(asked, me))

    async def _list(self, asked: Asked, me: Me) -> str:
        page, found = asked.page, await self._rows(asked, me)
        if not found.rows and page > 1:
            asked = asked.but(page=max(1, -(-found.total // ON_A_PAGE)))
            found = await self._rows(asked, me)
        content, now = self._desk.newest().content, self._desk.clock()
        first = (asked.page - 1) * ON_A_PAGE
        return self._desk.pages.html(
            "queue_list.html",
            me.language,
            asked=asked,
            lines=lines_of(found.rows, content, me.language, now, self._stale),
            channels=CHANNELS,
            total=found.total,
            first=first + 1,
            last=first + len(found.rows),
            before=asked.but(page=asked.page - 1).address if asked.page > 1 else "",
            after=asked.but(page=asked.page + 1).address
            if first + len(found.rows) < found.total
            else "",
        )

    async def _rows(self, asked: Asked, me: Me) -> Page:
        first = (asked.page - 1) * ON_A_PAGE
        filters = asked.filters(self._desk.clock())
        if asked.words:
            return await self._found(asked, first)
        view = asked.view or "waiting"
        return await self._desk.store.read(
            lambda tx: queue.page(tx, view, filters, me.name, ON_A_PAGE, first)
        )

    async def _found(self, asked: Asked, first: int) -> Page:
        """What is looked for, in all views."""
        ids: Sequence[int] = await self._search.find(asked.words)
        store, filters = self._desk.store, asked.filters(self._desk.clock())
        if asked.filtered:
            let_through = await store.read(lambda tx: queue.matching(tx, filters))
            ids = [id_ for id_ in ids if id_ in let_through]

        def read(tx: Transaction) -> tuple[QueueRow, ...]:
            return queue.rows(tx, ids[first : first + ON_A_PAGE])

        return Page(await store.read(read), len(ids))


def _with_view(asked: Asked, counts: Counts) -> Asked:
    if asked.view is not None or asked.words:
        return asked
    return replace(asked, view="urgent" if counts.of_view["urgent"] else "waiting")


def _tab(asked: Asked, view: queue.View) -> str:
    return asked.but(view=view, words="").address


def _done(request: web.Request) -> tuple[str, int] | None:
    """What was done to many cases a moment ago: a name of DONE and how many."""
    what, _, number = request.query.get("done", "").partition("-")
    return (what, int(number)) if what in DONE and number.isdecimal() and len(number) < 6 else None


DONE = ("closed", "claimed")
