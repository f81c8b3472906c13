"""An answer is at hand for ten minutes, for a short question that goes on from it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.conversation import Person, World
from tests.fakes.scripted_knowledge import SHOWN, ScriptedKnowledge


@pytest.fixture
async def person(tmp_path: Path, scripted: ScriptedKnowledge) -> AsyncIterator[Person]:
    """Somebody who was just shown an answer. "MORE" goes on from what is at hand."""
    world = await World.made(tmp_path, scripted)
    someone = Person(world)
    await someone.says("ANSWER")
    yield someone
    await world.store.close()


async def goes_on(person: Person) -> bool:
    """Is a short question understood with the answer before it?"""
    (reply,) = await person.says("MORE")
    label = person.world.knowledge.content.entries[SHOWN].label["sq"]
    said = person.world.knowledge.content.texts.say("in_the_answer_above", "sq", label=label)
    return reply.text.endswith(said)


async def test_right_after_the_answer(person: Person) -> None:
    """The person is sent back to the answer; what else it may be, and a person, is offered."""
    (reply,) = await person.says("MORE")
    assert reply.decision == "answer"
    assert reply.entries == (SHOWN, "etias")
    assert [button.action for button in reply.buttons] == ["entry:etias", "person"]


@pytest.mark.parametrize(("minutes", "expected"), [(9, True), (10, False)])
async def test_ten_minutes(person: Person, minutes: float, expected: bool) -> None:
    """After ten minutes a short question stands alone."""
    person.world.clock.move(minutes=minutes)
    assert await goes_on(person) == expected


async def test_each_time_for_ten_minutes_more(person: Person) -> None:
    """Whoever goes on asking keeps the answer at hand."""
    for _ in range(3):
        person.world.clock.move(minutes=9)
        assert await goes_on(person)


async def test_a_picked_entry_is_at_hand(person: Person) -> None:
    """What a button showed is what a short question is about."""
    await person.presses("entry:etias")
    (reply,) = await person.says("MORE")
    assert reply.entries[0] == "etias"


@pytest.mark.parametrize("text", ["UNKNOWN", "SUGGEST", "FOREIGN", "DANGER"])
async def test_something_else_was_talked_of(person: Person, text: str) -> None:
    """After another question without an answer, a foreign subject or danger, nothing is at hand."""
    await person.says(text)
    assert not await goes_on(person)


async def test_danger_that_was_cancelled(person: Person) -> None:
    """An answer from before danger does not come back."""
    await person.says("DANGER")
    await person.presses("cancel")
    assert not await goes_on(person)


async def test_danger_where_no_case_is_opened(person: Person) -> None:
    """The same holds at an address that a stranger could guess."""
    guessable = Person(person.world, "guessable", private=False)
    await guessable.says("ANSWER")
    await guessable.says("DANGER")
    assert not await goes_on(guessable)


async def test_small_talk_between(person: Person) -> None:
    """Thanks do not change the subject."""
    await person.says("THANKS")
    assert await goes_on(person)


async def test_a_case_that_a_human_has_taken_over(person: Person) -> None:
    """Once a human has written, a short question may be about their words, also to the bot."""
    await person.presses("person")
    assert await goes_on(person)
    await person.is_answered("Përshëndetje")
    await person.presses("bot")
    assert not await goes_on(person)


async def test_everything_deleted(person: Person) -> None:
    """Whoever deletes everything deletes what was at hand."""
    await person.presses("deletemydata")
    await person.presses("delete:yes")
    assert not await goes_on(person)


async def test_the_other_of_two_questions(person: Person) -> None:
    """It is offered under the answer, by the first button."""
    (reply,) = await person.says("TWO")
    entry = person.world.knowledge.content.entries["etias"]
    assert reply.decision == "answer"
    assert reply.entries == (SHOWN, "etias")
    assert reply.buttons[0].action == "entry:etias"
    assert entry.question["sq"] in reply.text
