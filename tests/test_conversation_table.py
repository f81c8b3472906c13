"""docs/conversation.md holds a table: state of a chat × message → reply and next state.

Each of its cells is a test: the state is reached by writing and pressing as a person would, the
message is sent, and what comes back is compared with what the document promises.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.store import casework
from handlers.messages import Chat, Message, Reply
from handlers.routing import ROUTES
from handlers.turn import HANDOVER_LASTS
from tests.fakes.conversation import CHANNEL, Person, World
from tests.fakes.scripted_knowledge import ScriptedKnowledge
from tests.fakes.written_conversations import texts_that_begin

ROOT = Path(__file__).parent.parent
DOCUMENT = (ROOT / "docs" / "conversation.md").read_text(encoding="utf-8")

Sends = Callable[[Person], Awaitable[list[Reply]]]


def says(text: str) -> Sends:
    return lambda person: person.says(text)


def presses(action: str) -> Sends:
    return lambda person: person.presses(action)


MESSAGES: dict[str, tuple[str, Sends]] = {
    "danger": ("danger", says("DANGER")),
    "opens the chat": ("start", lambda person: person.starts()),
    "“yes” in words": ("yes", says("po")),
    "“no” in words": ("no", says("jo")),
    "a person, pressed": ("person", presses("person")),
    "a person, in words": ("person", says("dua të flas me një njeri")),
    "none of these": ("none of these", presses("none")),
    "an entry": ("entry", presses("entry:etias")),
    "an entry that is gone": ("entry", presses("entry:never-there")),
    "topics": ("topics", presses("topics")),
    "a topic": ("topic", presses("topic:travel")),
    "a language": ("language", presses("language:sq")),
    "it helped": ("helpful", presses("helpful:yes:etias")),
    "it did not help": ("helpful", presses("helpful:no:etias")),
    "close my case": ("cancel", presses("cancel")),
    "solved": ("solved", presses("solved")),
    "any news?": ("news", presses("news")),
    "add this to my case": ("add to my case", presses("add")),
    "back to the bot": ("back to the bot", presses("bot")),
    "back to the person": ("back to staff", presses("staff")),
    "the closed case helped": ("case closed", presses("case:helped:1")),
    "the closed case: not yet": ("case closed", presses("case:notyet:1")),
    "the same matter": ("same matter", presses("same:yes")),
    "another matter": ("same matter", presses("same:no")),
    "/mydata": ("my data", says("/mydata")),
    "/deletemydata": ("delete my data", says("/deletemydata")),
    "yes, delete": ("deletion answered", presses("delete:yes")),
    "no, keep": ("deletion answered", presses("delete:no")),
    "/help": ("help", says("/help")),
    "/start": ("start again", says("/start")),
    "unknown command": ("unknown command", says("/nonsense")),
    "unknown button": ("unknown button", presses("nonsense")),
    "a picture": ("unreadable", lambda person: person.sends_a_picture()),
    "small talk": ("small talk", says("THANKS")),
    "a question, answered": ("question", says("ANSWER")),
    "a question, not sure": ("question", says("SUGGEST")),
    "a question, not known": ("question", says("UNKNOWN")),
    "a foreign subject": ("question", says("FOREIGN")),
}
"""What a row of the document stands for: the row of the routing table, and what is sent."""


async def idle(person: Person) -> None:
    await person.starts()


async def asked(person: Person) -> None:
    await person.says("UNKNOWN")


async def waiting(person: Person) -> None:
    await asked(person)
    await person.presses("person")


async def urgent(person: Person) -> None:
    await person.says("DANGER")


async def staff(person: Person) -> None:
    await waiting(person)
    await person.is_answered("Përshëndetje")


async def bot(person: Person) -> None:
    await staff(person)
    await person.presses("bot")


async def quiet(person: Person) -> None:
    await staff(person)
    person.world.clock.move(hours=HANDOVER_LASTS / timedelta(hours=1))


async def deleting(person: Person) -> None:
    await idle(person)
    await person.presses("deletemydata")


async def closed(person: Person) -> None:
    await idle(person)
    await person.presses("person")
    await person.case_is_closed()


STATES = {
    reach.__name__: reach for reach in (idle, asked, waiting, urgent, staff, bot, deleting, closed)
}


def state_of(chat: Chat, now: datetime) -> str:
    """The document's name for where a chat stands."""
    ticket = chat.ticket
    if chat.expecting == "deletion":
        return "deleting"
    if ticket is None and chat.closed is not None:
        return "closed"
    if ticket is None or ticket.state == "unanswered":
        return "asked" if chat.unresolved else "idle"
    if ticket.staff_wrote_at is not None:
        quiet = now - ticket.staff_wrote_at >= HANDOVER_LASTS
        return "bot" if chat.to_bot or quiet else "staff"
    return "urgent" if ticket.priority == "urgent" else "waiting"


def cells() -> Iterator[tuple[str, str, str]]:
    """(message, state, cell) of the document's table."""
    section = DOCUMENT.partition("\n## What comes of a message\n")[2].partition("\n## ")[0]
    rows = [line.strip("| ") for line in section.splitlines() if line.startswith("|")]
    table = [[cell.strip() for cell in row.split("|")] for row in rows]
    states = table[0][1:]
    for name, *row in table[2:]:
        yield from ((name, state, cell) for state, cell in zip(states, row, strict=True))


@pytest.fixture
async def person(tmp_path: Path, engine: str, scripted: ScriptedKnowledge) -> AsyncIterator[Person]:
    world = await World.made(tmp_path, scripted)
    yield Person(world)
    await world.store.close()


async def where(person: Person) -> str:
    """Where the person's chat stands now."""
    probe = Message(CHANNEL, person.address, "probe", "text", person.world.clock(), "probe")
    assert await person.world.store.keep(probe)
    leased = await person.world.store.lease()
    assert leased is not None
    return state_of(leased.chat, person.world.clock())


@pytest.mark.parametrize(("message", "state", "cell"), list(cells()))
async def test_cell(person: Person, message: str, state: str, cell: str) -> None:
    """A message in a state of the chat leads to the reply and the state of the document."""
    expected, _, after = cell.partition(" → ")
    await STATES[state](person)
    replies = await MESSAGES[message][1](person)
    (reply,) = replies
    texts = person.world.knowledge.content.texts
    assert expected.strip("`") in texts_that_begin(reply, texts), reply.text
    assert await where(person) == (after.strip("*") or state)


def test_the_table_is_whole() -> None:
    """Every row of the routing table stands in the document, with every state."""
    written = {(message, state) for message, state, _ in cells()}
    assert written == {(message, state) for message in MESSAGES for state in STATES}
    elsewhere = {"to staff", "details", "yes or no to nothing", "group"}
    assert {row for row, _ in MESSAGES.values()} | elsewhere == {row.name for row in ROUTES}


async def test_words_for_staff(person: Person) -> None:
    """After a human's message the first text is confirmed, later ones go to staff in silence."""
    await staff(person)
    (reply,) = await person.says("Faleminderit!")
    assert reply.text == person.world.knowledge.content.texts.say("passed_on", "sq")
    assert await person.says("Kam edhe një pyetje.") == []
    ticket = await person.ticket()
    assert ticket is not None
    whole = await person.world.store.ticket(ticket.id)
    assert whole is not None
    written = [line for line in whole.lines if line.author == "person" and not line.pressed]
    assert [line.text for line in written] == [
        "UNKNOWN",
        "Faleminderit!",
        "Kam edhe një pyetje.",
    ]


async def test_words_after_a_colleague_let_go(person: Person) -> None:
    """Where whoever wrote has let go of the case, the person's words still go to staff."""
    await staff(person)
    ticket = await person.ticket()
    assert ticket is not None
    store = person.world.store
    assert await store.act(
        lambda tx: casework.release(tx, ticket.id, casework.claimant(tx, ticket.id))
    )
    (reply,) = await person.says("Faleminderit!")
    assert reply.text == person.world.knowledge.content.texts.say("passed_on", "sq")


async def test_a_quiet_human(person: Person) -> None:
    """A day after the human's last words the bot answers again, and the case stays open."""
    await quiet(person)
    (reply,) = await person.says("ANSWER")
    assert reply.decision == "answer"
    assert await where(person) == "bot"
