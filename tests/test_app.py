"""The program put together, in this process: ready or not, counted, stopped."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from bot.app import Udha, is_private, phones_of, service_of
from bot.settings import Environment, Settings, load
from bot.store.errors import StoreAway
from tests.fakes.scripted_knowledge import ScriptedKnowledge


@pytest.fixture
async def http(udha: Udha) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"http://127.0.0.1:{udha.server.port}") as session:
        yield session


async def said(http: aiohttp.ClientSession, *texts: str) -> list[dict[str, object]]:
    """Send each text as another person would; a reply to each."""
    replies = []
    for number, text in enumerate(texts):
        async with http.ws_connect("/try/ws", params={"session": f"{number} {text}"}) as socket:
            await socket.send_json({"type": "text", "text": text})
            replies.append(json.loads((await socket.receive(timeout=5)).data))
    return replies


async def test_asked_and_answered(http: aiohttp.ClientSession) -> None:
    """A question over the WebSocket gets the entry that was decided on."""
    (reply,) = await said(http, "ANSWER me")
    assert (reply["decision"], reply["entries"]) == ("answer", ["visa-free-stay"])


async def test_repeated_message(http: aiohttp.ClientSession) -> None:
    """A message that a page sends three times gets one reply."""
    async with http.ws_connect("/try/ws", params={"session": "ana"}) as socket:
        for _ in range(3):
            await socket.send_json({"type": "text", "text": "ANSWER me", "id": "1"})
        await socket.send_json({"type": "text", "text": "FOREIGN to you", "id": "2"})
        assert await decisions(socket, 2) == ["answer", "escalate"]


async def test_ten_at_once(http: aiohttp.ClientSession) -> None:
    """Ten messages of one chat at once are answered in their order."""
    async with http.ws_connect("/try/ws", params={"session": "ana"}) as socket:
        for number in range(5):
            await socket.send_json({"type": "text", "text": f"ANSWER {number}"})
            await socket.send_json({"type": "text", "text": f"FOREIGN {number}"})
        assert await decisions(socket, 10) == ["answer", "escalate"] * 5


async def test_sleeping_pages_delay_nobody(http: aiohttp.ClientSession) -> None:
    """Eighty pages that do not confirm their replies keep nobody else from theirs."""
    async with AsyncExitStack() as stack:
        for number in range(80):
            asleep = {"session": f"asleep {number}", "ack": "1"}
            socket = await stack.enter_async_context(http.ws_connect("/try/ws", params=asleep))
            await socket.send_json({"type": "text", "text": "ANSWER me"})
        async with asyncio.timeout(4):
            assert len(await said(http, "ANSWER me")) == 1


async def decisions(socket: aiohttp.ClientWebSocketResponse, number: int) -> list[str]:
    """The decisions of the next replies."""
    found: list[str] = []
    while len(found) < number:
        frame = json.loads((await socket.receive(timeout=5)).data)
        if frame["type"] == "reply":
            found.append(frame["decision"])
    return found


async def test_ready(http: aiohttp.ClientSession) -> None:
    """A program whose store answers is ready, and names the channels that are off."""
    answer = await http.get("/readyz")
    assert answer.status == 200
    channels = (await answer.json())["channels"]
    assert channels["web"] == "on"
    assert channels["telegram"] == "off: TELEGRAM_BOT_TOKEN is not set"


async def test_store_away(
    http: aiohttp.ClientSession, udha: Udha, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the store does not answer, /readyz says so with 503; the process is alive, and
    figures are still served."""

    async def away() -> None:
        raise StoreAway("gone")

    monkeypatch.setattr(udha.parts.store, "check", away)
    monkeypatch.setattr(udha.parts.store, "figures", away)
    answer = await http.get("/readyz")
    assert answer.status == 503
    assert (await answer.json())["reason"] == "the store cannot be reached"
    assert (await http.get("/healthz")).status == 200
    assert "udha_store_up 0.0" in await (await http.get("/metrics")).text()


async def test_figures(http: aiohttp.ClientSession) -> None:
    """What was received, handled and sent is counted, and what waits for staff; no words."""
    await said(http, "ANSWER me", "DANGER at home", "nothing fits this")
    text = await (await http.get("/metrics")).text()
    for line in (
        'udha_messages_received_total{channel="web",repeated="no"} 3.0',
        'udha_handling_seconds_count{decision="answer"} 1.0',
        'udha_replies_total{channel="web",outcome="sent"} 3.0',
        "udha_tickets_urgent 1.0",
        'udha_tickets{state="unanswered"} 1.0',
        "udha_inbox_waiting 0.0",
        "udha_store_up 1.0",
    ):
        assert line in text
    assert "nothing fits" not in text


async def test_handling_that_fails(http: aiohttp.ClientSession) -> None:
    """When handling fails for good, the person is told and the message stands before staff."""
    (reply,) = await said(http, "BROKEN")
    assert reply["decision"] == "escalate"
    text = await (await http.get("/metrics")).text()
    assert "udha_handling_failed_total 3.0" in text
    assert 'udha_tickets{state="waiting_for_staff"} 1.0' in text


async def test_stopping(http: aiohttp.ClientSession, udha: Udha) -> None:
    """A program that stops closes its pages' sockets so that they come back, within seconds."""
    async with http.ws_connect("/try/ws", params={"session": "ana"}) as socket:
        async with asyncio.timeout(5):
            await udha.finish()
        assert (await socket.receive()).data == aiohttp.WSCloseCode.GOING_AWAY


def test_who_runs_it(tmp_path: Path) -> None:
    """What is not set about the service is None for handlers, never an empty text."""
    assert service_of(Settings(tmp_path)).operator is None
    assert service_of(Settings(tmp_path)).reply_time is None
    (tmp_path / "config.yaml").write_text("service: {reply_time: {sq: nesër, en: tomorrow}}\n")
    service = service_of(load({}, tmp_path))
    assert service.reply_time == {"sq": "nesër", "en": "tomorrow"}


@pytest.mark.parametrize(
    ("host", "private"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False)],  # noqa: S104
)
def test_private(host: str, private: bool) -> None:
    """Only an address that no other machine reaches is private, and none behind a proxy is."""
    assert is_private(Environment(host=host)) == private
    assert not is_private(Environment(host=host, public_url="https://udha.example"))


def test_pressable_phones(scripted: ScriptedKnowledge) -> None:
    """The numbers of the contacts can be pressed on the page."""
    assert {"112", "116 006", "078 055 800"} <= set(phones_of(scripted.content))
