"""What many tests stand on: the whole program in this process, with a clock that is moved."""

import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import structlog

from bot import logs
from bot.app import Parts, Udha
from bot.server import bind
from bot.settings import Environment, Settings
from bot.store import opening
from bot.store.encryption import Encryption
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.loading import load
from knowledge_base.recognising.requests import Requests
from knowledge_base.words.language_data import LanguageData
from tests.fakes.postgres_server import NoServer, PostgresServer, postgres_server
from tests.fakes.scripted_knowledge import ScriptedKnowledge
from tests.fakes.store_world import ELSEWHERE, SECRET, MovedClock, opened

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


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server of this test process's own."""
    try:
        with postgres_server() as server:
            yield server
    except NoServer as reason:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no PostgreSQL can be started here: {reason}")


@pytest.fixture(scope="session")
def empty_store(postgres: PostgresServer) -> str:
    """The name of a database with all tables and nothing in them: those of tests are copies."""
    name = postgres.new_database()
    opening.open_database(postgres.url(name), Encryption(SECRET).fingerprint).dispose()
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    """The test runs on both engines: what it opens at `url_of(tmp_path)` is of this one."""
    if request.param == "postgresql":
        request.getfixturevalue("on_postgresql")
    return str(request.param)


@pytest.fixture
def database_name(postgres: PostgresServer, empty_store: str) -> Iterator[str]:
    """The name of a database of the test's own, with all tables."""
    name = postgres.new_database(template=empty_store)
    yield name
    postgres.drop(name)


@pytest.fixture
def on_postgresql(postgres: PostgresServer, database_name: str, tmp_path: Path) -> None:
    """What the test opens at `url_of(tmp_path)` is on PostgreSQL."""
    (tmp_path / ELSEWHERE).write_text(postgres.url(database_name), "utf-8")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def new_home(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Path]:
    """As `engine`, for worlds that many tests share: makes folders, each with its own database."""
    if request.param == "sqlite":
        return lambda: tmp_path_factory.mktemp("home")
    server: PostgresServer = request.getfixturevalue("postgres")
    template: str = request.getfixturevalue("empty_store")

    def new_home() -> Path:
        home = tmp_path_factory.mktemp("home")
        (home / ELSEWHERE).write_text(server.url(server.new_database(template)), "utf-8")
        return home

    return new_home


@pytest.fixture
def process_died(engine: str, clock: MovedClock) -> Callable[[], None]:
    """To be called in place of a kill: after it what the process had in hand can be taken up.

    On a file who comes next frees it; on a server, where others may live, it takes a minute.
    """
    return lambda: None if engine == "sqlite" else clock.move(seconds=61)


@pytest.fixture
async def parts(
    tmp_path: Path, engine: str, clock: MovedClock, scripted: ScriptedKnowledge
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
