"""What people do on Viber reaches the rest of Udha, once, and nobody gets silence."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.store.errors import StoreAway
from bot.store.tables import outbox, people
from tests.fakes.moved_time import MovedTime
from tests.fakes.scripted_knowledge import ScriptedKnowledge
from tests.fakes.viber_server import ViberServer
from tests.fakes.viber_world import ViberWorld, connected

BOTTOM = ["topics", "person", "language:en"]


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
        while opened.state != "on":
            await asyncio.sleep(0.005)
        yield opened


async def test_asked_and_answered(world: ViberWorld) -> None:
    """A question is answered with its entry, and the keyboard has what the reply offers and the
    same three keys beneath."""
    await world.viber.writes("ana", "ANSWER me")
    (reply,) = await world.viber.has("ana", 1)
    assert "90 ditë" in reply.text
    assert reply.actions[-3:] == BOTTOM
    assert "helpful:yes:visa-free-stay" in reply.actions
    assert reply.sender == "Udha"
    assert all(key.silent for key in reply.keyboard)


async def test_welcome(world: ViberWorld) -> None:
    """Who opens the chat reads the greeting, which is the body of the answer: nothing is sent."""
    answer = await world.viber.opens("ana", language="en")
    assert "I am Udha" in answer.json["text"]
    assert world.viber.shown("ana")[0].actions[-3:] == ["topics", "person", "language:sq"]
    assert [call.method for call in world.viber.calls if call.method == "send_message"] == []


async def test_welcome_comes_again(world: ViberWorld) -> None:
    """An event that comes three times gets the same body each time."""
    first = await world.viber.opens("ana")
    again = await world.viber.opens("ana", times=3)
    assert again.text == first.text
    statuses = [status for event, status in world.viber.callbacks if event != "webhook"]
    assert statuses == [200] * 4


async def test_deep_link(world: ViberWorld) -> None:
    """A context that names an entry opens it: a line of greeting and the entry in one message."""
    body = (await world.viber.opens("ana", context="etias")).json
    assert body["text"].startswith("Përshëndetje! Unë jam Udha")
    assert "ETIAS" in body["text"]
    assert body["keyboard"]["Buttons"]


async def test_welcome_for_who_is_known(world: ViberWorld) -> None:
    """Who has written already and opens the chat again is welcomed back."""
    await world.viber.writes("ana", "THANKS")
    await world.viber.has("ana", 1)
    assert (await world.viber.opens("ana")).json["text"].startswith("Mirë se erdhe përsëri")


async def test_pressed(world: ViberWorld) -> None:
    """A key's action is pressed, whether it is a plain word or names something."""
    await world.viber.writes("ana", "SUGGEST")
    await world.viber.has("ana", 1)
    await world.viber.presses("ana", "entry:etias")
    assert "ETIAS" in (await world.viber.has("ana", 2))[1].text
    await world.viber.presses("ana", "topics")
    assert (await world.viber.has("ana", 3))[2].text.startswith("Zgjidh një temë")


async def test_typed_action(world: ViberWorld) -> None:
    """The word of an action that somebody types does what its key does."""
    await world.viber.writes("ana", "topics")
    assert (await world.viber.has("ana", 1))[0].text.startswith("Zgjidh një temë")
    await world.viber.writes("ana", "person")
    assert "ekip" in (await world.viber.has("ana", 2))[1].text


async def test_repeated_message(world: ViberWorld) -> None:
    """A callback that comes three times is answered once."""
    await world.viber.writes("ana", "ANSWER me", times=3)
    await world.viber.writes("ana", "FOREIGN")
    await world.viber.has("ana", 2)
    assert len(world.viber.shown("ana")) == 2


async def test_in_order(world: ViberWorld) -> None:
    """Ten messages of one chat are answered in their order."""
    for number in range(10):
        await world.viber.writes("ana", ("ANSWER me", "FOREIGN")[number % 2])
    replies = await world.viber.has("ana", 10)
    assert ["90 ditë" in reply.text for reply in replies] == [True, False] * 5


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("picture", {"media": "https://media.example/1"}),
        ("video", {"media": "https://media.example/1", "size": 1, "duration": 2}),
        ("file", {"media": "https://media.example/1", "file_name": "visa.pdf", "size": 1}),
        ("contact", {"contact": {"name": "Ana", "phone_number": "+355691234567"}}),
        ("location", {"location": {"lat": 41.3, "lon": 19.8}}),
        ("sticker", {"sticker_id": 46105}),
        ("url", {"media": "https://example.org"}),
        ("something new", {}),
        ("text", {"text": ""}),
        ("text", {"text": 7}),
    ],
)
async def test_without_words(world: ViberWorld, kind: str, fields: dict[str, Any]) -> None:
    """Whatever comes without words gets the honest sentence that only text is read."""
    answer = await world.viber.sends("ana", kind, **fields)
    assert answer.status == 200
    assert (await world.viber.has("ana", 1))[0].text.startswith("Unë lexoj vetëm tekst")


async def test_caption(world: ViberWorld) -> None:
    """A picture with words is these words."""
    await world.viber.sends("ana", "picture", media="https://media.example/1", text="ANSWER me")
    assert "90 ditë" in (await world.viber.has("ana", 1))[0].text


async def test_danger_first(world: ViberWorld) -> None:
    """Danger in a caption of a picture gets the numbers at once."""
    await world.viber.sends("ana", "picture", media="https://media.example/1", text="DANGER here")
    assert "112" in (await world.viber.has("ana", 1))[0].text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no json",
        b"[]",
        b'"message"',
        b"[" * 100_000,
        b'{"event":"message"}',
        b'{"event":"message","sender":{"id":""},"message":{"text":"x"}}',
        b'{"event":"message","sender":"ana","message":[]}',
        b'{"event":"conversation_started","user":null}',
        b'{"event":"delivered"}',
        b'{"event":"seen","message_token":true}',
        b'{"event":"subscribed"}',
        b'{"event":"unsubscribed","user_id":7}',
        b'{"event":"client_status","message_token":1}',
        b'{"event":["message"]}',
        b'{"event":null}',
    ],
)
async def test_ill_formed(world: ViberWorld, body: bytes) -> None:
    """A callback that nobody can make anything of is answered with 200 and counted, and nothing
    stops."""
    assert (await world.viber.raw(body)).status == 200
    figures = world.udha.metrics.text().decode()
    assert re.search('udha_updates_ignored_total.*viber.*(unknown|ill_formed)"} 1.0', figures)
    await world.viber.writes("ana", "ANSWER me")
    await world.viber.has("ana", 1)


@pytest.mark.parametrize("fields", [{}, {"message_token": None, "timestamp": "soon"}])
async def test_bare_message(world: ViberWorld, fields: dict[str, Any]) -> None:
    """A message without token, time or language is answered all the same, once."""
    world.viber.phone("ana").subscribed = True
    sound = {"event": "message", "sender": {"id": "ana"}, "message": {"text": "ANSWER \ud83d"}}
    for _ in range(2):
        assert (await world.viber.raw({**sound, **fields})).status == 200
    await world.viber.writes("ana", "FOREIGN")
    await world.viber.has("ana", 2)
    assert len(world.viber.shown("ana")) == 2


async def test_signature(world: ViberWorld) -> None:
    """Who does not sign with the token is told so and changes nothing, letters beyond ASCII
    included."""
    event = {"event": "message", "sender": {"id": "ana"}, "message": {"text": "ANSWER"}}
    for signature in ("", "0" * 64, "ë", world.viber.sign(b"something else")):
        assert (await world.viber.raw(event, signature=signature)).status == 401
    assert (await world.store.figures()).inbox_waiting == 0
    assert world.viber.shown("ana") == []


async def test_store_away(world: ViberWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the store is away Viber is told 503 and brings everything again: nothing is lost."""

    async def away(*_: object) -> bool:
        raise StoreAway("gone")

    with monkeypatch.context() as broken:
        broken.setattr(world.store, "write", away)
        broken.setattr(world.store, "read", away)
        sending = [
            asyncio.create_task(world.viber.writes("ana", "ANSWER me")),
            asyncio.create_task(world.viber.opens("besa")),
        ]
        while len([1 for _, status in world.viber.callbacks if status == 503]) < 4:
            await asyncio.sleep(0.005)
    for answer in await asyncio.gather(*sending):
        assert answer.status == 200
    # What the door took while it was away goes on by itself; delivery looks each second.
    while not world.viber.shown("ana"):
        world.later(seconds=1)
        await asyncio.sleep(0.005)
    assert "Unë jam Udha" in world.viber.shown("besa")[0].text


async def test_welcome_when_handling_fails(
    world: ViberWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A welcome that cannot be made is an apology, never silence."""

    async def fails(*_: object) -> None:
        raise RuntimeError("a mistake")

    monkeypatch.setattr(world.udha.handling, "handle", fails)
    assert (await world.viber.opens("ana")).json["text"].startswith("Më fal")


async def test_left_and_back(world: ViberWorld) -> None:
    """Who unsubscribes is noted as gone, and is back when they subscribe or simply write."""
    await world.viber.writes("ana", "ANSWER me")
    await world.viber.has("ana", 1)
    await world.viber.unsubscribes("ana")
    assert await gone(world)
    await world.viber.subscribes("ana")
    assert not await gone(world)
    await world.viber.unsubscribes("ana")
    assert await gone(world)
    await world.viber.writes("ana", "ANSWER me")
    await world.viber.has("ana", 2)
    assert not await gone(world)


async def gone(world: ViberWorld) -> bool:
    """Is the only person noted as one who left?"""

    def look(tx: Any) -> bool:
        return tx.sql.scalar(people.select().with_only_columns(people.c.left_at)) is not None

    return await world.store.read(look)


async def test_receipts(world: ViberWorld) -> None:
    """Delivered, seen and failed are noted; what has been seen stays so, whatever another phone of
    the person says later."""
    await world.viber.writes("ana", "ANSWER me")
    (reply,) = await world.viber.has("ana", 1)
    for told, expected in (("failed", "refused"), ("delivered", "delivered"), ("seen", "seen")):
        await getattr(world.viber, told)(reply, "ana")
        assert await outcomes(world) == [expected]
    await world.viber.delivered(reply, "ana", times=2)
    assert await outcomes(world) == ["seen"]


async def test_receipts_do_not_queue(world: ViberWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """A receipt is noted although the chat's messages wait."""
    await world.viber.writes("ana", "ANSWER me")
    (reply,) = await world.viber.has("ana", 1)
    handled = asyncio.Event()

    async def waits(*_: object) -> None:
        await handled.wait()
        raise RuntimeError("never mind")

    monkeypatch.setattr(world.udha.handling, "_counted", waits)
    await world.viber.writes("ana", "ANSWER me")
    await world.viber.seen(reply, "ana")
    assert await outcomes(world) == ["seen"]
    handled.set()


async def test_receipt_quicker_than_we(world: ViberWorld) -> None:
    """A receipt for a message that is not noted as sent yet is looked at again a moment later, and
    one for a message that is not ours is let go."""
    receipt = asyncio.create_task(
        world.viber.raw({"event": "seen", "message_token": 4912661846655238145, "user_id": "ana"})
    )
    while not receipt.done():
        world.later(seconds=1)
        await asyncio.sleep(0.005)
    assert (await receipt).status == 200


async def outcomes(world: ViberWorld) -> list[str]:
    def look(tx: Any) -> list[str]:
        return list(tx.sql.scalars(outbox.select().with_only_columns(outbox.c.outcome)))

    return [one for one in await world.store.read(look) if one]


async def test_silent_word(world: ViberWorld) -> None:
    """In a chat that a human has taken over, a word that was on no keyboard is for the human, and
    a key is for the bot."""
    await world.viber.writes("ana", "unknown words")
    await world.viber.has("ana", 1)
    await world.viber.presses("ana", "person")
    await world.viber.has("ana", 2)
    (ticket,) = await world.store.tickets()
    await world.store.reply(ticket.id, "A ke pasaportë?", "Besa")
    await world.viber.has("ana", 3)
    await world.viber.writes("ana", "none")
    assert (await world.viber.has("ana", 4))[3].text.startswith("Ia kalova fjalët")
    await world.viber.presses("ana", "topics")
    assert (await world.viber.has("ana", 5))[4].text.startswith("Zgjidh një temë")
