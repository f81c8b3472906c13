"""The HTTP doors."""

import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.server import CannotListen, Readiness, Server, bind


class Health:
    """What the server is told about the rest."""

    def __init__(self) -> None:
        self.readiness = Readiness(channels={"web": "on"})

    async def ready(self) -> Readiness:
        return self.readiness

    async def figures(self) -> bytes:
        return b"udha_entries 28\n"


@pytest.fixture
async def health() -> Health:
    return Health()


@pytest.fixture
async def url(health: Health) -> AsyncIterator[str]:
    server = Server(bind("127.0.0.1", 0), health.ready, health.figures, [])
    await server.start()
    yield f"http://127.0.0.1:{server.port}"
    await server.stop(1.0)


async def test_alive_and_ready(url: str) -> None:
    """A server that is ready says so, and which channels are on."""
    async with aiohttp.ClientSession() as http:
        assert (await http.get(f"{url}/healthz")).status == 200
        answer = await http.get(f"{url}/readyz")
        assert answer.status == 200
        assert await answer.json() == {"status": "ready", "channels": {"web": "on"}}


async def test_not_ready(url: str, health: Health) -> None:
    """A server that is not ready answers 503 with the reason, and is still alive."""
    health.readiness = Readiness("the store cannot be reached")
    async with aiohttp.ClientSession() as http:
        answer = await http.get(f"{url}/readyz")
        assert answer.status == 503
        assert (await answer.json())["reason"] == "the store cannot be reached"
        assert (await http.get(f"{url}/healthz")).status == 200


async def test_figures(url: str) -> None:
    """The figures are served as Prometheus reads them."""
    async with aiohttp.ClientSession() as http:
        answer = await http.get(f"{url}/metrics")
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        assert await answer.text() == "udha_entries 28\n"


def test_port_in_use() -> None:
    """A port on which somebody listens is refused with a sentence that says what to do."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CannotListen) as caught:
            bind("127.0.0.1", port)
    assert str(caught.value) == (
        f"Port {port} is in use on 127.0.0.1. Stop what runs there, or set UDHA_PORT."
    )


def test_address_of_another_machine() -> None:
    """An address that this machine does not have is refused with a sentence."""
    with pytest.raises(CannotListen, match=r"192\.0\.2\.1 is no address of this machine"):
        bind("192.0.2.1", 0)


@pytest.mark.parametrize("host", ["no.such.host.invalid", "no host", "..", "a" * 70])
def test_name_that_nobody_knows(host: str) -> None:
    """A host that is no address is refused with a sentence, also if it cannot be one."""
    with pytest.raises(CannotListen) as caught:
        bind(host, 0)
    assert str(caught.value) == f"UDHA_HOST: {host} is no address of this machine."
