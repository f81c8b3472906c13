"""The log at DEBUG holds no text, name, number or token, whatever fails."""

import ast
import asyncio
import io
import json
import logging
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest
import structlog

from bot import logs
from bot.app import Parts, Udha
from bot.channels.channel import Outcome, Outgoing
from bot.clock import system_clock
from bot.server import bind
from bot.settings import Environment, Settings
from bot.store.errors import StoreAway
from bot.store.store import Leased, Store
from handlers.messages import Effects
from knowledge_base.decision import Decision
from knowledge_base.model import Content, Language
from tests.fakes.moved_time import MovedTime
from tests.fakes.scripted_knowledge import ScriptedKnowledge
from tests.fakes.store_world import SECRET, url_of
from tests.fakes.telegram_faults import (
    bad_gateway,
    blocked,
    page_instead,
    reset_after,
    too_many,
)
from tests.fakes.telegram_server import TelegramServer
from tests.fakes.telegram_world import PacedTime, telegram_world
from tests.fakes.viber_faults import Body, Http, Reset, Status
from tests.fakes.viber_server import ViberServer
from tests.fakes.viber_world import connected

ROOT = Path(__file__).parents[1]
ROOMS = ("bot", "handlers", "knowledge_base")
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
NAME, PHONE, TOKEN = "Arbenita", "+355691234567", "7312345678:AAHtoken"
SESSION = "session-of-arbenita-0123456789"
WORDS = f"ANSWER {NAME} këtu, numri im {PHONE}"


class FailingStore(Store):
    """Twice it cannot keep what handling led to, with the person's words in the error."""

    failures = 2

    async def finish(self, leased: Leased, effects: Effects) -> None:
        if self.failures:
            self.failures -= 1
            raise (StoreAway if self.failures else RuntimeError)(leased.message.text)
        await super().finish(leased, effects)


class FailingKnowledge:
    """At first it cannot understand, with the person's words in the error."""

    def __init__(self, scripted: ScriptedKnowledge) -> None:
        self._scripted = scripted
        self._failures = 1
        self.content: Content = scripted.content

    def decide(
        self, text: str, language: Language | None = None, shown: str | None = None
    ) -> Decision:
        if self._failures:
            self._failures -= 1
            raise KeyError(text)
        return self._scripted.decide(text, language, shown)

    def request(self, text: str) -> str | None:
        return self._scripted.request(text)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    config = structlog.get_config()
    root = logging.getLogger()
    handlers, level, hook = root.handlers, root.level, sys.excepthook
    logs.set_up("debug", "json", stream)
    yield stream
    root.handlers, sys.excepthook = handlers, hook
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.configure(**config)


@pytest.fixture
async def udha(
    tmp_path: Path, log: io.StringIO, scripted: ScriptedKnowledge
) -> AsyncIterator[Udha]:
    """A program in which handling, store and sending fail, each once or twice."""
    store = await FailingStore.open(url_of(tmp_path), SECRET, system_clock)
    settings = Settings(tmp_path, Environment(port=0, telegram_token=TOKEN))
    with closing(bind("127.0.0.1", 0)) as listening:
        program = Udha(Parts(settings, FailingKnowledge(scripted), store, system_clock), listening)
        _let_sending_fail(program)
        await program.start()
        yield program
        await program.finish()
    await store.close()


def _let_sending_fail(program: Udha) -> None:
    """The first reply's way fails with its words in the error."""
    send, failures = program.web.send, iter([True])

    async def fails(outgoing: Outgoing) -> Outcome:
        if next(failures, False):
            raise RuntimeError(outgoing.reply.text, outgoing.address)
        return await send(outgoing)

    program.web.send = fails  # type: ignore[method-assign]


async def test_no_words_while_things_fail(udha: Udha, log: io.StringIO) -> None:
    """While handling, store and sending fail, the log says what and where, and no word, name,
    number, session or token."""
    url = f"http://127.0.0.1:{udha.server.port}/try/ws"
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(url, params={"session": SESSION}) as socket,
    ):
        await socket.send_str(f'{{"type":"text","text":"{NAME}')
        assert json.loads((await socket.receive(timeout=10)).data)["type"] == "error"
        await socket.send_json({"type": "text", "text": WORDS})
        answer = json.loads((await socket.receive(timeout=10)).data)
    assert answer["decision"] == "answer"
    await udha.finish()
    said = log.getvalue()
    events = {json.loads(line)["event"] for line in said.splitlines()}
    assert {"ready", "handling_failed", "store_away", "sending_failed", "stopped"} <= events
    for secret in (NAME, PHONE, PHONE[-9:], TOKEN, SESSION, "numri", answer["text"][:20], SECRET):
        assert secret not in said


async def test_no_words_on_viber(
    tmp_path: Path, log: io.StringIO, scripted: ScriptedKnowledge
) -> None:
    """Whatever Viber's servers do and however ill formed a callback is, the log says that something
    happened, and no word, name, user id or token, the library's own logger included."""
    time = MovedTime()
    store = await FailingStore.open(url_of(tmp_path), SECRET, time)
    async with (
        ViberServer(clock=time) as viber,
        connected(tmp_path, FailingKnowledge(scripted), viber, time, store=store) as world,
    ):
        await viber.called("set_webhook")
        faults = Http(502), Status(2), Reset(after=True), Body(WORDS), Http(404, WORDS), Http(429)
        viber.fails("send_message", *faults)
        viber.phone(SESSION).name = NAME
        await viber.writes(SESSION, WORDS)
        await viber.raw({"event": WORDS, "user": {"id": SESSION, "name": NAME}})
        await viber.raw(WORDS.encode(), signature="")
        logging.getLogger("viber.bot.api").error("%s: %s", viber.token, WORDS)
        async with asyncio.timeout(20):
            while len(await viber.called("send_message")) < 2 or world.state != "on":
                world.later(minutes=1)
                await asyncio.sleep(0.01)
        token = viber.token
    await store.close()
    said = log.getvalue()
    events = {json.loads(line)["event"] for line in said.splitlines()}
    assert {"webhook_set", "event_ignored", "handling_failed", "library_record"} <= events
    for secret in (NAME, PHONE, PHONE[-9:], token, SESSION, "numri", SECRET):
        assert secret not in said


@pytest.mark.parametrize("webhook", [False, True])
async def test_no_words_on_telegram(
    tmp_path: Path, log: io.StringIO, scripted: ScriptedKnowledge, webhook: bool
) -> None:
    """Whatever Telegram does and however ill formed an update is, the log says that something is
    wrong, and no word, name, number, id or token; the libraries' own loggers included."""
    time, chat = PacedTime(), 4_123_456_789
    async with TelegramServer(now=time, monotonic=time.monotonic) as server:
        for method in ("getMe", "getUpdates", "setWebhook", "sendMessage", "answerCallbackQuery"):
            server.fails(
                method, bad_gateway(), page_instead(), reset_after(), too_many(), blocked()
            )
        server.chats.user(chat, NAME)
        async with telegram_world(
            tmp_path,
            FailingKnowledge(scripted),
            server,
            time,
            webhook=webhook,
            store=FailingStore,
        ) as world:
            await server.raw_update({"message": {"text": WORDS, "chat": {"id": chat}}})
            await server.writes(chat, WORDS)
            await server.presses(chat, 1, WORDS[:60])
            await world.in_time(lambda: len(server.called("sendMessage")) >= 5)
            await world.in_time(lambda: not server.updates.pending)
            for name in ("httpx", "telegram.Bot", "telegram.request.BaseRequest"):
                logging.getLogger(name).error("%s: %s", server.token, WORDS)
    said = log.getvalue()
    events = {json.loads(line)["event"] for line in said.splitlines()}
    assert {"channel_off", "channel_on", "update_malformed", "library_record"} <= events
    for secret in (NAME, PHONE, PHONE[-9:], server.token, server.token[8:], "numri", str(chat)):
        assert secret not in said


def logged() -> Iterator[tuple[str, ast.Call]]:
    """Every call that writes to the log in the program, with where it is."""
    files = (file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py")))
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in LEVELS
                and "log" in ast.unparse(node.func.value)
            ):
                yield f"{file.relative_to(ROOT)}:{node.lineno}", node


def test_our_own_lines_are_whole() -> None:
    """The program's own lines use known keys only: none of them would lose something."""
    calls = list(logged())
    assert len(calls) > 10
    for place, call in calls:
        (event,) = call.args
        assert isinstance(event, ast.Constant), place
        assert logs.KEYS["event"].fullmatch(str(event.value)), place
        keys = {keyword.arg for keyword in call.keywords} - {"exc_info"}
        assert keys <= logs.KEYS.keys() | logs.NUMBERS | {logs.PROBLEM}, place
