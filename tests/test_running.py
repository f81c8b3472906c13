"""The real program in its own process: killed, stopped, set up wrongly, and asked on every door."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.fakes.program import SECRET, Deployment, Page, Running

QUESTION = "Sa kohë mund të rri në Belgjikë pa vizë?"
UNKNOWN = "zgjedhja e ngjyrës së mureve të kuzhinës"
PERSONS = 100
KILLS = 5


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    return Deployment(tmp_path)


@pytest.fixture
async def running(deployment: Deployment) -> AsyncIterator[Running]:
    async with Running(deployment) as program:
        yield program


@pytest.mark.usefixtures("running")
async def test_asked_on_the_page(deployment: Deployment) -> None:
    """Who asks on the page gets the curated answer; who is in danger reads 112 first."""
    page = Page(deployment.url, "ana")
    async with page.open():
        await page.says(QUESTION)
        (answer,) = await page.has(1)
        assert (answer["decision"], answer["entries"]) == ("answer", ["visa-free-stay"])
        await page.says("ma kan marr pasaporten sme lene me dal")
        urgent = (await page.has(2))[1]
    assert urgent["decision"] == "urgent"
    assert urgent["text"].startswith("112")
    (ticket,) = await asyncio.to_thread(deployment.json, "tickets", "list")
    assert (ticket["priority"], ticket["channel"]) == ("urgent", "web")


@pytest.mark.usefixtures("engine", "running")
async def test_staff_reply_reaches_the_page(deployment: Deployment) -> None:
    """What staff write on the command line is on the open page within 2 seconds."""
    page = Page(deployment.url, "ana")
    async with page.open():
        await page.says(UNKNOWN)
        await page.has(1)
        await page.presses("person")
        await page.has(2)
        (ticket,) = await asyncio.to_thread(deployment.json, "tickets", "list")
        await asyncio.to_thread(
            deployment.udha, "tickets", "reply", str(ticket["id"]), "-", typed="Të shkruaj nesër.\n"
        )
        reply = (await page.has(3, within=2.0))[2]
    assert (reply["text"], reply["decision"]) == ("Të shkruaj nesër.", "staff")


@pytest.mark.usefixtures("engine", "running")
async def test_chat_beside_a_server(deployment: Deployment) -> None:
    """In a terminal beside a running server the server answers; both know the same tickets."""
    chat = await asyncio.to_thread(
        deployment.udha, "chat", typed=f"{QUESTION}\n{UNKNOWN}\nperson\n"
    )
    assert chat.returncode == 0
    assert "90" in chat.stdout
    (ticket,) = await asyncio.to_thread(deployment.json, "tickets", "list")
    assert (ticket["channel"], ticket["state"]) == ("terminal", "waiting_for_staff")


async def test_log_of_every_door(deployment: Deployment) -> None:
    """While people write on every door and staff reply, no log at DEBUG holds a word of it."""
    words = "Arbenita, +355691234567, ma kan marr pasaporten"
    async with Running(deployment, "--log-level", "debug") as program:
        page = Page(deployment.url, "session-of-arbenita")
        async with page.open():
            await page.says(words)
            await page.has(1)
            chat = await asyncio.to_thread(deployment.udha, "chat", typed=f"{words}\n")
            reply = await asyncio.to_thread(deployment.udha, "tickets", "reply", "1", words)
            await page.has(2)
        assert await program.terminate() == 0
    log = program.log.read_text(encoding="utf-8") + chat.stderr + reply.stderr + reply.stdout
    assert "ready" in log
    for secret in ("Arbenita", "691234567", "pasaporten", "session-of", "marr", SECRET):
        assert secret not in log


async def test_killed_five_times(deployment: Deployment) -> None:
    """Killed five times in the middle of 200 questions: every person has every answer, at most
    twice what was in flight."""
    pages = [Page(deployment.url, f"person {number}") for number in range(PERSONS)]
    async with AsyncExitStack() as stack:
        for page in pages:
            await stack.enter_async_context(page.open())
        asking = [asyncio.create_task(_asks_twice(page)) for page in pages]
        for kill in range(KILLS):
            async with Running(deployment) as program:
                await _answered(pages, (kill + 1) * 2 * PERSONS // (KILLS + 1))
                await program.kill()
        async with Running(deployment):
            await asyncio.wait_for(asyncio.gather(*asking), 60)
    for page in pages:
        assert len(page.times) == 2
        assert max(page.times.values()) <= 2


async def _asks_twice(page: Page) -> None:
    await page.says(QUESTION)
    await page.has(1, within=60)
    await page.says(UNKNOWN)
    await page.has(2, within=60)


async def _answered(pages: list[Page], number: int) -> None:
    """Wait until so many answers have come in all."""
    async with asyncio.timeout(60):
        while sum(len(page.times) for page in pages) < number:
            await asyncio.sleep(0.002)


@pytest.mark.usefixtures("engine")
async def test_stopped_in_peace(deployment: Deployment) -> None:
    """SIGTERM in the middle of questions: exit code 0 within 10 seconds, and all are answered
    after the next start."""
    pages = [Page(deployment.url, f"person {number}") for number in range(50)]
    async with AsyncExitStack() as stack:
        for page in pages:
            await stack.enter_async_context(page.open())
        async with Running(deployment) as program:
            for page in pages:
                await page.says(QUESTION)
            await _answered(pages, 5)
            began = time.monotonic()
            assert await program.terminate() == 0
            assert time.monotonic() - began < 10
        async with Running(deployment):
            await asyncio.gather(*(page.has(1) for page in pages))
    assert {max(page.times.values()) for page in pages} == {1}


async def test_told_to_stop_twice(deployment: Deployment) -> None:
    """Who says SIGTERM twice at once, as timeout(1) does, cuts nothing off."""
    async with Running(deployment) as program:
        program.process.terminate()
        assert await program.terminate() == 0
    assert "stopped" in program.log.read_text(encoding="utf-8")


def refused(deployment: Deployment, *arguments: str, **environ: str) -> str:
    """The one sentence with which a command ends, without a traceback, with exit code 2."""
    done = deployment.udha(*arguments, **environ)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    (sentence,) = done.stderr.splitlines()
    return sentence


@pytest.mark.usefixtures("running")
async def test_port_in_use(deployment: Deployment, tmp_path: Path) -> None:
    """A port in use is said in one sentence."""
    other = {"UDHA_DATABASE_URL": f"sqlite:///{tmp_path}/other.db"}
    sentence = await asyncio.to_thread(refused, deployment, "run", **other)
    port = deployment.environ["UDHA_PORT"]
    assert sentence == (
        f"udha: Port {port} is in use on 127.0.0.1. Stop what runs there, or set UDHA_PORT."
    )


@pytest.mark.usefixtures("running")
async def test_second_server_on_a_store(deployment: Deployment) -> None:
    """A second server on the same SQLite file is refused: they would answer twice."""
    sentence = await asyncio.to_thread(refused, deployment, "run", UDHA_PORT="0")
    assert sentence.startswith("udha: Another Udha works on this database")


def test_wrong_config(deployment: Deployment, tmp_path: Path) -> None:
    """A wrong line in config.yaml is named in one sentence."""
    config = tmp_path / "config.yaml"
    config.write_text("limits:\n  workers: many\n")
    assert refused(deployment, "run", UDHA_CONFIG=str(config)) == (
        'udha: config.yaml:2: limits, workers: "many" cannot be used. Write a number from 1 to 256.'
    )


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://host/udha", "must begin with sqlite:/// or postgresql://"),
        ("nonsense", "is no URL of a database"),
        ("sqlite:////proc/udha/udha.db", "cannot be written"),
    ],
)
def test_wrong_database(deployment: Deployment, url: str, sentence: str) -> None:
    """A database that cannot be used is said in one sentence, by every command that needs it."""
    assert sentence in refused(deployment, "run", UDHA_DATABASE_URL=url)
    assert sentence in refused(deployment, "tickets", "list", UDHA_DATABASE_URL=url)


def test_other_secret(deployment: Deployment) -> None:
    """Another secret than the store's is refused in one sentence."""
    assert deployment.udha("tickets", "list").returncode == 0
    other = "another secret, which is also long enough"
    sentence = refused(deployment, "run", UDHA_SECRET_KEY=other)
    assert "made with another secret" in sentence
    assert other not in sentence


def test_missing_knowledge(deployment: Deployment, tmp_path: Path) -> None:
    """A knowledge base folder that is not there is said in one sentence."""
    missing = str(tmp_path / "nowhere")
    assert refused(deployment, "run", UDHA_KNOWLEDGE=missing) == (
        f"udha: UDHA_KNOWLEDGE: there is no folder {missing}."
    )
