"""What many tests stand on: the whole program in this process, with a clock that is moved."""

import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import structlog

from bot import logs
from bot.app import Parts, Udha
from bot.server import bind
from bot.settings import Environment, Settings
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.loading import load
from knowledge_base.recognising.requests import Requests
from knowledge_base.words.language_data import LanguageData
from tests.fakes.scripted_knowledge import ScriptedKnowledge
from tests.fakes.store_world import MovedClock, opened

CONTENT = Path(__file__).parents[1] / "knowledge_base" / "content"


@pytest.fixture(scope="session", autouse=True)
def quiet_log() -> None:
    """What is logged stands beside a test that fails, a line for each event."""
    structlog.configure(
        processors=[
            logs.exceptions_without_words,
            logs.only_known_keys,
            structlog.processors.KeyValueRenderer(key_order=["event"]),
        ],
        # Looked up at each line: pytest puts another standard error in place for each test.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


@pytest.fixture
def clock() -> MovedClock:
    """Stands still until it is moved."""
    return MovedClock()


@pytest.fixture(scope="session")
def scripted() -> ScriptedKnowledge:
    """The real content with an understanding that does as it is told."""
    requests = Requests.load(CONTENT, LanguageData.load(CONTENT, []), [])
    return ScriptedKnowledge(load(CONTENT), requests)


@pytest.fixture(scope="session")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """The real content and the real understanding, learnt once for all test processes."""
    shared = tmp_path_factory.getbasetemp().parent
    return KnowledgeBase.build(CONTENT, cache=shared / "learnt")


@pytest.fixture
async def parts(
    tmp_path: Path, clock: MovedClock, scripted: ScriptedKnowledge
) -> AsyncIterator[Parts]:
    """A store of its own, and what else the program is built on."""
    store = await opened(tmp_path, clock)
    yield Parts(Settings(tmp_path, Environment(port=0)), scripted, store, clock)
    await store.close()


@pytest.fixture
async def udha(parts: Parts) -> AsyncIterator[Udha]:
    """The program, serving on a free port."""
    with closing(bind("127.0.0.1", 0)) as listening:
        program = Udha(parts, listening)
        await program.start()
        yield program
        await program.finish()
