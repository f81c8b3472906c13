"""How long the console's pages take with 5,000 open cases, while fifty browsers listen."""

import asyncio
import json
import random
import re
import statistics
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
from sqlalchemy import insert

from benchmarks.report import Report
from bot.console.guard import COOKIE
from bot.store import accounts, sessions, tables
from bot.store.store import Store
from bot.store.transaction import Transaction
from tests.fakes.postgres_server import NoServer, postgres_server
from tests.fakes.program import SECRET, Deployment, Running

CONTENT = Path(__file__).parents[1] / "knowledge_base" / "content"
OPEN, CLOSED, LINES = 5_000, 5_000, 6
BROWSERS, COLLEAGUES, TIMES, PER_SECOND = 50, 10, 20, 20
GOAL = 200
"""Milliseconds."""
IN_ONE = 500
"""Cases that are put in at once."""
PAGES = {
    "urgent": "/?view=urgent",
    "waiting": "/?view=waiting",
    "waiting, page 40": "/?view=waiting&page=40",
    "mine": "/?view=mine",
    "unanswered": "/?view=unanswered",
    "waiting for the person": "/?view=waiting_for_person",
    "closed": "/?view=closed",
    "filtered": "/?view=waiting&topic=travel&age=over_3&language=sq&whose=nobody",
    "search": "/?q=dokum+viz",
    "search, filtered": "/?q=pune&topic=work",
    "case": "/case/4711",
    "account": "/account",
    "staff": "/staff",
    "audit": "/audit",
    "figures": "/figures",
    "figures of a year": "/figures?period=year",
    "referral": "/case/4711/refer",
}
STATES = ("waiting_for_staff", "with_staff", "waiting_for_person", "unanswered")
WORDS = (
    "Çfarë dokumentesh duhen për vizë në Belgjikë?",
    "Si mund të gjej punë në Gent si infermiere?",
    "Sa kohë mund të qëndroj pa leje?",
    "Më refuzuan në kufi, çfarë bëj tani?",
    "Can my children go to school in Antwerp?",
    "Punëdhënësi nuk më paguan prej dy muajsh.",
)


def run(report: Report) -> None:
    """Every page, twenty times, on both engines."""
    with TemporaryDirectory() as folder:
        asyncio.run(_measure(report, Path(folder), f"sqlite:///{folder}/udha.db", "SQLite"))
        try:
            with postgres_server(durable=True) as server:
                url = server.url(server.new_database())
                asyncio.run(_measure(report, Path(folder), url, "PostgreSQL"))
        except NoServer as reason:
            report(f"  no PostgreSQL can be started here: {reason}")


async def _measure(report: Report, folder: Path, url: str, engine: str) -> None:
    report(
        f"{OPEN:,} open cases and {CLOSED:,} closed on {engine}; {BROWSERS} browsers listen, "
        f"{PER_SECOND} changes a second"
    )
    deployment = Deployment(folder, {"UDHA_DATABASE_URL": url})
    store = await Store.open(url, SECRET, partial(datetime.now, UTC))
    await _fill(store, sorted(path.stem for path in (CONTENT / "faq").iterdir()))
    tokens = [await store.write(_signed_in(f"Colleague {n}")) for n in range(COLLEAGUES)]
    await store.close()
    async with Running(deployment), AsyncExitStack() as open_ones:
        browsers = [
            await open_ones.enter_async_context(_browser_of(deployment.url, token))
            for token in tokens
        ]
        await _pages(report, browsers)


def _signed_in(name: str) -> Callable[[Transaction], str]:
    """Makes an admin with a session; gives the session's cookie."""

    def sign_in(tx: Transaction) -> str:
        sessions.begin(tx, accounts.add(tx, name, "admin", "sq"), name)
        return name

    return sign_in


def _browser_of(url: str, token: str) -> aiohttp.ClientSession:
    http = aiohttp.ClientSession(
        url, cookie_jar=aiohttp.CookieJar(unsafe=True), timeout=aiohttp.ClientTimeout()
    )
    http.cookie_jar.update_cookies({COOKIE: token})
    return http


async def _pages(report: Report, browsers: Sequence[aiohttp.ClientSession]) -> None:
    own = browsers[0]
    # What somebody sees who comes in; from then on the words are being read.
    _, took = await _opened(own, "/")
    report.value("the very first page", took, "ms")
    _, took = await _opened(own, PAGES["search"])
    report.value("the first search of a process", took, "ms", below=1000)
    async with _busy(browsers) as seen:
        for name, address in PAGES.items():
            found = []
            for _ in range(TIMES):
                found.append(await _opened(own, address))
                await asyncio.sleep(0.05)
            if any(status == 404 for status, _ in found):
                report(f"  {name:<58} is not there")
                continue
            took_all = [took for _, took in found]
            report.value(f"{name}, median of {TIMES}", statistics.median(took_all), "ms")
            report.value(f"{name}, slowest", max(took_all), "ms", below=GOAL)
    report.rate("changes that came in meanwhile", seen.changes, "")
    report.value("a change, median", statistics.median(seen.took), "ms", below=GOAL)
    report.rate("times that a browser fetched the queue anew", len(seen.fetched), "")
    report.value("such a fetch, median", statistics.median(seen.fetched), "ms", below=GOAL)
    report.value("a change is heard after, median", statistics.median(seen.heard), "ms")
    report.value("a change is heard after, slowest", max(seen.heard), "ms", below=2000)


async def _opened(http: aiohttp.ClientSession, address: str) -> tuple[int, float]:
    """The status of a page, and the milliseconds that it took."""
    began = time.perf_counter()
    async with http.get(f"/console{address}") as response:
        await response.read()
        assert response.url.path != "/console/sign-in"
        assert response.status in (200, 404), (address, response.status)
        return response.status, 1000 * (time.perf_counter() - began)


@dataclass
class Seen:
    """What the browsers have seen."""

    changes: int = 0
    changed_at: dict[str, float] = field(default_factory=dict)
    heard: list[float] = field(default_factory=list)
    fetched: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)

    def hears(self, name: str) -> None:
        """An event has reached a browser."""
        if name in self.changed_at:
            self.heard.append(1000 * (time.perf_counter() - self.changed_at[name]))


@asynccontextmanager
async def _busy(browsers: Sequence[aiohttp.ClientSession]) -> AsyncIterator[Seen]:
    """Browsers listen and fetch the queue when they are told to, while cases change."""
    seen = Seen()
    listening = [_listen(browsers[n % len(browsers)], seen) for n in range(BROWSERS)]
    tasks = [asyncio.create_task(one) for one in (*listening, _changes(browsers[-1], seen))]
    await asyncio.sleep(2)
    yield seen
    for task in tasks:
        assert not task.done(), task
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _listen(http: aiohttp.ClientSession, seen: Seen) -> None:
    """As the page does: one fetch at a time, and one more if there was news meanwhile."""
    news = asyncio.Event()
    fetching = asyncio.create_task(_fetch_again_and_again(http, news, seen))
    try:
        async with http.get("/console/live") as response:
            async for line in response.content:
                if not line.startswith(b"data: "):
                    continue
                for name, _ in json.loads(line.removeprefix(b"data: ")):
                    seen.hears(name)
                    if name == "queue":
                        news.set()
    finally:
        fetching.cancel()


async def _fetch_again_and_again(
    http: aiohttp.ClientSession, news: asyncio.Event, seen: Seen
) -> None:
    while True:
        await news.wait()
        news.clear()
        began = time.perf_counter()
        headers = {"HX-Request": "true"}
        async with http.get("/console/?view=waiting", headers=headers) as response:
            assert response.status == 200
            await response.read()
        seen.fetched.append(1000 * (time.perf_counter() - began))


async def _changes(http: aiohttp.ClientSession, seen: Seen) -> None:
    """Cases are claimed and noted in, evenly, by forms of their pages."""
    async with http.get("/console/account") as response:
        csrf = re.findall(r'"X-CSRF-Token":"(\w+)"', await response.text())[0]
    began = time.perf_counter()
    while True:
        id_ = CLOSED + 1 + seen.changes % OPEN
        deed = ("claim", "note")[seen.changes % 2]
        form, sent = {"csrf": csrf, "note": "called back"}, time.perf_counter()
        seen.changed_at[f"case-{id_}"] = sent
        address = f"/console/case/{id_}/{deed}"
        async with http.post(address, data=form, allow_redirects=False) as response:
            assert response.status in (303, 409), (address, response.status)
        seen.took.append(1000 * (time.perf_counter() - sent))
        seen.changes += 1
        await asyncio.sleep(max(0.0, began + seen.changes / PER_SECOND - time.perf_counter()))


async def _fill(store: Store, topics: Sequence[str]) -> None:
    chance = random.Random(7)
    for first in range(0, OPEN + CLOSED, IN_ONE):
        numbers = range(first + 1, first + 1 + IN_ONE)
        await store.write(partial(_put, numbers=numbers, topics=topics, chance=chance))


def _put(tx: Transaction, numbers: range, topics: Sequence[str], chance: random.Random) -> None:
    """People with one case each, of six lines; those with the first numbers are closed."""
    seal = tx.seals.tickets.seal
    rows: dict[str, list[dict[str, object]]] = {"people": [], "tickets": [], "lines": []}
    for number in numbers:
        closed = number <= CLOSED
        state = "closed" if closed else STATES[number % 4]
        # What nobody was promised an answer to is deleted after a week.
        days = 6 if state == "unanswered" else 20
        at = tx.now - timedelta(minutes=chance.randrange(60 * 24 * days))
        claimed = not closed and number % 4 in (1, 2)
        rows["people"].append(
            {
                "id": number,
                "channel": "web",
                "chat": tx.seals.chat("web", f"person {number}"),
                "address": tx.seals.people.seal(f"person {number}"),
                "language": "sq",
                "first_seen_at": at,
                "last_message_at": at,
            }
        )
        rows["tickets"].append(
            {
                "id": number,
                "person_id": number,
                "channel": "web",
                "language": "sq" if number % 5 else "en",
                "state": state,
                "priority": "urgent" if number % 250 == 0 else "normal",
                "question": seal(WORDS[number % len(WORDS)]),
                "opened_at": at,
                "requested_at": None if state == "unanswered" else at,
                "changed_at": at,
                "closed_at": at + timedelta(hours=5) if closed else None,
                "outcome": seal("answered") if closed else None,
                "claimed_by": seal("Ana" if number % 3 else "Besa") if claimed else None,
                "claimed_at": at if claimed else None,
                "topic": topics[number % len(topics)],
            }
        )
        rows["lines"].extend(
            {
                "ticket_id": number,
                "at": at + timedelta(minutes=line),
                "author": "staff" if line % 3 == 2 else "person",
                "staff": seal("Ana") if line % 3 == 2 else None,
                "text": seal(f"{WORDS[(number + line) % len(WORDS)]} {number}"),
                "arrival": "delivered" if line % 3 == 2 else None,
            }
            for line in range(LINES)
        )
    for table, name in (
        (tables.people, "people"),
        (tables.tickets, "tickets"),
        (tables.ticket_lines, "lines"),
    ):
        tx.sql.execute(insert(table), rows[name])
