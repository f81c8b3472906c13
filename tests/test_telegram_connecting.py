"""Telegram may be away, refuse us, or be asked by somebody else: the rest of Udha runs on."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.store.store import Store
from handlers.actions import command
from knowledge_base.model import LANGUAGES
from tests.fakes import telegram_faults as faults
from tests.fakes.scripted_knowledge import ScriptedKnowledge
from tests.fakes.telegram_server import TelegramServer
from tests.fakes.telegram_world import PacedTime, TelegramWorld, telegram_world

ANA = 5
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
def time() -> PacedTime:
    return PacedTime()


@pytest.fixture
async def server(time: PacedTime) -> AsyncIterator[TelegramServer]:
    async with TelegramServer(now=time, monotonic=time.monotonic) as running:
        yield running


@pytest.fixture
async def polling(
    tmp_path: Path, scripted: ScriptedKnowledge, server: TelegramServer, time: PacedTime
) -> AsyncIterator[TelegramWorld]:
    async with telegram_world(tmp_path, scripted, server, time) as running:
        await running.becomes("on")
        yield running


@pytest.fixture
async def webhook(
    tmp_path: Path, scripted: ScriptedKnowledge, server: TelegramServer, time: PacedTime
) -> AsyncIterator[TelegramWorld]:
    async with telegram_world(tmp_path, scripted, server, time, webhook=True) as running:
        await running.becomes("on")
        yield running


async def answered(world: TelegramWorld, chat: int = ANA) -> None:
    """Somebody asks and is answered."""
    before = len(world.server.shown(chat))
    await world.server.writes(chat, "ANSWER me")
    await world.in_time(lambda: len(world.server.shown(chat)) > before)


async def posted(world: TelegramWorld, body: bytes, secret: str | None) -> int:
    """What the webhook's door says."""
    headers = {} if secret is None else {SECRET_HEADER: secret}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{world.url}/telegram/webhook", data=body, headers=headers) as answer,
    ):
        return answer.status


def secret_of(server: TelegramServer) -> str:
    (call,) = server.called("setWebhook")
    return str(call.parameters["secret_token"])


@pytest.mark.parametrize("token", ["12:ab", "7000001:" + "x" * 35])
async def test_wrong_token(
    tmp_path: Path,
    scripted: ScriptedKnowledge,
    server: TelegramServer,
    time: PacedTime,
    token: str,
) -> None:
    """A token that Telegram does not know turns the channel off, and nothing else; should Telegram
    know it after all, it is on again."""
    async with telegram_world(tmp_path, scripted, server, time, telegram_token=token) as world:
        await world.becomes("off: Telegram does not know the token; see TELEGRAM_BOT_TOKEN")
        server.token = token
        await world.in_time(lambda: world.udha.platforms["telegram"].state == "on", step=60)
        await answered(world)


async def test_token_revoked(polling: TelegramWorld) -> None:
    """A token that is revoked while we run turns the channel off; what waits is kept."""
    good, polling.server.token = polling.server.token, "another"
    await polling.server.writes(ANA, "ANSWER me")
    await polling.becomes("off: Telegram does not know the token; see TELEGRAM_BOT_TOKEN")
    polling.server.token = good
    await polling.in_time(lambda: bool(polling.server.shown(ANA)), step=60)


async def test_away_at_the_start(
    tmp_path: Path, scripted: ScriptedKnowledge, server: TelegramServer, time: PacedTime
) -> None:
    """Where Telegram cannot be reached at the start, Udha tries on with growing pauses, and says
    so."""
    await server.closes()
    async with telegram_world(tmp_path, scripted, server, time) as world:
        await world.becomes("off: Telegram cannot be reached")
        await server.opens()
        await world.in_time(lambda: world.udha.platforms["telegram"].state == "on")
        await answered(world)


async def test_a_proxy_for_the_world(
    tmp_path: Path,
    scripted: ScriptedKnowledge,
    server: TelegramServer,
    time: PacedTime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A proxy that the environment names is not asked about this machine."""
    for variable in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")
    async with telegram_world(tmp_path, scripted, server, time) as world:
        await answered(world)


@pytest.mark.parametrize(
    "fault",
    [
        faults.bad_gateway(),
        faults.page_instead(),
        faults.reset_before(),
        faults.reset_after(),
        faults.too_many(40),
        faults.too_many(),
        faults.answer({"ok": True, "result": "no list"}),
    ],
)
async def test_polling_goes_on(polling: TelegramWorld, fault: faults.Fault) -> None:
    """Whatever goes wrong with one question for updates, the next one comes, later."""
    polling.server.fails("getUpdates", fault, fault)
    for _ in range(3):
        await answered(polling)
    await polling.becomes("on")


async def test_waits_as_long_as_it_is_told(polling: TelegramWorld, time: PacedTime) -> None:
    """A question for updates that is refused for 40 seconds is not asked again before."""
    polling.server.fails("getUpdates", faults.too_many(40))
    await answered(polling)
    await polling.in_time(lambda: len(polling.server.called("getUpdates")) > 3, step=1)
    refused, again = polling.server.called("getUpdates")[2:4]
    assert again.at - refused.at >= 40


async def test_two_that_ask(polling: TelegramWorld) -> None:
    """When somebody else asks for this bot's updates, Udha waits five seconds at least, says so,
    and goes on when they have gone."""
    url = f"{polling.server.url}/bot{polling.server.token}/getUpdates"
    await polling.server.until(lambda: polling.server.updates.somebody_waits)
    before = len(polling.server.called("getUpdates"))
    async with aiohttp.ClientSession() as http:
        other = asyncio.create_task(_ask(http, f"{url}?timeout=50"))
        await polling.becomes("off: another program receives this bot's messages")
        began = polling.time.monotonic()
        await polling.in_time(
            lambda: len(polling.server.called("getUpdates")) > before + 1, step=0.5
        )
        assert polling.server.called("getUpdates")[-1].at - began >= 5
        assert await other == 409
    await answered(polling)
    await polling.becomes("on")


async def _ask(http: aiohttp.ClientSession, url: str) -> int:
    async with http.get(url) as answer:
        return answer.status


async def test_confirmed_when_kept(polling: TelegramWorld) -> None:
    """A batch is confirmed by the question after it, and after an empty one nothing is."""
    await answered(polling)
    await polling.server.until(lambda: len(polling.server.called("getUpdates")) == 3)
    await answered(polling)
    await polling.server.until(lambda: len(polling.server.called("getUpdates")) == 4)
    offsets = [one.parameters.get("offset") for one in polling.server.called("getUpdates")]
    assert offsets == [None, None, "700002", "700003"]


async def test_killed_before_confirming(
    tmp_path: Path, scripted: ScriptedKnowledge, server: TelegramServer, time: PacedTime
) -> None:
    """What was kept but not confirmed comes again after a crash, and is answered once."""
    async with telegram_world(tmp_path, scripted, server, time) as world:
        await world.becomes("on")
        server.fails("getUpdates", *[faults.reset_before()] * 100)
        await answered(world)
        await asyncio.sleep(0)
        assert server.updates.pending
    server.fails_no_more()
    async with telegram_world(tmp_path, scripted, server, time) as world:
        await world.is_quiet()
        await answered(world, chat=6)
        assert len(server.shown(ANA)) == 1


async def test_what_came_while_we_were_down(
    tmp_path: Path, scripted: ScriptedKnowledge, server: TelegramServer, time: PacedTime
) -> None:
    """What people wrote before we started, a webhook of before notwithstanding, is answered."""
    server.updates.set_webhook({"url": "http://127.0.0.1:9/gone"})
    await server.writes(ANA, "ANSWER me")
    async with telegram_world(tmp_path, scripted, server, time) as world:
        await server.has(ANA, 1)
        assert server.updates.webhook is None
        await world.is_quiet()


async def test_the_door(webhook: TelegramWorld) -> None:
    """Without the right secret nothing passes; with it garbage is thanked for, and forgotten."""
    secret = secret_of(webhook.server)
    assert len(secret) == 43
    for wrong in (None, "", "wrong", "gabim-ë", secret[:-1]):
        assert await posted(webhook, b'{"update_id": 1}', wrong) == 401
    for garbage in (b"", b"{", b"\xff", b"[]", b"7", b'"x"', b"[" * 100_000, b'{"update_id": "x"}'):
        assert await posted(webhook, garbage, secret) == 200
    await answered(webhook)


async def test_the_door_while_polling(
    polling: TelegramWorld, tmp_path: Path, scripted: ScriptedKnowledge
) -> None:
    """While updates are asked for, the door lets nobody in who does not know the secret."""
    assert await posted(polling, b"{}", None) == 401
    assert await posted(polling, b"{}", "") == 401


async def test_a_webhook_that_was_lost(webhook: TelegramWorld) -> None:
    """When Telegram has forgotten where to bring updates, it is told again within minutes."""
    webhook.server.updates.set_webhook({"url": ""})
    await answered(webhook)
    assert len(webhook.server.called("setWebhook")) == 2


async def test_a_webhook_that_is_refused(
    tmp_path: Path, scripted: ScriptedKnowledge, server: TelegramServer, time: PacedTime
) -> None:
    """An address that Telegram does not take is said to be so, and told again later."""
    server.fails("setWebhook", faults.refused(faults.bad_request("bad webhook: x")))
    async with telegram_world(tmp_path, scripted, server, time, webhook=True) as world:
        await world.in_time(lambda: world.udha.platforms["telegram"].state == "on")
        await answered(world)


async def test_the_profile(
    polling: TelegramWorld, scripted: ScriptedKnowledge, server: TelegramServer
) -> None:
    """Commands and descriptions are published for both languages and for everybody else; each
    command is one that we know, and each text is as short as Telegram wants it."""
    await server.until(lambda: len(server.called("setMyShortDescription")) == 3)
    assert {language for _, language in server.profile.commands} == {*LANGUAGES, ""}
    for commands in server.profile.commands.values():
        for one in commands:
            found = command(f"/{one['command']}")
            assert found is not None
            assert found.name != "unknown_command"
    say = scripted.content.texts.say
    assert server.profile.texts["description", "en"] == say("telegram_description", "en")
    assert server.profile.texts["short_description", ""] == say("telegram_short_description", "sq")


async def test_published_once(
    tmp_path: Path, scripted: ScriptedKnowledge, server: TelegramServer, time: PacedTime
) -> None:
    """What is there already is not published again; what was refused is, at the next start."""
    server.fails("setMyShortDescription", faults.too_many(3000))
    for _ in range(3):
        calls = len(server.calls)
        async with telegram_world(tmp_path, scripted, server, time) as world:
            await answered(world)
            await server.until(lambda: len(server.called("getMyShortDescription")) > 0)
            await published(server)
    set_now = [one.method for one in server.calls[calls:] if one.method.startswith("setMy")]
    assert set_now == []
    assert len(server.profile.texts) == 6


async def published(server: TelegramServer) -> None:
    """Wait until a moment without a call about the profile."""
    seen = -1
    while seen != len(server.calls):
        seen = len(server.calls)
        for _ in range(20):
            await asyncio.sleep(0.002)


class DoneElsewhere(Store):
    """Another process does all that one alone does."""

    @asynccontextmanager
    async def alone(self, what: str) -> AsyncIterator[Callable[[], Awaitable[None]]]:
        await asyncio.Event().wait()
        async with super().alone(what) as still_alone:
            yield still_alone


async def test_standing_by(
    tmp_path: Path, scripted: ScriptedKnowledge, server: TelegramServer, time: PacedTime
) -> None:
    """A process that only would take over is not off, and says what it waits for."""
    group = "-1001"
    async with telegram_world(
        tmp_path, scripted, server, time, store=DoneElsewhere, telegram_staff_chat=group
    ) as world:
        await world.becomes("on: asks for messages once no other process does")
        async with aiohttp.ClientSession() as http, http.get(f"{world.url}/readyz") as answer:
            channels = (await answer.json())["channels"]
        assert channels["telegram_group"] == "on: shows cases once no other process does"
