"""The page of one case: what staff see of it, and what they do with it besides answering."""

from collections.abc import AsyncIterator

import pytest

from bot.app import Udha
from tests.fakes.case_people import QUESTION, CasePeople
from tests.fakes.console_people import Colleague, colleague
from tests.fakes.store_world import MovedClock


@pytest.fixture
def people(udha: Udha, clock: MovedClock) -> CasePeople:
    return CasePeople(udha.parts.store, clock)


@pytest.fixture
async def ana(udha: Udha) -> AsyncIterator[Colleague]:
    async with colleague(udha, "Ana") as signed_in:
        yield signed_in


async def test_a_case(people: CasePeople, ana: Colleague) -> None:
    """Staff see the question, who wrote it under a pseudonym, the channel and the language."""
    await people.ask()
    page = await ana.opens("/case/1")
    assert page.status == 200
    assert QUESTION in page.text
    for word in ("Case", "no. 1", "waiting for the team", "chat page", "Albanian"):
        assert word in page.text


async def test_claim(people: CasePeople, ana: Colleague) -> None:
    """Whoever claims a case has it."""
    await people.ask()
    page = await ana.sends("/case/1/claim")
    assert "You have this case." in page.text
    assert (await people.case()).claimed_by == "Ana"


async def test_close(people: CasePeople, ana: Colleague) -> None:
    """A case is closed with an outcome, and a note if there is one."""
    await people.ask()
    page = await ana.sends("/case/1/close", outcome="answered", note="u sqarua")
    assert "u sqarua" in page.text
    found = await people.case()
    assert (found.state, found.outcome) == ("closed", "answered")
