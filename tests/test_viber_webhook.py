"""Viber calls us where it should, and what is wrong with it is said."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.fakes.moved_time import MovedTime
from tests.fakes.program import Deployment
from tests.fakes.scripted_knowledge import ScriptedKnowledge
from tests.fakes.viber_faults import Http, Status
from tests.fakes.viber_server import WITHIN, ViberServer
from tests.fakes.viber_world import ViberWorld, connected


@pytest.fixture
def time() -> MovedTime:
    return MovedTime()


@pytest.fixture
async def viber(time: MovedTime) -> AsyncIterator[ViberServer]:
    async with ViberServer(clock=time) as server:
        yield server


async def settled(world: ViberWorld, state: str) -> None:
    """Wait until the channel's state begins so."""
    async with asyncio.timeout(WITHIN):
        while not world.state.startswith(state):
            await asyncio.sleep(0.005)


async def test_set_at_start(
    tmp_path: Path, scripted: ScriptedKnowledge, viber: ViberServer, time: MovedTime
) -> None:
    """With a public address the webhook is set once the door is open, with all events but the
    names of people."""
    async with connected(tmp_path, scripted, viber, time) as world:
        await settled(world, "on")
        assert viber.webhook == f"{world.url}/viber/webhook"
        assert viber.callbacks == [("webhook", 200)]
        (call,) = await viber.called("set_webhook")
        assert call.body["send_name"] is False
        assert (await world.ready())["viber"] == "on"


async def test_set_already(
    tmp_path: Path, scripted: ScriptedKnowledge, viber: ViberServer, time: MovedTime
) -> None:
    """A webhook that is set already is left alone, and looked at again every few minutes."""
    async with connected(tmp_path, scripted, viber, time) as world:
        await settled(world, "on")
        world.later(minutes=3)
        await viber.called("get_account_info", 2)
        assert len(await viber.called("set_webhook")) == 1


async def test_lost(
    tmp_path: Path, scripted: ScriptedKnowledge, viber: ViberServer, time: MovedTime
) -> None:
    """A webhook that was lost is set again within minutes, and what waited is sent."""
    async with connected(tmp_path, scripted, viber, time) as world:
        await settled(world, "on")
        await viber.writes("ana", "ANSWER me")
        await viber.has("ana", 1)
        viber.webhook = ""
        world.later(minutes=3)
        await viber.called("set_webhook", 2)
        await viber.writes("ana", "FOREIGN")
        await viber.has("ana", 2)


async def test_refused_address(
    tmp_path: Path, scripted: ScriptedKnowledge, time: MovedTime
) -> None:
    """An address that Viber does not take turns the channel off, and the sentence names it."""
    async with (
        ViberServer(clock=time, https_only=True) as viber,
        connected(tmp_path, scripted, viber, time) as world,
    ):
        await settled(world, "off: Viber did not take")
        assert world.url in world.state


async def test_wrong_token(
    tmp_path: Path, scripted: ScriptedKnowledge, viber: ViberServer, time: MovedTime
) -> None:
    """A token that is refused turns the channel off and is never shown; the rest runs."""
    async with connected(tmp_path, scripted, viber, time, token="not-the-token") as world:
        await settled(world, "off: Viber refuses VIBER_AUTH_TOKEN")
        found = await world.ready()
        assert found["web"] == "on"
        assert "not-the-token" not in json.dumps(found)


@pytest.mark.parametrize("fault", [Http(502), Http(429), Http(403), Status(9)])
async def test_comes_on_later(
    tmp_path: Path,
    scripted: ScriptedKnowledge,
    viber: ViberServer,
    time: MovedTime,
    fault: Http | Status,
) -> None:
    """While Viber cannot be asked, the channel is off and asks again after growing pauses."""
    viber.fails("get_account_info", fault, fault)
    async with connected(tmp_path, scripted, viber, time) as world:
        await viber.called("get_account_info")
        await settled(world, "off: ")
        for number, seconds in ((2, 10), (3, 20)):
            before = time.now
            await next_look(time)
            assert time.now - before == timedelta(seconds=seconds)
            await viber.called("get_account_info", number)
        await settled(world, "on")


async def next_look(time: MovedTime) -> None:
    """Move the time to when the next pause ends."""
    async with asyncio.timeout(WITHIN):
        while not time.move_to_next(within=60):
            await asyncio.sleep(0.005)


async def test_without_public_address(
    tmp_path: Path, scripted: ScriptedKnowledge, viber: ViberServer, time: MovedTime
) -> None:
    """Without a public address nothing is set; whoever signs rightly is answered."""
    async with connected(tmp_path, scripted, viber, time, public=False) as world:
        await settled(world, "on")
        assert viber.webhook == ""
        viber.points_at(f"{world.url}/viber/webhook")
        await viber.writes("ana", "ANSWER me")
        await viber.has("ana", 1)


async def test_no_token(
    tmp_path: Path, scripted: ScriptedKnowledge, viber: ViberServer, time: MovedTime
) -> None:
    """Without a token there is no door, and the channel is named as off."""
    async with connected(tmp_path, scripted, viber, time, token="") as world:
        viber.points_at(f"{world.url}/viber/webhook")
        assert (await viber.raw({"event": "webhook"})).status == 404
        assert (await world.ready())["viber"] == "off: VIBER_AUTH_TOKEN is not set"


async def test_address_without_tls(tmp_path: Path) -> None:
    """A public address that no platform would call is warned of at the start."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        environ = {"UDHA_PUBLIC_URL": "http://udha.example"}
        deployment = Deployment(tmp_path, {**environ, "UDHA_PORT": str(taken.getsockname()[1])})
        done = await asyncio.to_thread(deployment.udha, "run")
    assert done.returncode == 2
    assert "public_url_without_tls" in done.stderr
