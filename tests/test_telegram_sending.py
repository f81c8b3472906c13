"""Replies reach people in Telegram as they were meant, in order, and at most once too often."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from bot.channels.channel import Gone, Later, Outcome, Outgoing, Refused, Sent, Unknown
from bot.channels.long_texts import utf16_units
from bot.channels.telegram.bot import build_bot
from bot.channels.telegram.sending import Sender
from bot.channels.telegram.standing import Standing
from handlers.messages import Button, Reply
from handlers.staff_reply import staff_reply
from tests.fakes import telegram_faults as faults
from tests.fakes.moved_time import MovedTime
from tests.fakes.scripted_knowledge import SHOWN, ScriptedKnowledge
from tests.fakes.telegram_chats import Shown
from tests.fakes.telegram_server import Call, TelegramServer
from tests.fakes.telegram_world import PATIENCE, PacedTime, TelegramWorld, telegram_world

ANA, BESA = 5, 6
NASTY = "1 < 2 & <b>bold</b> &amp; \"quoted\" 'so' </i> ë 😀\nhttps://example.org/?a=1&b=2"


@pytest.fixture
def time() -> PacedTime:
    return PacedTime()


@pytest.fixture
async def server(time: PacedTime) -> AsyncIterator[TelegramServer]:
    async with TelegramServer(now=time, monotonic=time.monotonic) as running:
        await running.writes(ANA, "hi")
        await running.writes(BESA, "hi")
        yield running


@pytest.fixture
async def sender(server: TelegramServer, time: PacedTime) -> AsyncIterator[Sender]:
    """What sends, without what decides when."""
    bot = build_bot(server.token, server.url)
    await bot.initialize()
    standing = Standing()
    standing.is_on()
    yield Sender(bot, standing, time, time.sleep)
    await bot.shutdown()


def outgoing(
    text: str, *buttons: str, id_: int = 1, to: int = ANA, replaces: str | None = None
) -> Outgoing:
    named = tuple(Button(label, f"do:{number}") for number, label in enumerate(buttons))
    return Outgoing(id_, str(to), Reply(text, "info", "sq", named, replaces=True), replaces)


async def test_signs(sender: Sender, server: TelegramServer) -> None:
    """Whatever signs a text is made of, it is read as it was written, without a preview."""
    assert await sender.send(outgoing(NASTY)) == Sent(str(server.shown(ANA)[0].id))
    (shown,) = server.shown(ANA)
    assert shown.text == NASTY
    (call,) = server.called("sendMessage")
    assert call.parameters["link_preview_options"] == {"is_disabled": True}


async def test_signs_that_telegram_does_not_take(sender: Sender, server: TelegramServer) -> None:
    """Where Telegram cannot read our HTML, the bare text goes out."""
    server.fails("sendMessage", faults.cannot_parse())
    await sender.send(outgoing(NASTY, "Po"))
    (shown,) = server.shown(ANA)
    assert (shown.text, shown.labels) == (NASTY, ("Po",))


@pytest.mark.parametrize("text", ["", " \n\t "])
async def test_no_words(sender: Sender, server: TelegramServer, text: str) -> None:
    """A reply without words is never sent."""
    assert isinstance(await sender.send(outgoing(text)), Refused)
    assert server.called("sendMessage") == []


async def test_rows(sender: Sender, server: TelegramServer) -> None:
    """Buttons stand side by side, up to three, as long as each label can be read."""
    labels = ("Po", "Jo", "Temat", "Më ndihmoi", "Nuk më ndihmoi", "A very long label", "Anulo x")
    await sender.send(outgoing("?", *labels))
    (shown,) = server.shown(ANA)
    assert shown.labels == labels
    assert [[one.label for one in row] for row in shown.rows] == [
        ["Po", "Jo", "Temat"],
        ["Më ndihmoi", "Nuk më ndihmoi"],
        ["A very long label", "Anulo x"],
    ]


PARAGRAPH = "Fjali e shkurtër. " * 60 + "\n\n"


@pytest.mark.parametrize("text", [PARAGRAPH * 9, "😀 " * 5000, "x" * 9000, "a\n" * 5000])
async def test_long_texts(sender: Sender, server: TelegramServer, text: str) -> None:
    """A long text comes in parts that Telegram takes, none of it is lost, and the buttons stand
    under the last part."""
    assert isinstance(await sender.send(outgoing(text, "Po")), Sent)
    shown = server.shown(ANA)
    assert all(utf16_units(one.text) <= 4096 for one in shown)
    assert "".join("".join(one.text for one in shown).split()) == "".join(text.split())
    assert [one.labels for one in shown] == [()] * (len(shown) - 1) + [("Po",)]


async def test_paragraphs_stay_whole(sender: Sender, server: TelegramServer) -> None:
    """A long text is cut between paragraphs where there are some."""
    await sender.send(outgoing(PARAGRAPH * 9))
    assert all(one.text.endswith("shkurtër.") for one in server.shown(ANA))


@pytest.mark.parametrize(
    ("fault", "twice"),
    [(faults.too_many(5), False), (faults.bad_gateway(), False), (faults.reset_after(), True)],
)
async def test_a_part_that_fails(
    sender: Sender, server: TelegramServer, time: PacedTime, fault: faults.Fault, twice: bool
) -> None:
    """When a later part fails, the parts before it are not sent again: only one whose fate nobody
    knows may come twice."""
    text = "\n\n".join(letter * 4000 for letter in "abc")
    once = outgoing(text, "Po")
    await fails_at(server, 2, fault, sender, once)
    time.move(minutes=1)
    assert isinstance(await sender.send(once), Sent)
    came = [one.text[0] for one in server.shown(ANA)]
    assert came == (["a", "b", "b", "c"] if twice else ["a", "b", "c"])


async def fails_at(
    server: TelegramServer, number: int, fault: faults.Fault, sender: Sender, once: Outgoing
) -> None:
    """Send a reply whose part with that number fails."""
    sending = asyncio.create_task(sender.send(once))
    await server.until(lambda: len(server.shown(ANA)) == number - 1)
    server.fails("sendMessage", fault)
    assert isinstance(await sending, (Later, Unknown))


async def test_in_place(sender: Sender, server: TelegramServer) -> None:
    """What may replace the message that was pressed does so; the same again is as good."""
    await sender.send(outgoing("menu", "Temat"))
    (menu,) = server.shown(ANA)
    for _ in range(2):
        found = await sender.send(outgoing("<page>", "Më shumë", replaces=str(menu.id)))
        assert found == Sent(str(menu.id))
    (page,) = server.shown(ANA)
    assert (page.id, page.text, page.labels) == (menu.id, "<page>", ("Më shumë",))


async def test_no_place_any_more(sender: Sender, server: TelegramServer) -> None:
    """Where the message is gone, is the person's own, or the text is too long, a new one comes."""
    mine = next(iter(server.chats.get(ANA).messages))
    for id_, gone in enumerate(("99999", str(mine)), start=1):
        await sender.send(outgoing("page", id_=id_, replaces=gone))
    await sender.send(outgoing("menu", id_=3))
    menu = server.shown(ANA)[-1]
    await sender.send(outgoing("x" * 5000, id_=4, replaces=str(menu.id)))
    assert len(server.shown(ANA)) == 5


NOT_FOUND = faults.chat_not_found()
UNCLEAR = Unknown("no clear answer came")
OUTCOMES: list[tuple[str, faults.Fault, Outcome]] = [
    ("now", faults.too_many(), Later("Telegram cannot be reached")),
    ("blocked", faults.blocked(), Gone("Forbidden: bot was blocked by the user")),
    ("no chat", NOT_FOUND, Gone("Chat not found")),
    (
        "refused",
        faults.refused(faults.bad_request("BUTTON_DATA_INVALID")),
        Refused("Button_data_invalid"),
    ),
    ("502", faults.bad_gateway(), UNCLEAR),
    (
        "500",
        faults.answer({"ok": False, "error_code": 500, "description": "x"}, 500),
        UNCLEAR,
    ),
    ("page", faults.page_instead(), UNCLEAR),
    ("cut", faults.reset_before(), UNCLEAR),
    ("cut later", faults.reset_after(), UNCLEAR),
]


@pytest.mark.parametrize(
    ("fault", "outcome"), [one[1:] for one in OUTCOMES], ids=[one[0] for one in OUTCOMES]
)
async def test_outcomes(
    sender: Sender, server: TelegramServer, fault: faults.Fault, outcome: Outcome
) -> None:
    """Each refusal means what it means: later, never, gone, or nobody knows."""
    server.fails("sendMessage", fault)
    assert await sender.send(outgoing("hi")) == outcome


async def test_told_to_wait(sender: Sender, server: TelegramServer, time: PacedTime) -> None:
    """What Telegram refuses for 30 seconds is due in 30 seconds; meanwhile others are served."""
    server.fails("sendMessage", faults.too_many(30))
    found = await sender.send(outgoing("hi"))
    assert found == Later("too many at once", time() + timedelta(seconds=30))
    assert isinstance(await sender.send(outgoing("hi", id_=2, to=BESA)), Sent)


async def test_everybody_waits(sender: Sender, server: TelegramServer, time: PacedTime) -> None:
    """When a second chat is told to wait too, nobody is sent anything until both may."""
    server.fails("sendMessage", faults.too_many(30), faults.too_many(20))
    await sender.send(outgoing("hi"))
    await sender.send(outgoing("hi", id_=2, to=BESA))
    until = time() + timedelta(seconds=30)
    await server.writes(7, "hi")
    assert await sender.send(outgoing("hi", id_=3, to=7)) == Later("too many at once", until)
    assert len(server.called("sendMessage")) == 2
    time.move(seconds=31)
    assert isinstance(await sender.send(outgoing("hi", id_=3, to=7)), Sent)


async def test_nobody_listens(sender: Sender, server: TelegramServer) -> None:
    """Where no connection can be made nothing has arrived: it is tried again."""
    await server.closes()
    assert await sender.send(outgoing("hi")) == Later("Telegram cannot be reached")


async def test_token_refused(sender: Sender, server: TelegramServer) -> None:
    """With a token that is refused the reply waits, and Telegram is not asked again and again."""
    server.token = "another"
    assert isinstance(await sender.send(outgoing("hi")), Later)
    server.token = "7000001:AAtests-of-a-token-that-is-long-enough"
    assert isinstance(await sender.send(outgoing("hi")), Later)
    assert server.called("sendMessage") == []


# With all of Udha behind it


@pytest.fixture
async def world(
    tmp_path: Path, scripted: ScriptedKnowledge, server: TelegramServer, time: PacedTime
) -> AsyncIterator[TelegramWorld]:
    async with telegram_world(tmp_path, scripted, server, time) as running:
        await running.becomes("on")
        await running.is_quiet()
        yield running


def shown(world: TelegramWorld) -> list[Shown]:
    return world.server.shown(ANA)


async def test_an_hour_away(world: TelegramWorld) -> None:
    """After an hour without Telegram every reply arrives, once and in order."""
    before = len(world.server.shown(ANA))
    sent = len(world.server.called("sendMessage"))
    world.server.fails("sendMessage", faults.too_many(60))
    await world.server.writes(ANA, "ANSWER 1")
    await world.server.writes(ANA, "/help")
    await world.server.writes(ANA, "/topics")
    await world.server.until(lambda: not world.server.updates.pending)
    await world.server.until(lambda: len(world.server.called("sendMessage")) > sent)
    await world.server.closes()
    await world.rests(looks=20)
    world.passes(hours=1)
    await world.rests(looks=20)
    await world.server.opens()
    await world.in_time(lambda: len(shown(world)) >= before + 3)
    await world.is_quiet()
    first, second, third = world.server.shown(ANA)[before:]
    assert f"helpful:yes:{SHOWN}" in first.actions
    assert not second.actions[0].startswith(("helpful:", "topic:"))
    assert third.actions[0].startswith("topic:")


@pytest.mark.parametrize(
    ("fault", "most"),
    [
        (faults.too_many(30), 1),
        (faults.too_many(), 1),
        (faults.bad_gateway(), 1),
        (faults.bad_gateway(delivers=True), 2),
        (faults.reset_before(), 1),
        (faults.reset_after(), 2),
        (faults.page_instead(), 1),
    ],
)
async def test_one_fault(world: TelegramWorld, fault: faults.Fault, most: int) -> None:
    """Whatever happens to a reply on its way, it arrives, at most once too often, and the next one
    comes after it."""
    before = len(world.server.shown(ANA))
    world.server.fails("sendMessage", fault)
    await world.server.writes(ANA, "ANSWER me")
    await world.server.writes(ANA, "/topics")
    await world.in_time(lambda: any("topic:" in one.actions[0] for one in shown(world)[before:]))
    await world.is_quiet()
    came = [one.actions[0].partition(":")[0] for one in shown(world)[before:]]
    assert came == ["helpful"] * (len(came) - 1) + ["topic"]
    assert 1 <= len(came) - 1 <= most


async def test_waits_as_long_as_it_is_told(world: TelegramWorld) -> None:
    """A reply that is refused for 30 seconds is not sent before 30 seconds have passed."""
    world.server.fails("sendMessage", faults.too_many(30))
    before = len(world.server.called("sendMessage"))
    await world.server.writes(ANA, "ANSWER me")
    await world.in_time(lambda: len(world.server.called("sendMessage")) == before + 2, step=1)
    refused, again = world.server.called("sendMessage")[before:]
    assert again.at - refused.at >= 30


async def test_gone(world: TelegramWorld) -> None:
    """Who has blocked the bot is noted as gone when a reply finds out; staff see that their words
    did not arrive."""
    await world.server.writes(ANA, "/person")
    await world.is_quiet()
    (ticket,) = [one for one in await world.store.tickets() if one.state == "waiting_for_staff"]
    world.server.fails("sendMessage", faults.blocked())
    content = world.udha.parts.knowledge.content
    await world.store.reply(
        ticket.id, "Hello", "Besa", lambda said, spoken: staff_reply(content.texts, said, spoken)
    )
    await world.is_quiet()
    found = await world.store.ticket(ticket.id)
    assert found is not None
    assert "person_left" in [one.what for one in found.events]
    assert [one.arrival for one in found.lines if one.author == "staff"] == ["refused"]


async def test_an_answer_that_never_comes(world: TelegramWorld, sender: Sender) -> None:
    """A sending that is given up without an answer is tried once more, and the next comes after."""
    world.server.fails("sendMessage", faults.hang_after())
    before = len(shown(world))
    sending = asyncio.create_task(sender.send(outgoing("x" * 5000)))
    await world.server.until(lambda: len(shown(world)) == before + 1)
    sending.cancel()
    await asyncio.wait([sending])
    await sender.send(outgoing("x" * 5000))
    assert [len(one.text) for one in shown(world)[before:]] == [4096, 4096, 904]


@pytest.fixture
async def unhurried(tmp_path: Path, scripted: ScriptedKnowledge) -> AsyncIterator[TelegramWorld]:
    """Udha with a time that passes only when it is moved."""
    time = MovedTime()
    async with (
        TelegramServer(now=time, monotonic=time.monotonic) as server,
        telegram_world(tmp_path, scripted, server, time) as running,
    ):
        await running.becomes("on")
        yield running


async def sent(world: TelegramWorld, number: int) -> list[Call]:
    """Let pauses pass one after the other until so many messages were sent."""
    called = partial(world.server.called, "sendMessage")
    async with asyncio.timeout(PATIENCE):
        while len(called()) < number:
            before = len(called())
            world.time.move_to_next(within=2)
            for _ in range(100):
                # Else it would bear the time at which the next one sets out.
                if len(called()) > before:
                    break
                await asyncio.sleep(0.001)
    return called()


async def test_urgent_first(unhurried: TelegramWorld) -> None:
    """Of many who wait for their turn, whoever is in danger comes before all that has not been
    begun; and in all it is thirty a second at most."""
    for chat in range(100, 160):
        await unhurried.server.writes(chat, "ANSWER me")
    await waiting(unhurried, 59)
    await unhurried.server.writes(7, "DANGER here")
    await waiting(unhurried, 60)
    calls = await sent(unhurried, 61)
    assert [one.chat_id for one in calls].index(7) <= 31
    assert all(later.at - one.at > 0.99 for one, later in zip(calls, calls[30:], strict=False))


async def test_one_chat(unhurried: TelegramWorld) -> None:
    """One chat is sent a message a second, in order."""
    for written in ("/topics", "ANSWER me", "/topics", "ANSWER me"):
        await unhurried.server.writes(ANA, written)
    calls = await sent(unhurried, 4)
    assert all(later.at - one.at >= 1 for one, later in pairwise(calls))
    first = [one.actions[0].partition(":")[0] for one in unhurried.server.shown(ANA)]
    assert first == ["topic", "helpful"] * 2


async def waiting(world: TelegramWorld, number: int) -> None:
    """Wait until so many replies at least wait to be sent."""
    async with asyncio.timeout(PATIENCE):
        while (await world.store.figures()).outbox_waiting.get("telegram", 0) < number:
            await world.store.changed.after(world.store.changed.version, 0.02)
