"""Replies arrive on Viber once and in order, whatever its servers say."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.channels.channel import Outgoing, Unknown
from bot.channels.viber.inside import Inside
from bot.channels.viber.keyboard import COLUMNS, MOST_ROWS, keyboard
from bot.channels.viber.viber import Viber
from bot.store.replying import Compose
from bot.store.tables import outbox, people
from handlers.messages import Button, Message, Reply
from handlers.staff_reply import staff_reply
from tests.fakes.moved_time import MovedTime
from tests.fakes.scripted_knowledge import ScriptedKnowledge
from tests.fakes.viber_faults import Body, Fault, Hang, Http, Reset, Status
from tests.fakes.viber_limits import size_of, wrong_with
from tests.fakes.viber_server import WITHIN, ViberServer
from tests.fakes.viber_world import ViberWorld, connected


@pytest.fixture
def time() -> MovedTime:
    return MovedTime()


@pytest.fixture
async def viber(time: MovedTime) -> AsyncIterator[ViberServer]:
    async with ViberServer(clock=time) as server:
        yield server


@pytest.fixture
async def world(
    tmp_path: Path, scripted: ScriptedKnowledge, viber: ViberServer, time: MovedTime
) -> AsyncIterator[ViberWorld]:
    async with connected(tmp_path, scripted, viber, time) as opened:
        await viber.called("set_webhook")
        await settled(opened, "on")
        yield opened


async def settled(world: ViberWorld, state: str) -> None:
    """Wait until the channel's state begins so."""
    async with asyncio.timeout(WITHIN):
        while not world.state.startswith(state):
            await asyncio.sleep(0.005)


async def ended(world: ViberWorld) -> tuple[str, str]:
    """Wait until the last reply is done with; returns its outcome and why. No time goes by."""

    def look(tx: Any) -> tuple[str, str] | None:
        row = tx.sql.execute(outbox.select().order_by(outbox.c.id.desc())).first()
        if row is None or row.outcome is None:
            return None
        return row.outcome, tx.seals.outbox.open(row.reason) if row.reason else ""

    async with asyncio.timeout(WITHIN):
        while (found := await world.store.read(look)) is None:
            await asyncio.sleep(0.005)
    return found


async def tried(world: ViberWorld, number: int) -> None:
    """Wait until so many sendings were tried and noted."""
    await world.viber.called("send_message", number)
    await idle(world)


async def idle(world: ViberWorld) -> None:
    """Wait until no reply is on its way: its lease would run out where time is moved."""

    def in_hand(tx: Any) -> bool:
        leased_ones = outbox.select().where(outbox.c.leased_at.is_not(None))
        return tx.sql.execute(leased_ones).first() is not None

    async with asyncio.timeout(WITHIN):
        while await world.store.read(in_hand):
            await asyncio.sleep(0.005)


def sendings(world: ViberWorld) -> list[Any]:
    return [call for call in world.viber.calls if call.method == "send_message"]


@pytest.mark.parametrize("fault", [Http(429), Http(401), Http(404), Status(2), Status(10)])
async def test_later(world: ViberWorld, fault: Fault) -> None:
    """A refusal for now is tried again, not at once, and arrives once."""
    world.viber.fails("send_message", fault)
    await world.viber.writes("ana", "ANSWER me")
    await tried(world, 1)
    assert world.viber.shown("ana") == []
    world.later(seconds=2)
    await world.viber.has("ana", 1)
    assert len(sendings(world)) == 2


async def test_retry_after(world: ViberWorld) -> None:
    """What a server says about when to come again is obeyed."""
    world.viber.fails("send_message", Http(429, headers={"Retry-After": "30"}))
    await world.viber.writes("ana", "ANSWER me")
    await tried(world, 1)
    world.later(seconds=29)
    await world.viber.writes("besa", "ANSWER me")
    await world.viber.has("besa", 1)
    assert len(sendings(world)) == 2
    world.later(seconds=1)
    await world.viber.has("ana", 1)


@pytest.mark.parametrize("status", [3, 4, 11, 16, 21, 22, 23, 24, 99])
async def test_refused(world: ViberWorld, status: int) -> None:
    """A refusal for good ends the attempts, with its reason; the next reply goes its way."""
    world.viber.fails("send_message", Status(status))
    await world.viber.writes("ana", "ANSWER me")
    outcome, reason = await ended(world)
    assert outcome == "refused"
    assert reason
    await world.viber.writes("ana", "FOREIGN")
    assert len(await world.viber.has("ana", 1)) == 1
    assert world.state == "on"


async def test_old_app(world: ViberWorld) -> None:
    """An app that is too old for silent keys gets the same words and keys, and its presses, which
    come as typed words, do what they say."""
    world.viber.phone("ana").api_version = 3
    await world.viber.writes("ana", "unknown words")
    (reply,) = await world.viber.has("ana", 1)
    assert [key.silent for key in reply.keyboard] == [False] * len(reply.keyboard)
    await world.viber.presses("ana", "person")
    await world.viber.has("ana", 2)
    (ticket,) = await world.store.tickets()
    assert ticket.state == "waiting_for_staff"
    await world.store.reply(ticket.id, "A ke pasaportë?", "Besa", words_of(world))
    await world.viber.has("ana", 3)
    await world.viber.presses("ana", "bot")
    assert (await world.viber.has("ana", 4))[3].text.startswith("Tani të përgjigjem përsëri unë")


def words_of(world: ViberWorld) -> Compose:
    return partial(staff_reply, world.udha.parts.knowledge.content.texts)


@pytest.mark.parametrize("status", [5, 6])
async def test_gone(world: ViberWorld, status: int) -> None:
    """Who is not registered or not subscribed has left, and is noted as such."""
    world.viber.fails("send_message", Status(status))
    await world.viber.writes("ana", "ANSWER me")
    assert (await ended(world))[0] == "refused"
    left_at = await world.store.read(
        lambda tx: tx.sql.scalar(people.select().with_only_columns(people.c.left_at))
    )
    assert left_at is not None


@pytest.mark.parametrize("status", [1, 2, 7, 8, 9, 10, 15])
async def test_alarm(world: ViberWorld, status: int) -> None:
    """What is wrong with the account turns the channel off, in plain words; the reply stays, and
    the channel is on again once Viber takes it."""
    world.viber.fails("send_message", Status(status))
    await world.viber.writes("ana", "ANSWER me")
    await tried(world, 1)
    assert world.state.startswith("off: ")
    assert (await world.ready())["viber"] == world.state
    world.later(seconds=2)
    await world.viber.has("ana", 1)
    await settled(world, "on")


async def test_too_many(world: ViberWorld) -> None:
    """After a hundred messages without a word, that chat waits for an hour; others do not."""
    await world.viber.writes("ana", "ANSWER me")
    await world.viber.has("ana", 1)
    world.viber.phone("ana").sent_at.extend([round(world.time().timestamp() * 1000)] * 100)
    chat = Message("viber", "ana", "x", "text", world.time(), "later")
    await world.store.keep(chat)
    await tried(world, 2)
    assert len(world.viber.shown("ana")) == 1
    await world.viber.writes("besa", "ANSWER me")
    await world.viber.has("besa", 1)
    await idle(world)
    world.later(minutes=59)
    await asyncio.sleep(0)
    assert len(sendings(world)) == 3
    world.later(minutes=1, seconds=1)
    await world.viber.has("ana", 2)


async def test_too_many_until_they_write(world: ViberWorld) -> None:
    """The pause ends when the person writes: what waited comes at once, in order."""
    world.viber.fails("send_message", Status(12))
    await world.viber.writes("ana", "ANSWER me")
    await tried(world, 1)
    await world.viber.writes("ana", "FOREIGN")
    replies = await world.viber.has("ana", 2)
    assert "90 ditë" in replies[0].text


@pytest.mark.parametrize(
    ("fault", "copies"),
    [
        (Http(502), 1),
        (Reset(after=False), 1),
        (Reset(after=True), 2),
        (Body("<html>ok</html>"), 2),
        (Body('{"status":"fine"}'), 2),
    ],
)
async def test_unknown_fate(world: ViberWorld, fault: Fault, copies: int) -> None:
    """What may have arrived is tried once more: one double at most, and never none."""
    world.viber.fails("send_message", fault)
    await world.viber.writes("ana", "ANSWER me")
    await tried(world, 1)
    world.later(seconds=2)
    assert len(await world.viber.has("ana", copies)) == copies
    assert (await ended(world))[0] == "sent"
    assert len(sendings(world)) == 2


async def test_unknown_twice(world: ViberWorld) -> None:
    """Twice unknown is told as unknown, and what comes after it is sent."""
    world.viber.fails("send_message", Http(502), Http(503))
    await world.viber.writes("ana", "ANSWER me")
    await tried(world, 1)
    world.later(seconds=2)
    await tried(world, 2)
    assert await ended(world) == ("unknown", "HTTP 503")
    await world.viber.writes("ana", "FOREIGN")
    await world.viber.has("ana", 1)


async def test_accepted_and_silent(world: ViberWorld) -> None:
    """A server that takes a message and never answers may have it; nobody waits for it longer than
    for a time-out."""
    kinds: list[str] = []
    away = Inside(
        keep=not_called,
        welcome=not_called,
        left=not_called,
        back=not_called,
        receipt=not_called,
        arrived=not_called,
        ignored=kinds.append,
    )
    texts = world.udha.parts.knowledge.content.texts
    viber = Viber(
        away,
        api_url=world.viber.url,
        token=world.viber.token,
        public_url="",
        texts=lambda: texts,
        clock=world.time,
        sleep=world.time.sleep,
        timeout=0.05,
    )
    world.viber.fails("send_message", Hang())
    assert isinstance(await viber.send(Outgoing(1, "ana", Reply("?", "info", "sq"))), Unknown)
    await viber.close()


async def not_called(*_: Any) -> Any:
    raise AssertionError


async def test_an_hour_away(world: ViberWorld) -> None:
    """Replies of an hour in which nobody answers at Viber's address arrive afterwards, in order,
    each once."""
    await world.viber.goes_away()
    for text in ("ANSWER me", "FOREIGN", "SUGGEST"):
        await world.viber.writes("ana", text)
    for _ in range(60):
        await idle(world)
        world.later(minutes=1)
        await asyncio.sleep(0.01)
    assert world.viber.shown("ana") == []
    await settled(world, "off: Viber cannot be reached")
    await world.viber.comes_back()
    async with asyncio.timeout(WITHIN):
        while len(world.viber.shown("ana")) < 3 or world.state != "on":
            await idle(world)
            world.later(minutes=1)
            await asyncio.sleep(0.01)
    replies = world.viber.shown("ana")
    assert "90 ditë" in replies[0].text
    assert "entry:etias" in replies[2].actions
    assert len(replies) == 3


async def test_long_text(world: ViberWorld) -> None:
    """A long text comes in parts that Viber takes, the keyboard under the last; a part that has
    arrived does not come again when the next one fails."""
    words = "\n\n".join(f"{number}. " + "ë😀\\" * 500 for number in range(20))
    await promised(world)
    world.viber.fails("send_message", Http(502))
    (ticket,) = await world.store.tickets()
    await world.store.reply(ticket.id, words, "Besa", words_of(world))
    before = len(sendings(world))
    await tried(world, before + 1)
    world.later(seconds=2)
    async with asyncio.timeout(WITHIN):
        while not (world.viber.shown("ana")[2:] and "bot" in world.viber.shown("ana")[-1].actions):
            await asyncio.sleep(0.005)
    parts = world.viber.shown("ana")[2:]
    assert "\n\n".join(part.text for part in parts) == words
    assert [bool(part.keyboard) for part in parts] == [False] * (len(parts) - 1) + [True]


async def test_part_fails(world: ViberWorld) -> None:
    """Of two parts, the second of which fails, only the second is sent again."""
    await promised(world)
    (ticket,) = await world.store.tickets()
    world.viber.fails("send_message", Body('{"status":0,"message_token":1}'), Status(2))
    before = len(sendings(world))
    await world.store.reply(ticket.id, "a" * 6000 + "\n\n" + "b" * 6000, "Besa")
    await tried(world, before + 2)
    world.later(seconds=2)
    replies = await world.viber.has("ana", 4)
    assert [reply.text[0] for reply in replies[2:]] == ["a", "b"]


async def promised(world: ViberWorld) -> None:
    """A question waits for a human."""
    await world.viber.writes("ana", "unknown words")
    await world.viber.has("ana", 1)
    await world.viber.presses("ana", "person")
    await world.viber.has("ana", 2)


def test_keyboard_of_any_reply(scripted: ScriptedKnowledge) -> None:
    """Whatever a reply offers, the keyboard is one that Viber takes: rows are full, at most 24 of
    them, the three keys that are always there are the last, and nothing is offered twice."""
    texts = scripted.content.texts
    for number in range(60):
        buttons = tuple(
            Button("ë<&>" + "x" * (place * 7 % 31), f"entry:{place}") for place in range(number)
        )
        reply = Reply("?", "info", "sq", (*buttons, Button("Fol me një person", "person")))
        keys = keyboard(reply, texts)
        columns = [key["Columns"] for key in keys["Buttons"]]
        assert sum(columns) % COLUMNS == 0
        assert sum(columns) <= MOST_ROWS * COLUMNS
        actions = [key["ActionBody"] for key in keys["Buttons"]]
        assert actions[-3:] == ["topics", "person", "language:en"]
        assert len(set(actions)) == len(actions)
        body = {"sender": {"name": "Udha"}, "type": "text", "text": "?", "keyboard": keys}
        assert wrong_with(body, size_of(body)) is None


async def test_no_personal_tracking_data(world: ViberWorld) -> None:
    """What is sent to come back with the person's answer is nothing but words of keys."""
    await world.viber.writes("ana", "ANSWER me")
    (reply,) = await world.viber.has("ana", 1)
    assert set(reply.tracking_data.split()) <= set(reply.actions)


async def test_word_of_nobody(world: ViberWorld) -> None:
    """A reply without words is given up, and nothing waits behind it."""
    await promised(world)
    (ticket,) = await world.store.tickets()
    await world.store.reply(ticket.id, " ", "Besa")
    assert (await ended(world))[0] == "refused"
