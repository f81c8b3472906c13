"""Two cases of one person become one: nothing said is lost, no stranger's is touched."""

from collections.abc import AsyncIterator

import pytest

from bot.app import Udha
from bot.store import casework, merging
from bot.store.errors import NotOnePerson, TicketIsClosed
from handlers.messages import Forgotten, TicketMessage
from tests.fakes.case_people import CasePeople
from tests.fakes.console_people import Colleague, colleague
from tests.fakes.store_world import MovedClock


@pytest.fixture
async def people(udha: Udha, clock: MovedClock) -> CasePeople:
    """Somebody with a closed case and an open one."""
    people = CasePeople(udha.parts.store, clock)
    await people.ask("e para")
    await people.store.act(lambda tx: casework.add_note(tx, 1, "shënim i vjetër", "Mira"))
    await people.store.close_ticket(1, "answered", "Mira")
    await people.ask("e dyta")
    return people


@pytest.fixture
async def ana(udha: Udha) -> AsyncIterator[Colleague]:
    async with colleague(udha, "Ana") as signed_in:
        yield signed_in


async def merges(people: CasePeople, source: int, into: int) -> None:
    await people.store.act(lambda tx: merging.merge(tx, source, into, "Ana"))


async def test_all_that_was_said(people: CasePeople, ana: Colleague) -> None:
    """Lines and notes of the other case stand in this one in the order of time; the other says
    where they went, and is found from here."""
    page = await ana.sends("/case/2/merge", other="1")
    assert "Ana merged case no. 1 into this one" in page.text
    for words in ("e para", "shënim i vjetër", "e dyta"):
        assert words in page.text
    told = page.text.split("Conversation")[1]
    assert told.index("e para") < told.index("shënim i vjetër") < told.index("e dyta")
    old = await ana.opens("/case/1")
    assert "Merged into case no. 2." in old.text
    assert 'id="answer_form"' not in old.html
    shell = await people.case(1)
    assert (shell.state, shell.merged_into, shell.lines) == ("closed", 2, [])


async def test_the_open_one_into_the_closed(people: CasePeople) -> None:
    """The open case may go into the closed one, which is open then, as the other was."""
    await people.store.act(lambda tx: casework.claim(tx, 2, "Besa"))
    await merges(people, 2, 1)
    into, shell = await people.case(1), await people.case(2)
    assert (into.state, into.claimed_by, into.outcome) == ("with_staff", "Besa", None)
    assert (shell.state, shell.outcome) == ("closed", "merged")
    await people.say("edhe kjo", TicketMessage("edhe kjo"))
    assert (await people.case(1)).lines[-1].text == "edhe kjo"


async def test_what_is_urgent_stays_so(people: CasePeople) -> None:
    """Danger in the case that goes is danger in the one that stays."""
    await people.in_danger()
    await merges(people, 2, 1)
    found = await people.case(1)
    assert (found.priority, found.danger, found.state) == (
        "urgent",
        "violence",
        "waiting_for_staff",
    )


async def test_only_of_one_person(people: CasePeople, ana: Colleague) -> None:
    """Cases of two people are never merged, nor one with itself, nor one twice."""
    await people.ask("tjetërkush", who="bea")
    for source, into in ((3, 2), (2, 3), (2, 2)):
        with pytest.raises(NotOnePerson):
            await merges(people, source, into)
    assert (await ana.sends("/case/2/merge", other="3")).status == 409
    assert (await ana.sends("/case/2/merge", other="x")).status == 409
    assert (await ana.sends("/case/2/merge", other="99")).status == 404
    await merges(people, 1, 2)
    with pytest.raises(NotOnePerson):
        await merges(people, 1, 2)
    assert (await people.case(3)).lines[0].text == "tjetërkush"


async def test_a_shell_is_not_opened(people: CasePeople, ana: Colleague) -> None:
    """A case that was merged stays closed."""
    await merges(people, 1, 2)
    with pytest.raises(TicketIsClosed):
        await people.store.act(lambda tx: casework.reopen(tx, 1, "Ana"))
    assert "do_reopen" not in (await ana.opens("/case/1")).html


async def test_merged_and_merged_again(people: CasePeople) -> None:
    """What was merged into a case that is merged itself is found in the last one."""
    await merges(people, 1, 2)
    await people.store.close_ticket(2, "answered", "Ana")
    await people.ask("e treta")
    await merges(people, 2, 3)
    assert [(await people.case(n)).merged_into for n in (1, 2, 3)] == [3, 3, None]
    said = [line.text for line in (await people.case(3)).lines if line.author == "person"]
    assert said == ["e para", "e dyta", "e treta"]


async def test_everything_is_deleted(people: CasePeople) -> None:
    """Who deletes everything deletes merged cases as well."""
    await merges(people, 1, 2)
    await people.say("/deletemydata", Forgotten())
    assert await people.store.tickets(all_=True) == []
