"""How quickly does the team answer, and what is asked? Figures without a person in them."""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from bot.console import measures
from bot.console.desk import Desk, Me, me_of
from bot.console.measures import Took, Week
from bot.console.pages import ALBANIA
from bot.office import office_of
from bot.store import audit, response_times
from bot.store.response_times import (
    FIRST,
    KNOWN_OUTCOMES,
    OUTCOME,
    RESOLUTION,
    Counted,
    OpenByAge,
    Times,
)
from bot.store.transaction import Transaction
from bot.working_hours import WorkingHours

PERIODS: Mapping[str, int] = {"week": 2, "month": 5, "quarter": 13, "year": 53}
"""What can be chosen → in how many weeks it is shown, the running one included."""
AGES = (0, 1, 3, 7, 14)
"""Days at which a group of open cases begins."""
BOT = ("answer", "picked", "suggest", "escalate", "out_of_scope", "handed_over", "danger")
AFTER = ("case_helped", "case_not_yet", "helpful_yes", "helpful_no")
TABLES = ("weeks", "channels", "languages", "topics", "outcomes", "ages", "bot")
"""What can be exported."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would run."""


@dataclass(frozen=True)
class Table:
    """Rows of figures under their headings; None: hidden, because it is of few people."""

    name: str
    """The text console_figures_table_<name> is its title, console_figures_about_<name> says what
    is counted."""
    columns: Sequence[str]
    """Keys of console_figures_column_<key>."""
    rows: Sequence[tuple[str, Sequence[Any]]]
    """What each row is about, in words or as the key of a text, and its figures."""
    plot: bool = False


@dataclass(frozen=True)
class Found:
    """What the store knows of a period."""

    times: Sequence[Times]
    counted: Sequence[Counted]
    ages: Sequence[OpenByAge]


class FiguresPage:
    """The page, and its tables as files."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        office = office_of(desk.settings)
        self._worked: Took | None = None if office is None else _at_work(office.hours)

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/figures", self._page), web.get("/figures.csv", self._file)]

    async def _page(self, request: web.Request) -> web.Response:
        me, period = me_of(request), _period(request)
        found = await self._find(period)
        tables = [self._named(one, me) for one in self._tables(found, period, me)]
        return self._desk.pages.page(
            "figures.html",
            me.language,
            me=me,
            place="figures",
            period=period,
            periods=list(PERIODS),
            tables=tables,
            last=self._last_week(found, None),
            last_worked=self._worked and self._last_week(found, self._worked),
            kept_days=self._desk.settings.keeping.closed_days,
            fewest=measures.FEWEST,
        )

    async def _file(self, request: web.Request) -> web.Response:
        me, period, name = me_of(request), _period(request), request.query.get("what", "")
        if name not in TABLES:
            raise web.HTTPNotFound
        found = await self._find(period)
        table = next(one for one in self._tables(found, period, me) if one.name == name)
        body = self._csv(table, me)
        detail = f"{name} {period}"
        await self._desk.store.write(lambda tx: audit.note(tx, "exported", me.name, detail=detail))
        return web.Response(
            # Excel reads UTF-8 only where it begins like this.
            body=b"\xef\xbb\xbf" + body.encode(),
            headers={"Content-Disposition": f'attachment; filename="udha-{name}-{period}.csv"'},
            content_type="text/csv",
            charset="utf-8",
        )

    async def _find(self, period: str) -> Found:
        begin = self._begin(period)
        kinds = (FIRST, RESOLUTION, OUTCOME, *BOT, *AFTER)

        def read(tx: Transaction) -> Found:
            return Found(
                response_times.since(tx, begin),
                response_times.counted_since(tx, begin, kinds),
                response_times.open_by_age(tx, AGES),
            )

        return await self._desk.store.read(read)

    def _begin(self, period: str) -> datetime:
        first = measures.mondays(self._desk.clock(), PERIODS[period], ALBANIA)[0]
        return datetime(first.year, first.month, first.day, tzinfo=ALBANIA)

    def _weeks(self, found: Found, period: str) -> list[Week]:
        """Of cases where they are all kept, else of what was counted."""
        begins = measures.mondays(self._desk.clock(), PERIODS[period], ALBANIA)
        keeping = timedelta(days=self._desk.settings.keeping.closed_days)
        whole_from = (self._desk.clock() - keeping).astimezone(ALBANIA).date()
        gone = [begin for begin in begins if begin < whole_from]
        there = [begin for begin in begins if begin >= whole_from]
        return [
            *measures.weeks_of_counts(found.counted, gone),
            *measures.weeks_of(found.times, there, ALBANIA, _by_the_clock),
        ]

    def _last_week(self, found: Found, took: Took | None) -> Week:
        """The whole week before this one."""
        begin = measures.mondays(self._desk.clock(), 2, ALBANIA)[0]
        return measures.weeks_of(found.times, [begin], ALBANIA, took or _by_the_clock)[0]

    def _tables(self, found: Found, period: str, me: Me) -> list[Table]:
        begin = self._begin(period).timestamp()
        asked = [one for one in found.times if one.asked >= begin]
        channels = Counter(f"staff_channel_{one.channel}" for one in asked)
        languages = Counter(f"staff_language_{one.language}" for one in asked)
        topics = Counter(self._topic(one, me) for one in asked)
        return [
            self._week_table(found, period),
            _share_table("channels", channels),
            _share_table("languages", languages),
            _share_table("topics", topics),
            _share_table("outcomes", _outcomes(found.counted)),
            self._ages(found.ages),
            self._bot_table(found, period),
        ]

    def _week_table(self, found: Found, period: str) -> Table:
        columns = ("asked", "closed", "first_median", "first_p90", "done_median", "done_p90")
        rows = [(_day(week), _cells(week)) for week in self._weeks(found, period)]
        return Table("weeks", columns, rows, plot=True)

    def _topic(self, one: Times, me: Me) -> str:
        topics = self._desk.newest().content.topics
        known = one.topic in topics
        return topics[one.topic].label[me.language] if known else "console_figures_no_topic"

    def _ages(self, ages: Sequence[OpenByAge]) -> Table:
        number = {f"console_figures_age_{one.days}": one.cases for one in ages}
        hidden = measures.hidden_of(number)
        rows = [(key, [None if key in hidden else count]) for key, count in number.items()]
        return Table("ages", ("cases",), rows)

    def _bot_table(self, found: Found, period: str) -> Table:
        begins = measures.mondays(self._desk.clock(), PERIODS[period], ALBANIA)
        columns = [measures.by_week(found.counted, begins, what) for what in (*BOT, *AFTER)]
        rows = [
            (f"{begin:%d.%m.%Y}", [column[number] for column in columns])
            for number, begin in enumerate(begins)
        ]
        return Table("bot", (*BOT, *AFTER), rows)

    def _named(self, table: Table, me: Me) -> Table:
        """The same with words in place of the keys of texts."""
        texts = self._desk.texts
        rows = [
            (self._desk.say(me, about) if about in texts else about, cells)
            for about, cells in table.rows
        ]
        return replace(table, rows=rows)

    def _csv(self, table: Table, me: Me) -> str:
        written = io.StringIO()
        out = csv.writer(written)
        headings = [self._desk.say(me, f"console_figures_column_{key}") for key in table.columns]
        out.writerow([self._desk.say(me, f"console_figures_table_{table.name}"), *headings])
        for about, cells in self._named(table, me).rows:
            out.writerow([_harmless(about), *(self._cell(cell, me) for cell in cells)])
        return written.getvalue()

    def _cell(self, cell: Any, me: Me) -> str:
        if cell is None:
            return self._desk.say(me, "console_figures_hidden", fewest=measures.FEWEST)
        if cell == measures.GONE:
            return self._desk.say(me, "console_figures_gone")
        if isinstance(cell, timedelta):
            return f"{cell.total_seconds() / 3600:.2f}"
        return str(cell)


def _by_the_clock(begin: int, end: int) -> float:
    return end - begin


def _at_work(hours: WorkingHours) -> Took:
    """As _by_the_clock, of hours at work only."""

    def took(begin: int, end: int) -> float:
        moments = (datetime.fromtimestamp(one, UTC) for one in (begin, end))
        return hours.worked(*moments).total_seconds()

    return took


def _period(request: web.Request) -> str:
    asked = request.query.get("period", "")
    return asked if asked in PERIODS else "month"


def _share_table(name: str, number: Counter[str]) -> Table:
    found = measures.shares(number)
    return Table(name, ("cases",), [(key, [count]) for key, count in found])


def _outcomes(counted: Sequence[Counted]) -> Counter[str]:
    """By the keys of their texts; words of somebody's own are not shown."""
    number: Counter[str] = Counter()
    for one in counted:
        if one.what == OUTCOME:
            other = "console_figures_other_outcome"
            known = one.detail in KNOWN_OUTCOMES
            number[f"staff_outcome_{one.detail}" if known else other] += one.number
    return number


def _day(week: Week) -> str:
    return f"{week.begin:%d.%m.%Y}"


def _cells(week: Week) -> list[Any]:
    first, done = week.first, week.resolution
    return [
        week.asked,
        week.closed,
        first and first.median,
        first and first.p90,
        done and done.median,
        done and done.p90,
    ]


def _harmless(text: str) -> str:
    """A spreadsheet takes what begins like a formula for one."""
    return f"'{text}" if text.startswith(FORMULA) else text
