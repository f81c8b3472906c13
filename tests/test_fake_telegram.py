"""The stand-in of Telegram keeps Telegram's own promises, with the real library in front of it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import telegram
from aiohttp import web
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from tests.fakes import telegram_faults as faults
from tests.fakes.telegram_server import TelegramServer

ANA, GROUP, STAFF = 5, -700, -100_900


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as running:
        yield running


@pytest.fixture
async def bot(
    server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[telegram.Bot]:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    async with bot_of(server, server.token) as connected:
        yield connected


def bot_of(server: TelegramServer, token: str) -> telegram.Bot:
    def request() -> HTTPXRequest:
        return HTTPXRequest(read_timeout=0.5, httpx_kwargs={"trust_env": False})

    return telegram.Bot(
        token, base_url=f"{server.url}/bot", request=request(), get_updates_request=request()
    )


async def polled(bot: telegram.Bot, **parameters: Any) -> list[int]:
    """The ids of the updates that one getUpdates gives; so written, the library does not warn."""
    found = await bot.do_api_request("getupdates", parameters or None)
    for update in found:
        telegram.Update.de_json(update, bot)
    return [update["update_id"] for update in found]


async def test_an_update_stays_until_confirmed(server: TelegramServer, bot: telegram.Bot) -> None:
    """Updates come again and again until a call with a higher offset; a negative one keeps the
    last."""
    for number in range(3):
        await server.writes(ANA, str(number))
    first, second, third = await polled(bot)
    assert await polled(bot, offset=first) == [first, second, third]
    assert await polled(bot, offset=second, limit=1) == [second]
    assert await polled(bot) == [second, third]
    assert await polled(bot, offset=-1) == [third]
    assert await polled(bot, offset=third + 1) == []


async def test_a_poll_is_woken(server: TelegramServer, bot: telegram.Bot) -> None:
    """A call with a timeout waits, and ends as soon as something comes."""
    waiting = asyncio.create_task(polled(bot, timeout=50))
    await server.until(lambda: server.updates.somebody_waits)
    await server.writes(ANA, "hi")
    assert len(await waiting) == 1


async def test_only_what_was_asked_for(server: TelegramServer, bot: telegram.Bot) -> None:
    """Kinds that allowed_updates does not name do not come; by default no reactions do."""
    assert await polled(bot, allowed_updates=["callback_query"]) == []
    await server.writes(ANA, "hi")
    assert await polled(bot) == []


async def test_two_pollers(server: TelegramServer, bot: telegram.Bot) -> None:
    """Of two that ask at once the newer wins, and the older is told of the conflict."""
    older = asyncio.create_task(polled(bot, timeout=50))
    await server.until(lambda: server.updates.somebody_waits)
    newer = asyncio.create_task(polled(bot, timeout=50))
    with pytest.raises(Conflict):
        await older
    await server.writes(ANA, "hi")
    assert len(await newer) == 1


async def test_webhook(server: TelegramServer, bot: telegram.Bot) -> None:
    """A webhook gets each update with the secret until it says 2xx, and polling is a conflict."""
    answers = iter([500, 503, 200])
    secrets: list[str | None] = []

    async def door(request: web.Request) -> web.Response:
        secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        return web.Response(status=next(answers))

    app = web.Application()
    app.router.add_post("/hook", door)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await bot.set_webhook(url, secret_token="s-1")
    with pytest.raises(Conflict):
        await polled(bot)
    await server.writes(ANA, "hi")
    await server.until(lambda: not server.updates.pending)
    assert secrets == ["s-1"] * 3
    assert [one.status for one in server.updates.deliveries] == [500, 503, 200]
    await bot.delete_webhook()
    assert (await bot.get_webhook_info()).url == ""
    await runner.cleanup()


async def test_what_is_shown(server: TelegramServer, bot: telegram.Bot) -> None:
    """A text shows without its tags; an edit changes it, and the same edit again is refused."""
    await server.writes(ANA, "hi")
    keyboard = telegram.InlineKeyboardMarkup.from_button(
        telegram.InlineKeyboardButton("Po", callback_data="yes")
    )
    sent = await bot.send_message(
        ANA, "<b>1 &lt; 2</b>", parse_mode=ParseMode.HTML, reply_markup=keyboard
    )
    (shown,) = server.shown(ANA)
    assert (shown.text, shown.labels, shown.actions) == ("1 < 2", ("Po",), ("yes",))
    await bot.edit_message_text("3", ANA, sent.message_id)
    (shown,) = server.shown(ANA)
    assert (shown.text, shown.buttons, shown.edited) == ("3", (), True)
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_text("3", ANA, sent.message_id)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a < b", "parse entities"),
        ("<b>a", "parse entities"),
        ("a</b>", "parse entities"),
        (" ", "empty"),
        ("<b> </b>", "empty"),
        ("x" * 4097, "too long"),
        ("😀" * 2049, "too long"),
    ],
)
async def test_refused_texts(
    server: TelegramServer, bot: telegram.Bot, text: str, words: str
) -> None:
    """Unsound HTML, nothing, and more than 4,096 UTF-16 units are refused."""
    await server.writes(ANA, "hi")
    with pytest.raises(BadRequest, match=f"(?i){words}"):
        await bot.send_message(ANA, text, parse_mode=ParseMode.HTML)
    assert server.shown(ANA) == []


async def test_button_data(server: TelegramServer, bot: telegram.Bot) -> None:
    """An action of more than 64 bytes is refused, although the library lets it pass."""
    await server.writes(ANA, "hi")
    button = telegram.InlineKeyboardButton("x", callback_data="ë" * 33)
    with pytest.raises(BadRequest, match=r"(?i)button_data_invalid"):
        await bot.send_message(
            ANA, "x", reply_markup=telegram.InlineKeyboardMarkup.from_button(button)
        )


async def test_a_press_is_answered_once(server: TelegramServer, bot: telegram.Bot) -> None:
    """A query can be answered once; then, and when a test says so, it is too old."""
    await server.writes(ANA, "hi")
    sent = await bot.send_message(ANA, "?")
    query = await server.presses(ANA, sent.message_id, "yes")
    assert await bot.answer_callback_query(query)
    with pytest.raises(BadRequest, match="too old"):
        await bot.answer_callback_query(query)


async def test_everything_people_send(server: TelegramServer, bot: telegram.Bot) -> None:
    """All that people do comes as updates that the library can read."""
    first = await server.writes(ANA, "/start visa-free-stay", times=2)
    await server.edits(ANA, first, "hello")
    for kind in ("photo", "voice", "sticker", "contact", "location", "dice", "poll", "document"):
        content: dict[str, Any] = {kind: True}
        await server.sends(ANA, **content)
    await server.presses(ANA, 1, "old", inaccessible=True)
    await server.blocks(ANA)
    await server.unblocks(ANA)
    await server.brings_bot_into(GROUP)
    await server.becomes_supergroup(GROUP, -100_700)
    server.has_staff_group(STAFF)
    await server.staff_writes(None, "Besa", "hi", anonymous=True)
    with pytest.raises(ChatMigrated):
        await bot.send_message(GROUP, "hi")
    # Delivered twice: it is the same update.
    ids = await polled(bot)
    assert len(ids) == len(set(ids)) + 1 == 19


async def test_blocked(server: TelegramServer, bot: telegram.Bot) -> None:
    """Who blocked the bot gets nothing until unblocking it; a stranger's chat is not found."""
    await server.writes(ANA, "hi")
    await server.blocks(ANA)
    with pytest.raises(Forbidden):
        await bot.send_message(ANA, "hi")
    await server.unblocks(ANA)
    await bot.send_message(ANA, "hi")
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.send_message(6, "hi")


async def test_topics(server: TelegramServer, bot: telegram.Bot) -> None:
    """Topics are made, renamed, closed, and written to until somebody deletes them."""
    server.has_staff_group(STAFF)
    thread = (await bot.create_forum_topic(STAFF, "Mal i Kaltër")).message_thread_id
    sent = await bot.send_message(STAFF, "?", message_thread_id=thread)
    written = await server.staff_writes(thread, "Besa", "!", reply_to=sent.message_id)
    await bot.set_message_reaction(STAFF, written, "👍")
    await bot.edit_forum_topic(STAFF, thread, name="Mal")
    await bot.close_forum_topic(STAFF, thread)
    assert [(one.name, one.closed) for one in server.topics] == [("Mal", True)]
    assert server.reactions(written) == ("👍",)
    assert [one.text for one in server.shown(STAFF, thread)][1:] == ["?"]
    await server.deletes_topic(thread)
    with pytest.raises(BadRequest, match=r"(?i)message thread not found"):
        await bot.send_message(STAFF, "?", message_thread_id=thread)
    await server.gives_rights({})
    with pytest.raises(BadRequest, match=r"(?i)not enough rights"):
        await bot.create_forum_topic(STAFF, "x")


async def test_the_profile(server: TelegramServer, bot: telegram.Bot) -> None:
    """Commands and descriptions are kept for each language; chats and members can be looked up."""
    await bot.set_my_commands([("help", "Ndihmë")], language_code="sq")
    await bot.set_my_description("Udha", language_code="sq")
    await bot.set_my_short_description("U")
    assert [one.command for one in await bot.get_my_commands(language_code="sq")] == ["help"]
    assert list(await bot.get_my_commands()) == []
    assert (await bot.get_my_description("sq")).description == "Udha"
    assert (await bot.get_my_short_description()).short_description == "U"
    server.has_staff_group(STAFF)
    assert (await bot.get_chat(STAFF)).is_forum
    member = await bot.get_chat_member(STAFF, bot.id)
    assert isinstance(member, telegram.ChatMemberAdministrator)
    assert member.can_manage_topics


@pytest.mark.parametrize(
    ("fault", "error", "arrives"),
    [
        (faults.too_many(), NetworkError, False),
        (faults.blocked(), Forbidden, False),
        (faults.chat_not_found(), BadRequest, False),
        (faults.bad_gateway(), NetworkError, False),
        (faults.page_instead(), TelegramError, False),
        (faults.reset_before(), NetworkError, False),
        (faults.reset_after(), NetworkError, True),
        (faults.hang_after(), TimedOut, True),
    ],
)
async def test_faults(
    server: TelegramServer,
    bot: telegram.Bot,
    fault: faults.Fault,
    error: type[Exception],
    arrives: bool,
) -> None:
    """A call goes wrong once as ordered; the next works."""
    await server.writes(ANA, "hi")
    server.fails("sendMessage", fault)
    with pytest.raises(error):
        await bot.send_message(ANA, "hi")
    assert len(server.shown(ANA)) == arrives
    await bot.send_message(ANA, "hi")


async def test_slow_down(server: TelegramServer, bot: telegram.Bot) -> None:
    """429 says for how many seconds; `chat` orders it for one chat only."""
    await server.writes(ANA, "hi")
    server.fails("sendMessage", faults.too_many(30), chat=ANA)
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(ANA, "hi")
    assert caught.value.retry_after == timedelta(seconds=30)
    assert [one.text for one in server.called("sendMessage", ANA)] == ["hi"]


async def test_tokens(server: TelegramServer) -> None:
    """A token that nobody gave is refused; so is a method that is not there."""
    for token in ("12:ab", "12:" + "a" * 35):
        stranger = bot_of(server, token)
        with pytest.raises(InvalidToken):
            await stranger.initialize()
        await stranger.shutdown()
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{server.url}/bot{server.token}/nothing") as answer,
    ):
        assert answer.status == 404


async def test_closed_and_open(server: TelegramServer, bot: telegram.Bot) -> None:
    """While it is closed nobody can connect; open again it knows all that it knew."""
    await server.writes(ANA, "hi")
    await server.closes()
    with pytest.raises(NetworkError):
        await bot.send_message(ANA, "hi")
    await server.opens()
    assert len(await polled(bot)) == 1
