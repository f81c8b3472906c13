"""The whole way: a person on Telegram, Udha, and staff who answer in their group."""

from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import aiohttp
import pytest

from bot.channels.telegram_group.records import OUTCOMES
from bot.pseudonyms import pseudonym
from tests.fakes.scripted_knowledge import ScriptedKnowledge
from tests.fakes.staff_world import GROUP
from tests.fakes.telegram_chats import Shown
from tests.fakes.telegram_server import Call, TelegramServer
from tests.fakes.telegram_world import PacedTime, TelegramWorld, telegram_world

ANA = 5


@pytest.fixture
async def server(time: PacedTime) -> AsyncIterator[TelegramServer]:
    async with TelegramServer(now=time, monotonic=time.monotonic) as running:
        running.has_staff_group(GROUP)
        yield running


@pytest.fixture
def time() -> PacedTime:
    return PacedTime()


@pytest.fixture(params=[False, True], ids=["polling", "webhook"])
async def world(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    engine: str,
    scripted: ScriptedKnowledge,
    server: TelegramServer,
    time: PacedTime,
) -> AsyncIterator[TelegramWorld]:
    async with telegram_world(
        tmp_path, scripted, server, time, webhook=request.param, telegram_staff_chat=str(GROUP)
    ) as running:
        yield running


async def topic(world: TelegramWorld, state: str) -> int:
    """Wait until the first case's topic says this state; returns its thread."""
    name = pseudonym(1, world.udha.parts.knowledge.content.pseudonyms)
    title = f"{state} · {name}"
    await world.server.until(lambda: title in [one.name for one in world.server.topics])
    return world.server.topics[0].thread


async def test_asked_answered_closed(world: TelegramWorld) -> None:
    """A question comes into the group, the answer to the person, the mark to the answer."""
    server = world.server
    await server.writes(ANA, "ASK a person please")
    await server.has(ANA, 1)
    await server.presses(ANA, server.shown(ANA)[-1].id, "person")
    thread = await topic(world, "PRET")
    (first,) = (await server.has(GROUP, 2, thread))[1:]
    assert "ASK a person please" in first.text
    answer = await server.staff_writes(thread, "Mira", "Me takim.")
    await server.until(lambda: any(one.text == "Me takim." for one in server.shown(ANA)))
    await server.until(lambda: server.reactions(answer) == ("👍",))
    await server.writes(ANA, "faleminderit")
    await server.until(
        lambda: any("Personi: faleminderit" in one.text for one in server.shown(GROUP, thread))
    )
    await server.staff_presses("Mira", first.id, f"staff:close:{OUTCOMES[0]}")
    await topic(world, "MBYLLUR")


async def test_danger_reaches_staff(world: TelegramWorld) -> None:
    """Somebody in danger gets the numbers, and staff a call; nothing else is sent to the person."""
    server = world.server
    await server.writes(ANA, "DANGER")
    await topic(world, "URGJENT")
    await server.until(lambda: any("URGJENT" in one.text for one in general(server)))
    await server.has(ANA, 1)
    await world.in_time(lambda: len(general(server)) == 4, step=60)
    calls = [one.at for one in server.called("sendMessage", GROUP) if in_general(one)]
    assert all(later - call >= 600 for call, later in pairwise(calls))
    assert len(server.shown(ANA)) == 1


async def test_it_says_how_it_stands(world: TelegramWorld) -> None:
    """/readyz names the group, and what is missing there."""
    await world.server.until(lambda: bool(world.server.called("getChatMember")))
    await state(world, "on")
    await world.server.gives_rights({})
    await state(
        world,
        "off: The bot is no administrator of the staff group: "
        "make it one, with the right to manage topics.",
    )


async def test_words_of_staff_are_no_questions(world: TelegramWorld) -> None:
    """What staff say among themselves is neither answered nor taken for danger."""
    server = world.server
    await server.staff_writes(None, "Mira", "DANGER")
    await server.until(lambda: not server.updates.pending)
    assert await world.store.tickets() == []
    assert [one.text for one in general(server)] == []


def in_general(call: Call) -> bool:
    return "message_thread_id" not in call.parameters


def general(server: TelegramServer) -> list[Shown]:
    return [one for one in server.shown(GROUP) if one.thread is None and one.text]


async def state(world: TelegramWorld, wanted: str) -> None:
    async with aiohttp.ClientSession() as http:
        for _ in range(200):
            async with http.get(f"{world.url}/readyz") as answer:
                found = (await answer.json())["channels"]["telegram_group"]
            if found == wanted:
                return
            await world.store.changed.after(world.store.changed.version, 0.02)
    raise AssertionError(found)
