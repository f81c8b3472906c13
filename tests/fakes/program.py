"""The program `udha` as others run it: a process with its own port, database and secret."""

import asyncio
import itertools
import json
import os
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

from tests.fakes.store_world import url_of

UDHA = str(Path(sys.executable).with_name("udha"))
SECRET = "a secret of the tests, long enough to be one"
READY_WITHIN = 60.0
"""Seconds; the very first start on a machine reads all of the content."""

Json = dict[str, Any]


@dataclass
class Deployment:
    """Where a program of the tests keeps its data, and how it is called."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        here = {name: value for name, value in os.environ.items() if not name.startswith("UDHA_")}
        self.environ = (
            here
            | {
                "UDHA_PORT": str(free_port()),
                "UDHA_DATABASE_URL": url_of(self.folder),
                "UDHA_SECRET_KEY": SECRET,
            }
            | self.environ
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.environ['UDHA_PORT']}"

    def udha(
        self, *arguments: str, typed: str | bytes = "", **environ: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        done = subprocess.run(
            [UDHA, *arguments],
            env=self.environ | environ,
            input=typed.encode() if isinstance(typed, str) else typed,
            capture_output=True,
            timeout=READY_WITHIN,
            check=False,
        )
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    def json(self, *arguments: str) -> Any:
        """What a command says as JSON."""
        done = self.udha(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


class Running:
    """`udha run`, ready; killed at the end of the block if it still runs."""

    def __init__(self, deployment: Deployment, *arguments: str) -> None:
        self._deployment = deployment
        self._arguments = arguments
        self.log = deployment.folder / "log"

    async def __aenter__(self) -> Self:
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                UDHA,
                "run",
                *self._arguments,
                env=self._deployment.environ,
                stdout=log,
                stderr=log,
            )
        async with asyncio.timeout(READY_WITHIN):
            await self._ready()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.returncode is None:
            await self.kill()

    async def kill(self) -> None:
        """kill -9"""
        self.process.kill()
        await self.process.wait()

    async def terminate(self) -> int:
        """SIGTERM; returns the exit code."""
        self.process.terminate()
        return await self.process.wait()

    async def _ready(self) -> None:
        async with aiohttp.ClientSession() as http:
            while self.process.returncode is None:
                try:
                    async with http.get(f"{self._deployment.url}/readyz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientConnectionError:
                    await asyncio.sleep(0.02)
            raise AssertionError(self.log.read_text(encoding="utf-8"))


@dataclass
class Page:
    """A person's page: sends again what was not kept, comes back when the server went away, and
    says which replies it has shown."""

    url: str
    session: str
    language: str | None = None
    """What the page's address asks for."""
    received: list[Json] = field(default_factory=list)
    """Every reply as often as it came."""
    _waiting: dict[str, Json] = field(default_factory=dict)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _keys: Iterator[int] = field(default_factory=itertools.count)
    _socket: aiohttp.ClientWebSocketResponse | None = None

    @property
    def times(self) -> Counter[str]:
        """How often each reply's text came."""
        return Counter(reply["text"] for reply in self.received)

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Page"]:
        """Stay connected for as long as the block lasts."""
        connected = asyncio.create_task(self._stay_connected())
        try:
            yield self
        finally:
            connected.cancel()
            await asyncio.wait([connected])

    async def says(self, text: str, key: str | None = None) -> None:
        """Send a text; it is sent again until the server has kept it."""
        await self._say({"type": "text", "text": text, "id": key or text})

    async def presses(self, action: str) -> None:
        await self._say({"type": "button", "action": action, "id": self.new_key()})

    async def starts(self) -> None:
        """Ask for the greeting."""
        await self._say({"type": "start", "id": self.new_key()})

    def new_key(self) -> str:
        """For a message that is no repeat of another."""
        return f"message {next(self._keys)}"

    async def has(self, number: int, within: float = 30.0) -> list[Json]:
        """Wait until so many different replies have come."""
        async with asyncio.timeout(within), self._news:
            await self._news.wait_for(lambda: len(self.times) >= number)
        return self.received

    async def is_kept(self, within: float = 30.0) -> None:
        """Wait until the server has kept all that was said."""
        async with asyncio.timeout(within), self._news:
            await self._news.wait_for(lambda: not self._waiting)

    async def _say(self, message: Json) -> None:
        self._waiting[str(message["id"])] = message
        if self._socket is not None and not self._socket.closed:
            await self._socket.send_json(message)

    async def _stay_connected(self) -> None:
        async with aiohttp.ClientSession() as http:
            while True:
                try:
                    async with http.ws_connect(
                        f"{self.url}/try/ws", params=self._parameters()
                    ) as self._socket:
                        await self._listen(self._socket)
                except (aiohttp.ClientError, ConnectionError):
                    await asyncio.sleep(0.02)

    def _parameters(self) -> dict[str, str]:
        asked = {"lang": self.language} if self.language else {}
        return {"session": self.session, "ack": "1"} | asked

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        for message in list(self._waiting.values()):
            await socket.send_json(message)
        async for frame in socket:
            said = json.loads(frame.data)
            async with self._news:
                if said["type"] == "reply":
                    self.received.append(said)
                elif said["type"] == "kept":
                    self._waiting.pop(str(said["id"]), None)
                self._news.notify_all()
            if said["type"] == "reply":
                await socket.send_json({"type": "received", "id": said["id"]})


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
