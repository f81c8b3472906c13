"""Two whole programs on one PostgreSQL: whoever handles a message, its page gets the answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.app import Parts, Udha
from bot.server import bind
from bot.settings import Environment, Settings
from tests.fakes.scripted_knowledge import ScriptedKnowledge
from tests.fakes.store_world import MovedClock, opened

pytestmark = pytest.mark.usefixtures("on_postgresql")
WITHIN = 30.0
"""Seconds; it takes a fraction of one."""


@pytest.fixture
async def programs(
    tmp_path: Path, clock: MovedClock, scripted: ScriptedKnowledge
) -> AsyncIterator[list[Udha]]:
    async with AsyncExitStack() as stack:
        serving = [program(tmp_path, clock, scripted) for _ in range(2)]
        yield [await stack.enter_async_context(one) for one in serving]


@asynccontextmanager
async def program(
    folder: Path, clock: MovedClock, scripted: ScriptedKnowledge
) -> AsyncIterator[Udha]:
    """One serving process, in all but the process."""
    store = await opened(folder, clock)
    parts = Parts(Settings(folder, Environment(port=0)), scripted, store, clock)
    with closing(bind("127.0.0.1", 0)) as listening:
        udha = Udha(parts, listening)
        await udha.start()
        yield udha
        await udha.finish()
    await store.close()


@asynccontextmanager
async def page(udha: Udha, session: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    async with (
        aiohttp.ClientSession(udha.server.url) as http,
        http.ws_connect("/try/ws", params={"session": session}) as socket,
    ):
        yield socket


async def reply(socket: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    async with asyncio.timeout(WITHIN):
        while True:
            found: dict[str, Any] = await socket.receive_json()
            if found["type"] == "reply":
                return found


async def test_each_page_is_answered(programs: list[Udha]) -> None:
    """The answers to many pages, half of them at each program, arrive without delay and once."""
    async with AsyncExitStack() as stack:
        pages = [
            await stack.enter_async_context(page(programs[number % 2], f"session {number}"))
            for number in range(10)
        ]
        for socket in pages:
            await socket.send_json({"type": "text", "text": "ANSWER me"})
        for socket in pages:
            assert (await reply(socket))["decision"] == "answer"
        for number, socket in enumerate(pages):
            await socket.send_json({"type": "text", "text": f"DANGER {number}"})
        for socket in pages:
            assert (await reply(socket))["decision"] == "urgent"


async def test_a_human_answers_at_the_other(programs: list[Udha]) -> None:
    """What staff write through one program reaches the page that is open at the other."""
    async with page(programs[0], "somebody") as socket:
        await socket.send_json({"type": "text", "text": "DANGER"})
        await reply(socket)
        other = programs[1].parts.store
        (ticket,) = await other.tickets()
        await other.reply(ticket.id, "I am here.", "Ana")
        assert (await reply(socket))["text"] == "I am here."


async def test_a_page_that_moves(programs: list[Udha]) -> None:
    """A reply that waited for a page comes wherever the page opens next."""
    async with page(programs[0], "somebody") as socket:
        await socket.send_json({"type": "text", "text": "DANGER"})
        await reply(socket)
    (ticket,) = await programs[0].parts.store.tickets()
    await programs[0].parts.store.reply(ticket.id, "I am here.", "Ana")
    async with page(programs[1], "somebody") as socket:
        assert (await reply(socket))["text"] == "I am here."
