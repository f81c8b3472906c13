"""How long replies take while the content is edited, and how soon an edit is in use."""

import asyncio
import json
import math
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Self
from uuid import uuid4

import aiohttp

from benchmarks.lag import Lags, between, read, watch
from benchmarks.marks import letters
from benchmarks.report import Report
from tests.fakes.program import Deployment, Running

CONTENT = Path(__file__).parents[1] / "knowledge_base" / "content"
EDITS = 20
PER_SECOND = 50
"""Questions."""
CHATS = 50
BETWEEN_EDITS = 2.0
SETTLING = 6.0
"""Seconds that do not count: the server looks at its content, and the chats begin."""
CALM = 20.0
CONNECTING = 2.0
"""Seconds until the first question."""
PATIENCE = 300.0
SERVER, RENEWING = "the server", "renewing"
WORDS, BROKEN, ASKED = "words", "broken", "asked"
QUESTION = "Sa kohë mund të rri në Belgjikë pa vizë?"
FILE = "faq/travel.yaml"
FIRST_LINE = "        Deri në 90 ditë brenda çdo periudhe prej 180 ditësh"
FIRST_ASKED = "        - Sa ditë më lejohet të qëndroj në Belgjikë si turist?\n"


def run(report: Report) -> None:
    """Ask fifty times a second for as long as somebody edits, soundly and not."""
    report(f"{EDITS} edits while {PER_SECOND} questions a second come in")
    with TemporaryDirectory() as folder:
        seen = asyncio.run(_ask_and_edit(Path(folder)))
    report.rate("questions asked", seen.asked, "")
    report.value("questions without the right answer", seen.asked - seen.answered, "", below=1)
    report.value("an edit of an answer is in use after", max(seen.in_use), "s", below=3)
    report.value("a new way of asking is understood after", seen.understood, "s")
    usual = _percentile(seen.calm, 50)
    report.value("a reply, usually", 1000 * usual, "ms")
    for percent, name in ((99, "slowest of 100"), (100, "slowest")):
        calm, renewing = (_percentile(took, percent) for took in (seen.calm, seen.renewing))
        report.value(f"{name}, before the first edit", 1000 * calm, "ms")
        report.value(f"{name}, while content is renewed", 1000 * renewing, "ms")
    waits = max(seen.renewing) - usual
    report.value("longest wait while renewing, beyond the usual", 1000 * waits, "ms", below=50)
    for who, lags in seen.lags.items():
        for when, (late, computed) in lags.items():
            report.value(f"longest lag of {who}, {when}", 1000 * late, "ms")
            goal = 50 if (who, when) == (SERVER, RENEWING) else None
            report.value("  of it computing by itself", 1000 * computed, "ms", below=goal)


@dataclass
class Seen:
    """What the people who ask have seen."""

    asked: int = 0
    answered: int = 0
    calm: list[float] = field(default_factory=list)
    renewing: list[float] = field(default_factory=list)
    in_use: list[float] = field(default_factory=list)
    """Seconds from each sound edit of an answer to the first reply with it."""
    understood: float = math.nan
    """Seconds from the last edit, a new way of asking, to the first answer to it."""
    edited: dict[str, float] = field(default_factory=dict)
    """Marks that no reply has shown yet, with the time when they were written."""
    editing: bool = False
    lags: dict[str, dict[str, tuple[float, float]]] = field(default_factory=dict)
    """Whose and when → how long the event loop kept others waiting. Nothing is renewed in the
    process that asks: where it waits as long as the server, the machine is too small to tell."""

    def note(self, text: str, took: float) -> None:
        """A reply came."""
        self.asked += 1
        self.answered += "90 ditë" in text
        (self.renewing if self.editing else self.calm).append(took)
        for mark in [mark for mark in self.edited if mark in text]:
            self.in_use.append(time.perf_counter() - self.edited.pop(mark))


class Watched(Running):
    """`udha run`, with its lags written to a file when it has ended."""

    lags: Path

    async def __aenter__(self) -> Self:
        self.lags = self.log.with_name("lags")
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "benchmarks.lag", str(self.lags)),
                env=self._deployment.environ,
                stdout=log,
                stderr=log,
            )
        async with asyncio.timeout(PATIENCE):
            await self._ready()
        return self


async def _ask_and_edit(folder: Path) -> Seen:
    content = folder / "content"
    copytree(CONTENT, content)
    deployment = Deployment(folder, {"UDHA_KNOWLEDGE": str(content)})
    seen = Seen()
    lags: Lags = []
    async with Watched(deployment) as server, aiohttp.ClientSession() as http:
        tasks = [asyncio.create_task(_ask(http, deployment.url, seen))]
        await asyncio.sleep(SETTLING)
        tasks.append(asyncio.create_task(watch(lags)))
        seen.calm.clear()
        begin = time.monotonic()
        await asyncio.sleep(CALM)
        middle, seen.editing = time.monotonic(), True
        mark = await _edit(content / FILE, seen)
        seen.understood = await _until_understood(http, deployment.url, mark)
        end = time.monotonic()
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await server.terminate()
        of_server = read(server.lags)
    for who, all_lags in ((SERVER, of_server), ("whoever asks", lags)):
        calm, renewing = between(all_lags, begin, middle), between(all_lags, middle, end)
        seen.lags[who] = {"before": calm, RENEWING: renewing}
    return seen


async def _edit(file: Path, seen: Seen) -> str:
    """Returns the mark of the last edit."""
    sound = file.read_text("utf-8")
    assert FIRST_LINE in sound
    assert FIRST_ASKED in sound
    for number in range(EDITS):
        mark = letters()
        match (WORDS, BROKEN, WORDS, ASKED)[number % 4]:
            case "words":
                text = sound.replace(FIRST_LINE, f"        ({mark}) {FIRST_LINE.strip()}", 1)
                seen.edited[mark] = time.perf_counter()
            case "broken":
                text = sound.replace("topic: travel", "topic: [travel", 1)
            case _:
                text = sound.replace(FIRST_ASKED, f"{FIRST_ASKED}        - prove {mark}\n", 1)
                # It stays: there is something to learn until the end.
                sound = text
        file.write_text(text, "utf-8")
        await asyncio.sleep(BETWEEN_EDITS)
        # What is not in use by then is overwritten by the next edit.
        if mark in seen.edited:
            async with asyncio.timeout(PATIENCE):
                while mark in seen.edited:
                    await asyncio.sleep(0.05)
    return mark


async def _until_understood(http: aiohttp.ClientSession, url: str, mark: str) -> float:
    """How many seconds it takes until a way of asking is answered."""
    began = time.perf_counter()
    async with (
        asyncio.timeout(PATIENCE),
        http.ws_connect(f"{url}/try/ws", params={"session": uuid4().hex}) as socket,
    ):
        while True:
            await socket.send_json({"type": "text", "text": f"prove {mark}"})
            if "90 ditë" in json.loads((await socket.receive()).data)["text"]:
                return time.perf_counter() - began
            await asyncio.sleep(BETWEEN_EDITS)


async def _ask(http: aiohttp.ClientSession, url: str, seen: Seen) -> None:
    start = time.perf_counter() + CONNECTING
    async with asyncio.TaskGroup() as chats:
        for number in range(CHATS):
            chats.create_task(_chat(http, url, start, number, seen))


async def _chat(
    http: aiohttp.ClientSession, url: str, start: float, number: int, seen: Seen
) -> None:
    """Ask at fixed times, evenly spread over all chats, and wait from then on."""
    every = CHATS / PER_SECOND
    async with http.ws_connect(f"{url}/try/ws", params={"session": uuid4().hex}) as socket:
        due = start + every * number / CHATS
        while True:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            await socket.send_json({"type": "text", "text": QUESTION})
            reply = json.loads((await socket.receive()).data)
            seen.note(reply["text"], time.perf_counter() - due)
            due += every


def _percentile(values: list[float], percent: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(len(ordered) * percent / 100) - 1)]
