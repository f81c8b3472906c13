"""What a person is told of a case: when to expect an answer, that it is late, that it is closed."""

from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from bot.channels.telegram_group.records import Close, Written
from bot.office import OfficeHours
from bot.store import topics
from bot.store.cases import Ticket
from bot.store.group import GroupRecords
from bot.store.replying import words_only
from bot.telling import Telling
from bot.working_hours import WorkingHours
from handlers.closed_case import case_closed
from handlers.desk import Service
from handlers.messages import Reply
from handlers.moments import tirane
from knowledge_base.model import Language
from tests.fakes.conversation import Person, World
from tests.fakes.scripted_knowledge import ScriptedKnowledge

WEEK = dict.fromkeys(range(5), ((9 * 60, 17 * 60),))
OFFICE = OfficeHours(WorkingHours(WEEK), reply_within_hours=4)
NIGHT = "2026-03-02 23:00"
"""A Monday. The store's clock begins on it at ten in the morning, there."""


@pytest.fixture
async def world(tmp_path: Path, engine: str, scripted: ScriptedKnowledge) -> AsyncIterator[World]:
    world = await World.made(tmp_path, scripted)
    world.office = OFFICE
    yield world
    await world.store.close()


@pytest.fixture
def person(world: World) -> Person:
    return Person(world)


async def it_is(person: Person, when: str) -> list[Reply]:
    """The clock is put to a moment there, and whatever is to be told is told."""
    moment = datetime.fromisoformat(when).replace(tzinfo=tirane())
    world = person.world
    world.clock.now = moment
    telling = Telling(world.store, world.office, lambda: world.knowledge.content.texts, world.clock)
    while await telling.step():
        pass
    return await person.lets_pass(0)


def text(person: Person, key: str, language: Language = "sq", **values: object) -> str:
    return person.world.knowledge.content.texts.say(key, language, **values)


async def newest(person: Person) -> Ticket:
    found = await person.ticket(closed_too=True)
    assert found is not None
    whole = await person.world.store.ticket(found.id)
    assert whole is not None
    return whole


async def events(person: Person) -> list[str]:
    return [event.what for event in (await newest(person)).events]


# When to expect an answer


@pytest.mark.parametrize(
    ("at", "sq", "en"),
    [
        ("2026-03-02 10:00", "deri sot, ora 14:00.", "by 14:00 today."),
        ("2026-03-02 16:00", "deri nesër, ora 12:00.", "by 12:00 tomorrow."),
        ("2026-03-06 16:00", "deri të hënën, ora 12:00.", "by 12:00 on Monday."),
    ],
)
async def test_a_promise(world: World, at: str, sq: str, en: str) -> None:
    """Who asks for a person is told by when the answer is there, in hours of work."""
    said: dict[Language, str] = {"sq": sq, "en": en}
    for language, expected in said.items():
        person = Person(world, address=language, language=language)
        await it_is(person, at)
        (reply,) = await person.presses("person")
        assert expected in reply.text
        assert text(person, "team_away", language) not in reply.text


async def test_a_promise_in_the_night(person: Person) -> None:
    """While nobody is at work that is said too, and the time counts from the next morning."""
    await it_is(person, NIGHT)
    (reply,) = await person.presses("person")
    assert text(person, "team_away") in reply.text
    assert "deri nesër, ora 13:00." in reply.text


async def test_the_same_in_every_way_to_a_person(person: Person) -> None:
    """A second question without an answer and suggestions that are handed over promise as well."""
    await person.says("UNKNOWN")
    (reply,) = await person.says("UNKNOWN")
    assert "deri sot, ora 14:00." in reply.text
    other = Person(person.world, address="ben")
    await other.says("SUGGEST")
    (reply,) = await other.says("SUGGEST")
    assert "deri sot, ora 14:00." in reply.text


async def test_news(person: Person) -> None:
    """Who asks for news hears the time again, until it has passed."""
    await person.presses("person")
    (reply,) = await person.presses("news")
    assert "deri sot, ora 14:00." in reply.text
    await person.lets_pass(24)
    (reply,) = await person.presses("news")
    assert "deri" not in reply.text


@pytest.mark.parametrize("service", [Service(), Service(reply_time={"sq": "shpejt", "en": "soon"})])
async def test_nothing_promised(person: Person, service: Service) -> None:
    """With hours but without a promise it is said when the team is there, and nothing else."""
    person.world.office = OfficeHours(WorkingHours(WEEK), None)
    person.world.service = service
    (reply,) = await person.presses("person")
    assert text(person, "team_at_work", time="17:00") in reply.text
    known = "shpejt" if service.reply_time else text(person, "promise_unknown")
    assert known in reply.text
    await it_is(person, NIGHT)
    (reply,) = await Person(person.world, address="ben").presses("person")
    assert "Kthehet nesër, ora 9:00." in reply.text


async def test_no_hours(person: Person) -> None:
    """Without hours it is plainly said that nobody knows how soon the answer comes."""
    person.world.office = None
    (reply,) = await person.presses("person")
    assert reply.text.endswith(text(person, "promise_unknown"))


async def test_danger_knows_no_hours(person: Person) -> None:
    """In danger no time is promised; in the night it is said which numbers answer day and night."""
    (reply,) = await person.says("DANGER")
    assert text(person, "team_away") not in reply.text
    assert "deri" not in reply.text
    other = Person(person.world, address="ben")
    await it_is(other, NIGHT)
    (reply,) = await other.says("DANGER")
    assert reply.text.startswith("112")
    assert text(other, "danger_team_away", phones="112, 116 117, 101") in reply.text


# A promise that was missed


async def test_late(person: Person) -> None:
    """Who has heard nothing by then is told once that it takes longer, with a new time."""
    await person.presses("person")
    assert await it_is(person, "2026-03-02 13:59") == []
    (reply,) = await it_is(person, "2026-03-02 14:00")
    assert reply.text == text(person, "late", when="nesër, ora 10:00")
    assert [button.action for button in reply.buttons] == ["cancel", "topics"]
    assert await it_is(person, "2026-03-05 14:00") == []
    assert await events(person) == ["opened", "told_late"]


async def test_nobody_is_woken(person: Person) -> None:
    """A promise that is missed in the evening is told of when the team is at work again."""
    await it_is(person, "2026-03-02 12:59")
    await person.presses("person")
    assert await it_is(person, "2026-03-02 17:00") == []
    assert await it_is(person, "2026-03-03 03:00") == []
    (reply,) = await it_is(person, "2026-03-03 09:00")
    assert "deri sot, ora 13:00." in reply.text


async def test_a_human_has_written(person: Person) -> None:
    """Who was answered in time is told nothing."""
    await person.presses("person")
    await person.is_answered("Përshëndetje!")
    assert await it_is(person, "2026-03-03 14:00") == []


@pytest.mark.parametrize("action", ["cancel", "solved"])
async def test_closed_in_time(person: Person, action: str) -> None:
    """Who has closed the case is told nothing."""
    await person.presses("person")
    await person.presses(action)
    assert await it_is(person, "2026-03-03 14:00") == []


async def test_who_left_or_is_in_danger(person: Person) -> None:
    """Nothing is said to who has left, nor in a case that became urgent."""
    await person.presses("person")
    await person.world.store.person_left("web", person.address)
    other = Person(person.world, address="ben")
    await other.presses("person")
    await other.says("DANGER")
    assert await it_is(person, "2026-03-03 14:00") == []
    assert await it_is(other, "2026-03-03 14:00") == []


# Closing


async def test_closed(person: Person) -> None:
    """When staff close a case the person is told, and asked whether it helped."""
    await person.presses("person")
    (reply,) = await person.case_is_closed()
    assert (reply.text, reply.decision) == (text(person, "case_closed"), "info")
    assert [one.action for one in reply.buttons] == ["case:helped:1", "case:notyet:1"]
    (thanks,) = await person.presses("case:helped:1")
    assert thanks.text == text(person, "case_helped")
    counted = await person.world.store.counted(person.world.clock().date())
    assert counted["case_helped", ""] == 1
    assert (await newest(person)).state == "closed"


async def test_closed_in_the_group(person: Person) -> None:
    """Who closes the case in the staff's group tells the person as the console does."""
    store, content = person.world.store, person.world.knowledge.content
    await person.presses("person")
    await store.act(lambda tx: topics.made(tx, 1, -100, 7, "waiting"))
    order = Written("u1", -100, 7, 1, "Ana", None, Close("answered"))
    farewell = partial(case_closed, content.texts)
    await GroupRecords(store, words_only, farewell).take(order)
    (reply,) = await person.lets_pass(0)
    assert reply.text == text(person, "case_closed")


async def test_closing_words_wait(person: Person) -> None:
    """They are there also for somebody who comes days later."""
    await person.presses("person")
    (ticket,) = await person.world.store.tickets()
    store, clock = person.world.store, person.world.clock
    said = Reply("closed", "info", "sq")
    await store.close_ticket(ticket.id, "answered", "Ana", lambda *_: said)
    clock.move(days=5)
    await store.expire()
    assert [one.text for one in await person.lets_pass(0)] == ["closed"]


@pytest.mark.parametrize("outcome", ["spam", "answered"])
async def test_closed_in_silence(person: Person, outcome: str) -> None:
    """Nothing is said of junk, in an urgent case, or where nobody had asked for a person."""
    await person.says("UNKNOWN")
    assert await person.case_is_closed(outcome) == []
    other = Person(person.world, address="ben")
    await other.says("DANGER")
    assert await other.case_is_closed(outcome) == []
    third = Person(person.world, address="cen")
    await third.presses("person")
    assert (await third.case_is_closed("spam")) == []
    assert (await third.presses("person"))[0].text.startswith(text(third, "handed_over_empty"))


async def test_not_yet(person: Person) -> None:
    """ "Not yet" opens the case again, claimed by nobody; what is missing goes to staff."""
    await person.says("UNKNOWN")
    await person.presses("person")
    await person.is_answered("Shko te ambasada.")
    await person.case_is_closed()
    (reply,) = await person.presses("case:notyet:1")
    assert reply.text.startswith(text(person, "case_not_yet"))
    assert "deri sot, ora 14:00." in reply.text
    found = await newest(person)
    assert (found.id, found.state, found.claimed_by) == (1, "waiting_for_staff", "")
    assert (found.closed_at, found.outcome) == (None, None)
    said = [(one.author, one.text) for one in found.lines]
    assert ("bot", text(person, "case_closed")) in said
    last = found.events[-1]
    assert (last.what, last.by) == ("reopened", None)
    (reply,) = await person.says("ANSWER")
    assert reply.text == text(person, "words_added")
    assert ("person", "ANSWER") in [(one.author, one.text) for one in (await newest(person)).lines]
    (late,) = await it_is(person, "2026-03-02 14:01")
    assert late.text.startswith("Më vjen keq")
    await person.lets_pass(25)
    (reply,) = await person.says("ANSWER")
    assert reply.decision == "answer"


async def test_not_yet_with_a_newer_case(person: Person) -> None:
    """Where another case is open by then, that is where it goes."""
    await person.presses("person")
    await person.case_is_closed()
    await person.presses("same:no")
    (reply,) = await person.presses("case:notyet:1")
    assert reply.text == text(person, "handed_over_already")
    await person.says("Doja të dija për letrat e mia.")
    found = await newest(person)
    assert (found.id, found.question) == (2, "Doja të dija për letrat e mia.")


async def test_a_stranger_opens_nothing(person: Person) -> None:
    """The number of somebody else's case is of no use."""
    await person.presses("person")
    await person.case_is_closed()
    (reply,) = await Person(person.world, address="ben").presses("case:notyet:1")
    assert reply.text == text(person, "entry_gone")
    assert (await newest(person)).state == "closed"


# Writing again


@pytest.mark.parametrize("way", ["question", "person"])
async def test_the_same_matter(person: Person, way: str) -> None:
    """ "Yes" opens the closed case again, with what was asked since, in it once."""
    await person.says("UNKNOWN")
    await person.presses("person")
    await person.case_is_closed()
    await person.lets_pass(20)
    (reply,) = await person.says("UNKNOWN but different")
    if way == "person":
        await person.says("FOREIGN")
        (reply,) = await person.presses("person")
    assert reply.text == text(person, "same_matter")
    assert [one.action for one in reply.buttons] == ["same:yes", "same:no"]
    (reply,) = await (person.says("po") if way == "question" else person.presses("same:yes"))
    assert reply.text.startswith(text(person, "case_goes_on"))
    (found,) = await person.world.store.tickets()
    assert (found.id, found.state, found.question) == (1, "waiting_for_staff", "UNKNOWN")
    whole = await person.world.store.ticket(1)
    assert whole is not None
    words = [one.text for one in whole.lines if one.author == "person" and not one.pressed]
    asked = ["UNKNOWN", "UNKNOWN but different", *(["FOREIGN"] if way == "person" else [])]
    assert [one for one in words if one in asked] == asked


async def test_another_matter(person: Person) -> None:
    """ "No" opens another case; who asks on instead is not asked twice in a row."""
    await person.presses("person")
    await person.case_is_closed()
    await person.says("UNKNOWN")
    (reply,) = await person.says("jo")
    assert reply.text.startswith(text(person, "handed_over"))
    (found,) = await person.world.store.tickets()
    assert (found.id, found.state, found.question) == (2, "waiting_for_staff", "UNKNOWN")
    other = Person(person.world, address="ben")
    await other.presses("person")
    await other.case_is_closed()
    await other.says("UNKNOWN")
    (reply,) = await other.says("UNKNOWN")
    assert reply.text.startswith(text(other, "handed_over_second"))


async def test_after_three_days(person: Person) -> None:
    """72 hours after the closing nobody is asked; the buttons under it still work."""
    await person.presses("person")
    await person.case_is_closed()
    await person.lets_pass(72)
    (reply,) = await Person(person.world, address=person.address, _written=50).says("UNKNOWN")
    assert reply.text == text(person, "not_understood")
    (reply,) = await person.presses("case:notyet:1")
    assert reply.text.startswith(text(person, "case_not_yet"))


async def test_danger_after_closing(person: Person) -> None:
    """Danger asks nothing: an urgent case is open at once."""
    await person.presses("person")
    await person.case_is_closed()
    (reply,) = await person.says("DANGER")
    assert reply.decision == "urgent"
    assert (await newest(person)).priority == "urgent"


async def test_after_an_urgent_case(person: Person) -> None:
    """Whose urgent case was closed is not asked about it: the phone may be in other hands."""
    await person.says("DANGER")
    await person.case_is_closed()
    (reply,) = await person.says("UNKNOWN")
    assert reply.text == text(person, "not_understood")
