"""What people do in Telegram reaches Udha once, asked for or brought, and leads where it should."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.store.errors import StoreAway
from bot.store.store import Store
from handlers.messages import Message
from tests.fakes import telegram_faults as faults
from tests.fakes.scripted_knowledge import SHOWN, ScriptedKnowledge
from tests.fakes.telegram_people import SAMPLES
from tests.fakes.telegram_server import TelegramServer
from tests.fakes.telegram_world import PacedTime, TelegramWorld, telegram_world

ANA, BESA, GROUP = 5, 6, -700


class HesitantStore(Store):
    """While it is away it keeps nothing; whatever says BROKEN it can never keep."""

    away = False
    tried = 0

    async def keep(self, message: Message) -> bool:
        self.tried += 1
        if self.away:
            raise StoreAway("gone")
        if message.text == "BROKEN":
            raise ValueError(message.text)
        return await super().keep(message)


@pytest.fixture
def time() -> PacedTime:
    return PacedTime()


@pytest.fixture
async def server(time: PacedTime) -> AsyncIterator[TelegramServer]:
    async with TelegramServer(now=time, monotonic=time.monotonic) as running:
        yield running


@pytest.fixture(params=["polling", "webhook"])
async def world(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    scripted: ScriptedKnowledge,
    server: TelegramServer,
    time: PacedTime,
) -> AsyncIterator[TelegramWorld]:
    """Everything here holds whether updates are asked for or brought."""
    webhook = request.param == "webhook"
    async with telegram_world(
        tmp_path, scripted, server, time, webhook=webhook, store=HesitantStore
    ) as running:
        await running.becomes("on")
        yield running


@pytest.fixture
def say(scripted: ScriptedKnowledge) -> Any:
    """A text of the content, in Albanian unless another language is named."""
    return lambda key, language="sq": scripted.content.texts.say(key, language)


@pytest.mark.parametrize(("code", "language"), [("sq", "sq"), ("en-GB", "en"), ("it", "sq")])
async def test_asked_and_answered(
    world: TelegramWorld, scripted: ScriptedKnowledge, code: str, language: Any
) -> None:
    """A question gets the entry that was decided on, in the language of the app if we speak it."""
    await world.server.writes(ANA, "ANSWER me", language=code)
    (reply,) = await world.server.has(ANA, 1)
    assert reply.text.startswith(scripted.content.entries[SHOWN].answer[language].strip()[:40])
    assert reply.actions[0] == f"helpful:yes:{SHOWN}"
    assert await world.state() == "on"


async def test_three_times_the_same(world: TelegramWorld) -> None:
    """An update that Telegram delivers three times is answered once."""
    await world.server.writes(ANA, "ANSWER me", times=3)
    await world.server.writes(ANA, "FOREIGN to you")
    await world.is_quiet()
    assert len(world.server.shown(ANA)) == 2


@pytest.mark.parametrize("written", [f"/start {SHOWN}", f"/start@udha_bot {SHOWN}"])
async def test_deep_link(world: TelegramWorld, say: Any, written: str) -> None:
    """Whoever comes by a link to an entry reads it at once, after a line of greeting."""
    await world.server.writes(ANA, written)
    (reply,) = await world.server.has(ANA, 1)
    assert reply.text.startswith(say("greeting_line"))
    assert f"helpful:yes:{SHOWN}" in reply.actions


@pytest.mark.parametrize(
    "written", ["/start", "/START ", "/start nothing-of-ours", "/start më fol"]
)
async def test_start(world: TelegramWorld, say: Any, written: str) -> None:
    """A start, with whatever behind it, is greeted: a payload is never a question."""
    await world.server.writes(ANA, written)
    (reply,) = await world.server.has(ANA, 1)
    assert reply.text == say("greeting")


async def test_commands(world: TelegramWorld, say: Any) -> None:
    """Other commands do what they say, with or without the bot's name behind them."""
    await world.server.writes(ANA, "/help")
    await world.server.writes(ANA, "/help@udha_bot")
    one, other = await world.server.has(ANA, 2)
    assert one.text == other.text
    assert one.text.startswith(say("help"))


async def test_captions(world: TelegramWorld) -> None:
    """What is written under a picture is read like any text."""
    await world.server.sends(ANA, photo=True, caption="ANSWER me")
    (reply,) = await world.server.has(ANA, 1)
    assert f"helpful:yes:{SHOWN}" in reply.actions


@pytest.mark.parametrize("kind", SAMPLES)
async def test_what_cannot_be_read(world: TelegramWorld, say: Any, kind: str) -> None:
    """Whatever is no text gets an honest sentence."""
    content: dict[str, Any] = {kind: True}
    await world.server.sends(ANA, **content)
    (reply,) = await world.server.has(ANA, 1)
    assert reply.text == say("unreadable")


async def test_what_is_new_to_us(world: TelegramWorld, say: Any) -> None:
    """A kind of message that did not exist when this was written is no reason to be silent."""
    await world.server.sends(ANA, hologram={"depth": 3})
    (reply,) = await world.server.has(ANA, 1)
    assert reply.text == say("unreadable")


async def test_forwarded_and_quoted(world: TelegramWorld) -> None:
    """Of what is forwarded, quoted or answered to, the text counts."""
    first = await world.server.writes(ANA, "FOREIGN to you")
    replied = world.server.chats.get(ANA).messages[first]
    await world.server.writes(
        ANA, "ANSWER me", reply_to_message=replied, quote={"text": "to", "position": 8}
    )
    origin = {"type": "hidden_user", "sender_user_name": "Arta", "date": 1}
    await world.server.writes(ANA, "ANSWER me", forward_origin=origin)
    replies = await world.server.has(ANA, 3)
    assert [f"helpful:yes:{SHOWN}" in one.actions for one in replies] == [False, True, True]


async def test_corrected(world: TelegramWorld) -> None:
    """A corrected question is asked again; an unchanged preview and a moving place are not."""
    message = await world.server.writes(ANA, "FOREIGN to you")
    place = await world.server.sends(ANA, location=True)
    await world.server.has(ANA, 2)
    moved = world.server.chats.get(ANA).messages[place]
    await world.server.raw_update({"edited_message": {**moved, "edit_date": 1}})
    seen = world.server.chats.get(ANA).messages[message]
    await world.server.raw_update({"edited_message": seen})
    await world.server.edits(ANA, message, "ANSWER me")
    await world.is_quiet()
    replies = world.server.shown(ANA)
    assert [f"helpful:yes:{SHOWN}" in one.actions for one in replies] == [False, False, True]


async def test_pressed(world: TelegramWorld) -> None:
    """A press is answered at once, and leads to what the button says."""
    await world.server.writes(ANA, "SUGGEST something")
    (asked,) = await world.server.has(ANA, 1)
    query = await world.server.presses(ANA, asked.id, asked.actions[0])
    replies = await world.server.has(ANA, 2)
    assert "helpful:yes:overstay" in replies[1].actions
    await world.server.until(lambda: bool(world.server.called("answerCallbackQuery")))
    (answer,) = world.server.called("answerCallbackQuery")
    assert answer.parameters["callback_query_id"] == query


async def test_pressed_too_late(world: TelegramWorld) -> None:
    """A press on a message that is too old, or told too late, still leads to its reply."""
    await world.server.writes(ANA, "SUGGEST something")
    (asked,) = await world.server.has(ANA, 1)
    world.server.fails("answerCallbackQuery", faults.too_old())
    await world.server.presses(ANA, asked.id, asked.actions[0], inaccessible=True)
    replies = await world.server.has(ANA, 2)
    assert "helpful:yes:overstay" in replies[1].actions


async def test_menus_in_place(world: TelegramWorld, say: Any) -> None:
    """A menu that is pressed becomes the next one, in the same message."""
    await world.server.writes(ANA, "/topics")
    (menu,) = await world.server.has(ANA, 1)
    await world.server.presses(ANA, menu.id, menu.actions[0])
    await world.server.writes(ANA, "/help")
    page, help_ = await world.server.has(ANA, 2)
    assert (page.id, page.edited) == (menu.id, True)
    assert help_.text.startswith(say("help"))
    assert page.actions != menu.actions


async def test_groups(world: TelegramWorld, say: Any) -> None:
    """Brought into a group, Udha says one line, and then nothing, whatever happens there."""
    await world.server.brings_bot_into(GROUP)
    (line,) = await world.server.has(GROUP, 1)
    assert line.text == say("only_alone")
    await world.server.writes(GROUP, "DANGER everywhere", language=None)
    await world.server.sends(GROUP, photo=True)
    await world.server.sends(GROUP, new_chat_title="x")
    await world.server.presses(GROUP, line.id, "person", by=ANA)
    await world.server.becomes_supergroup(GROUP, -100_700)
    await world.is_quiet()
    assert len(world.server.shown(GROUP)) == 1
    assert world.server.shown(-100_700) == []
    assert await world.store.tickets(all_=True) == []


async def test_a_group_that_has_moved(world: TelegramWorld, say: Any) -> None:
    """The one line reaches a group that has become a supergroup meanwhile."""
    world.server.fails("sendMessage", faults.reset_before())
    await world.server.brings_bot_into(GROUP)
    await world.server.until(lambda: len(world.server.called("sendMessage")) == 1)
    await world.server.becomes_supergroup(GROUP, -100_700)
    await world.server.until(lambda: not world.server.updates.pending)
    await world.in_time(lambda: bool(world.server.shown(-100_700)))
    (line,) = world.server.shown(-100_700)
    assert line.text == say("only_alone")


async def test_elsewhere(world: TelegramWorld) -> None:
    """Channels, inline questions, reactions, other bots and Telegram's own lines lead to nothing,
    and are counted."""
    user = world.server.chats.user(ANA)
    channel = {"id": -100_5, "type": "channel", "title": "x"}
    post = {"message_id": 1, "date": 1, "chat": channel, "text": "ANSWER me"}
    by_a_bot: dict[str, Any] = {"from": {"id": 99, "is_bot": True, "first_name": "Bot"}}
    for update in (
        {"channel_post": post},
        {"message": post},
        {"inline_query": {"id": "1", "from": user, "query": "ANSWER", "offset": ""}},
        {"something_new": {"text": "ANSWER me"}},
    ):
        await world.server.raw_update(update)
    await world.server.writes(ANA, "ANSWER me", **by_a_bot)
    await world.server.sends(ANA, message_auto_delete_timer_changed={"message_auto_delete_time": 9})
    await world.is_quiet()
    assert world.server.called("sendMessage") == []
    assert 'udha_updates_ignored_total{channel="telegram",kind="by_a_bot"} 1.0' in (
        await world.figures()
    )


async def test_blocked_and_back(world: TelegramWorld) -> None:
    """Who blocks the bot is noted as gone, in their case too, until they are back."""
    await world.server.writes(ANA, "/person")
    await world.server.writes(ANA, "help me with my papers")
    await world.server.has(ANA, 2)
    await world.server.blocks(ANA)
    await world.server.unblocks(ANA)
    await world.is_quiet()
    (ticket,) = await world.store.tickets()
    found = await world.store.ticket(ticket.id)
    assert found is not None
    assert [one.what for one in found.events if one.what.startswith("person_")] == [
        "person_left",
        "person_back",
    ]


MALFORMED: list[Any] = [
    {"message": {"text": "no chat and no date"}},
    {"message": "no object"},
    {"message": {"message_id": "x", "date": "y", "chat": {"id": None}, "text": []}},
    {"callback_query": {"id": 1}},
    {"my_chat_member": {"chat": {}}},
    {},
]


@pytest.mark.parametrize("malformed", MALFORMED)
async def test_malformed(world: TelegramWorld, malformed: Any) -> None:
    """An update that nobody can make anything of stops none of those around it."""
    world.server.down = faults.bad_gateway()
    await world.server.writes(ANA, "ANSWER me")
    await world.server.raw_update(malformed)
    await world.server.writes(BESA, "ANSWER me")
    world.server.down = None
    await world.in_time(lambda: not world.server.updates.pending)
    await world.server.has(ANA, 1)
    await world.server.has(BESA, 1)


async def test_half_malformed(world: TelegramWorld) -> None:
    """A question in an update that the library cannot read as a whole is answered all the same."""
    await world.server.writes(ANA, "FOREIGN to you")
    chat = {"id": ANA, "type": "private", "first_name": "Ana"}
    message = {"message_id": 1, "date": 1, "chat": chat, "poll": {"id": "of tomorrow"}}
    await world.server.raw_update({"message": {**message, "caption": "ANSWER me"}})
    _, reply = await world.server.has(ANA, 2)
    assert f"helpful:yes:{SHOWN}" in reply.actions


async def test_words_that_are_none(world: TelegramWorld, say: Any) -> None:
    """A text that is no text gets an honest sentence, and is not brought again and again."""
    chat = {"id": ANA, "type": "private", "first_name": "Ana"}
    await world.server.raw_update(
        {"message": {"message_id": 1, "date": 1, "chat": chat, "text": 12345}}
    )
    (reply,) = await world.server.has(ANA, 1)
    assert reply.text == say("unreadable")
    assert "given_up" not in await world.figures()


async def test_the_store_is_away(world: TelegramWorld) -> None:
    """While nothing can be kept nothing is confirmed; later all is answered, once and in order."""
    store = world.store
    assert isinstance(store, HesitantStore)
    store.away = True
    await world.server.writes(ANA, "ANSWER me")
    await world.server.writes(ANA, "FOREIGN to you")
    await world.in_time(lambda: store.tried >= 4)
    assert len(world.server.updates.pending) == 2
    store.away = False
    await world.in_time(lambda: not world.server.updates.pending)
    await world.is_quiet()
    replies = world.server.shown(ANA)
    assert [f"helpful:yes:{SHOWN}" in one.actions for one in replies] == [True, False]


async def test_one_that_can_never_be_kept(world: TelegramWorld) -> None:
    """An update that fails in a way of its own is tried three times, and then stops nobody."""
    await world.server.writes(ANA, "BROKEN")
    await world.server.writes(ANA, "ANSWER me")
    await world.in_time(lambda: not world.server.updates.pending)
    await world.is_quiet()
    (reply,) = world.server.shown(ANA)
    assert f"helpful:yes:{SHOWN}" in reply.actions
    assert 'kind="given_up"} 1.0' in await world.figures()
