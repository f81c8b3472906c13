"""The figures page: how long people waited, what was asked, and nobody in it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import Udha
from bot.console import measures
from bot.store import audit
from bot.store.response_times import LIMITS
from tests.fakes.case_people import CasePeople
from tests.fakes.console_people import colleague
from tests.fakes.store_world import MovedClock


@pytest.fixture
def people(udha: Udha, clock: MovedClock) -> CasePeople:
    return CasePeople(udha.parts.store, clock)


async def _answered(people: CasePeople, number: int, hours: float) -> None:
    """Somebody asks for a person and gets the first human word so many hours later."""
    await people.ask(who=f"person {number}")
    people.clock.move(hours=hours)
    await people.store.reply(number, "Po.", "Ana")


async def test_last_week_in_words(udha: Udha, people: CasePeople) -> None:
    """The first thing on the page says how long first answers took last week."""
    for number, hours in enumerate((1, 2, 3, 4, 10), start=1):
        await _answered(people, number, hours)
    people.clock.move(days=7)
    async with colleague(udha) as ana:
        page = await ana.opens("/figures")
    assert (
        "half of the cases within 3 h 0 min, nine of ten within 10 h 0 min (5 cases)" in page.text
    )


async def test_few_are_not_shown(udha: Udha, people: CasePeople) -> None:
    """Of fewer than five cases nothing is said, neither a number nor a time."""
    for number in range(1, 5):
        await _answered(people, number, 2)
    async with colleague(udha) as ana:
        page = await ana.opens("/figures")
        export = await ana.opens("/figures.csv?what=channels")
    assert "By channel" in page.text
    assert "2 h 0 min" not in page.text
    assert '<td data-value="4"' not in page.html
    assert export.html.lstrip("\ufeff").splitlines() == [
        "By channel,Cases",
        "chat page,fewer than 5",
    ]


async def test_the_bots_words_are_no_first_answer(udha: Udha, people: CasePeople) -> None:
    """Only a human's word ends the waiting."""
    for number in range(1, 7):
        await people.ask(who=f"person {number}")
    people.clock.move(days=7)
    async with colleague(udha) as ana:
        assert "First answer: fewer than 5 cases" in (await ana.opens("/figures")).text


async def test_export(udha: Udha, people: CasePeople) -> None:
    """A table can be taken away as a file; who took which is noted."""
    for number in range(1, 7):
        await _answered(people, number, 1)
    async with colleague(udha) as ana:
        export = await ana.opens("/figures.csv?what=weeks&period=week")
        assert (await ana.opens("/figures.csv?what=people")).status == 404
    assert export.headers["Content-Disposition"] == 'attachment; filename="udha-weeks-week.csv"'
    last = export.html.splitlines()[-1].split(",")
    assert last == ["02.03.2026", "6", "0", "1.00", "1.00", "fewer than 5", "fewer than 5"]
    deeds = await udha.parts.store.read(lambda tx: audit.read(tx, 9))
    assert ("exported", "Ana", "weeks week") in [(one.what, one.by, one.detail) for one in deeds]


async def test_what_is_deleted_still_counts(udha: Udha, people: CasePeople) -> None:
    """Of weeks whose cases are gone the counts are left: how many were closed, and how long it
    took at most."""
    for number in range(1, 7):
        await _answered(people, number, 1)
        await udha.parts.store.close_ticket(number, "answered", "Ana")
    people.clock.move(days=120)
    await udha.parts.store.expire()
    assert await udha.parts.store.tickets(all_=True) == []
    async with colleague(udha) as ana:
        assert "not kept" in (await ana.opens("/figures?period=year")).text
        export = await ana.opens("/figures.csv?what=weeks&period=year")
    (week,) = [line for line in export.html.splitlines() if line.startswith("02.03.2026")]
    assert week.split(",")[1:] == ["not kept", "6", "1.00", "1.00", "1.00", "1.00"]


async def test_every_period(udha: Udha) -> None:
    """Each period can be shown, also where nothing has happened."""
    async with colleague(udha) as ana:
        for period in ("week", "month", "quarter", "year", "nonsense"):
            assert (await ana.opens(f"/figures?period={period}")).url == "/console/figures"


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 30), max_size=8))
def test_no_hidden_number_can_be_worked_out(number: dict[str, int]) -> None:
    """Where one number is hidden another is too, as long as there is another."""
    hidden = measures.hidden_of(number)
    assert {key for key, count in number.items() if 0 < count < measures.FEWEST} <= hidden
    if len(hidden) == 1:
        assert [count for count in number.values() if count] == [number[next(iter(hidden))]]


@given(st.lists(st.integers(1, 20000), min_size=5, max_size=60))
def test_middle_and_nine_of_ten(minutes: list[int]) -> None:
    """At least half of all took no longer than the middle, nine of ten no longer than the other."""
    found = measures.spread_of(60.0 * one for one in minutes)
    assert found is not None
    for limit, share in ((found.median, 0.5), (found.p90, 0.9)):
        within = [one for one in minutes if timedelta(minutes=one) <= limit]
        assert len(within) >= share * len(minutes)


@given(st.lists(st.integers(1, LIMITS[-1]), min_size=5, max_size=40))
def test_counts_say_no_less(minutes: list[int]) -> None:
    """What is known from counts is never shorter than what it was."""
    exact = measures.spread_of(60.0 * one for one in minutes)
    by_limit: dict[str, int] = {}
    for one in minutes:
        limit = str(next(limit for limit in LIMITS if one <= limit))
        by_limit[limit] = by_limit.get(limit, 0) + 1
    counted = measures.spread_of_counts(by_limit)
    assert exact is not None
    assert counted is not None
    assert counted.median >= exact.median
    assert counted.p90 >= exact.p90
