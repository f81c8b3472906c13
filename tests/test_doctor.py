"""`udha doctor` says in a line each what is set up, what is not, and what to do; no secret."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner, Result

from bot.cli import udha
from bot.store.store import Store
from tests.fakes.moved_time import MovedTime
from tests.fakes.postgres_server import PostgresServer
from tests.fakes.program import SECRET
from tests.fakes.scripted_knowledge import ScriptedKnowledge
from tests.fakes.telegram_server import TelegramServer
from tests.fakes.viber_faults import Http, Status
from tests.fakes.viber_server import ViberServer
from tests.fakes.viber_world import connected

CONTENT = Path(__file__).parents[1] / "knowledge_base" / "content"
PUBLIC = "https://udha.example"
GROUP = -1001234567890
PLATFORMS = ("telegram", "group", "viber")

Doctor = Callable[..., Awaitable[Result]]


@pytest.fixture
def doctor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """Calls the doctor beside the servers of this test; variables as keywords."""
    for name in ("UDHA_CONFIG", "UDHA_KNOWLEDGE", "UDHA_HOST", "UDHA_PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    environ = {
        "UDHA_DATABASE_URL": f"sqlite:///{tmp_path}/udha.db",
        "UDHA_SECRET_KEY": SECRET,
        "UDHA_PORT": "0",
    }

    async def call(*subjects: str, **variables: str) -> Result:
        arguments, env = ["doctor", *subjects], environ | variables
        return await asyncio.to_thread(CliRunner().invoke, udha, arguments, env=env)

    return call


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server


@pytest.fixture
async def viber() -> AsyncIterator[ViberServer]:
    async with ViberServer() as server:
        yield server


def telegram_of(server: TelegramServer, **more: str) -> dict[str, str]:
    return {"TELEGRAM_BOT_TOKEN": server.token, "TELEGRAM_API_URL": server.url, **more}


def viber_of(server: ViberServer, **more: str) -> dict[str, str]:
    return {"VIBER_AUTH_TOKEN": server.token, "VIBER_API_URL": server.url, **more}


def line(done: Result, subject: str) -> str:
    """The one line about a subject."""
    (found,) = (one for one in done.output.splitlines() if one[6:23].strip() == subject)
    return " ".join(found.split())


async def test_nothing_set_up(doctor: Doctor, tmp_path: Path) -> None:
    """Without any token all is well: channels are off, the store is not made by looking at it."""
    done = await doctor()
    assert done.exit_code == 0, done.output
    assert line(done, "telegram") == "off telegram TELEGRAM_BOT_TOKEN is not set."
    assert line(done, "viber") == "off viber VIBER_AUTH_TOKEN is not set."
    assert line(done, "staff group").startswith("off")
    assert line(done, "clock").startswith("off")
    assert re.match(r"ok content \d+ entries", line(done, "content"))
    assert "There is none yet" in line(done, "store")
    assert list(tmp_path.iterdir()) == []


async def test_all_set_up(doctor: Doctor, telegram: TelegramServer, viber: ViberServer) -> None:
    """With both bots and the group there is a line for each, and the bots keep their messages."""
    telegram.has_staff_group(GROUP)
    viber.points_at(f"{PUBLIC}/viber/webhook")
    await telegram.writes(5, "Sa kohë mund të rri?")
    done = await doctor(
        *PLATFORMS,
        **telegram_of(telegram),
        **viber_of(viber),
        UDHA_PUBLIC_URL=PUBLIC,
        TELEGRAM_STAFF_CHAT_ID=str(GROUP),
    )
    assert done.exit_code == 0, done.output
    assert "@udha_bot" in line(done, "telegram")
    assert line(done, "telegram webhook").startswith("note telegram webhook It is not set")
    assert line(done, "viber") == "ok viber The bot is Udha."
    assert line(done, "viber webhook").startswith("ok")
    assert line(done, "staff group").startswith("ok")
    assert line(done, "clock").startswith("ok")
    assert {call.method.lower() for call in telegram.calls} <= {
        *("getme", "getwebhookinfo", "getchat", "getchatmember")
    }
    assert len(telegram.updates.pending) == 1
    assert {call.method for call in viber.calls} == {"get_account_info"}


async def test_wrong_tokens(doctor: Doctor, telegram: TelegramServer, viber: ViberServer) -> None:
    """Tokens that are refused are said to be so, with where to get them, and never shown."""
    tokens = {"TELEGRAM_BOT_TOKEN": "7312345678:AAHwrong", "VIBER_AUTH_TOKEN": "wrong-wrong-wrong"}
    done = await doctor(*PLATFORMS, **{**telegram_of(telegram), **viber_of(viber), **tokens})
    assert done.exit_code == 1
    assert "@BotFather" in line(done, "telegram")
    assert "VIBER_AUTH_TOKEN" in line(done, "viber")
    for secret in (*tokens.values(), SECRET):
        assert secret not in done.output


async def test_platforms_away(doctor: Doctor, viber: ViberServer) -> None:
    """Platforms that do not answer, or answer with something else, are named, without the
    address that holds the token."""
    nobody = {
        "TELEGRAM_API_URL": "http://127.0.0.1:1",
        "TELEGRAM_BOT_TOKEN": "7312345678:AAHsecret",
    }
    viber.fails("get_account_info", Http(502))
    done = await doctor(*PLATFORMS, **nobody, **viber_of(viber), TELEGRAM_STAFF_CHAT_ID=str(GROUP))
    assert done.exit_code == 1
    assert "does not answer (ClientConnectorError)" in line(done, "telegram")
    assert "HTTP 502" in line(done, "viber")
    assert line(done, "staff group").startswith("wrong")
    assert "AAHsecret" not in done.output


@pytest.mark.parametrize("status", [7, 9, 15, 99])
async def test_viber_account(doctor: Doctor, viber: ViberServer, status: int) -> None:
    """What Viber has against the account is said in words."""
    viber.fails("get_account_info", Status(status))
    done = await doctor("viber", **viber_of(viber))
    assert done.exit_code == 1
    assert line(done, "viber").startswith("wrong")


async def test_webhooks_elsewhere(
    doctor: Doctor, telegram: TelegramServer, viber: ViberServer
) -> None:
    """A webhook that belongs to somebody else is named by its host alone."""
    theirs = "https://elsewhere.example/their-secret-path"
    telegram.updates.set_webhook({"url": theirs})
    viber.points_at(theirs)
    done = await doctor(*PLATFORMS, **telegram_of(telegram), **viber_of(viber))
    assert "elsewhere.example" in line(done, "telegram webhook")
    assert "elsewhere.example" in line(done, "viber webhook")
    assert "their-secret-path" not in done.output


async def test_nobody_is_called(doctor: Doctor, viber: ViberServer) -> None:
    """A Viber bot without webhook and without a public address would hear nothing: that is
    wrong."""
    done = await doctor("viber", **viber_of(viber))
    assert done.exit_code == 1
    assert "Set UDHA_PUBLIC_URL" in line(done, "viber webhook")


async def test_group_rights(doctor: Doctor, telegram: TelegramServer) -> None:
    """A group that lacks something is told what; one without a bot needs a token first."""
    telegram.has_staff_group(GROUP)
    await telegram.gives_rights({})
    done = await doctor("group", **telegram_of(telegram), TELEGRAM_STAFF_CHAT_ID=str(GROUP))
    assert done.exit_code == 1
    assert line(done, "staff group").startswith("wrong staff group The bot")
    done = await doctor("group", TELEGRAM_STAFF_CHAT_ID=str(GROUP))
    assert "TELEGRAM_BOT_TOKEN" in line(done, "staff group")


@pytest.mark.parametrize(("minutes", "says"), [(5, "behind Viber's"), (-5, "ahead of Viber's")])
async def test_clock(doctor: Doctor, viber: ViberServer, minutes: int, says: str) -> None:
    """A clock that is minutes off is told, with which way and what to do."""
    viber.date = datetime.now(UTC) + timedelta(minutes=minutes)
    done = await doctor("viber", **viber_of(viber), UDHA_PUBLIC_URL=PUBLIC)
    assert done.exit_code == 1
    assert says in line(done, "clock")
    assert "NTP" in line(done, "clock")


async def test_store_there(doctor: Doctor, tmp_path: Path) -> None:
    """A store of this version and secret is well, beside whoever works on it; one of another
    secret, another program or nonsense is refused in a sentence."""
    store = await opened_with(tmp_path)
    done = await doctor("store")
    assert line(done, "store").startswith("ok store It can be read")
    await store.close()
    done = await doctor("store", UDHA_SECRET_KEY="another secret, of more than 32 letters")
    assert done.exit_code == 1
    assert "another secret" in line(done, "store")
    (tmp_path / "noise.db").write_bytes(b"x" * 4096)
    done = await doctor("store", UDHA_DATABASE_URL=f"sqlite:///{tmp_path}/noise.db")
    assert line(done, "store").startswith("wrong")
    done = await doctor("store", UDHA_DATABASE_URL="mysql://udha:password@db/udha")
    assert line(done, "store").startswith("wrong")
    assert "password" not in done.output


async def opened_with(folder: Path) -> Store:
    return await Store.open(f"sqlite:///{folder}/udha.db", SECRET, lambda: datetime.now(UTC))


async def test_secret_missing(doctor: Doctor) -> None:
    """With PostgreSQL the secret has to be given."""
    done = await doctor(
        "store", UDHA_SECRET_KEY="", UDHA_DATABASE_URL="postgresql://127.0.0.1:1/udha"
    )
    assert done.exit_code == 1
    assert "UDHA_SECRET_KEY is not set" in line(done, "secret key")


async def test_postgresql_away(doctor: Doctor) -> None:
    """A server that does not answer is told without its password."""
    done = await doctor("store", UDHA_DATABASE_URL="postgresql://udha:password@127.0.0.1:1/udha")
    assert done.exit_code == 1
    assert line(done, "store").startswith("wrong store PostgreSQL cannot be reached")
    assert "password" not in done.output


async def test_content_with_errors(doctor: Doctor, tmp_path: Path) -> None:
    """Content that cannot be used is counted, and `udha check` says where."""
    folder = tmp_path / "content"
    copytree(CONTENT, folder)
    (folder / "faq" / "travel.yaml").write_text("- nonsense\n", encoding="utf-8")
    done = await doctor("content", UDHA_KNOWLEDGE=str(folder))
    assert done.exit_code == 1
    assert "`udha check` says where" in line(done, "content")
    done = await doctor("content", UDHA_KNOWLEDGE=str(tmp_path / "nowhere"))
    assert "there is no folder" in line(done, "content")


async def test_wrong_settings(doctor: Doctor) -> None:
    """Settings that cannot be read are named, each in its line."""
    done = await doctor(UDHA_PORT="many", UDHA_PUBLIC_URL="udha.example")
    assert done.exit_code == 1
    lines = done.output.splitlines()
    assert [one.split()[:2] for one in lines] == [["wrong", "configuration"]] * 2
    assert "UDHA_PORT" in lines[0]


async def test_slips(doctor: Doctor) -> None:
    """A variable that is probably a slip of the pen is named, and so is a public address that no
    platform calls."""
    done = await doctor("configuration", UDHA_PROT="8080", UDHA_PUBLIC_URL="http://udha.example")
    assert done.exit_code == 0, done.output
    assert "Is UDHA_PORT meant?" in done.output
    assert "only https://" in done.output


async def test_port_of_somebody_else(doctor: Doctor) -> None:
    """A port that another program has is wrong."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        done = await doctor("port", UDHA_PORT=str(taken.getsockname()[1]))
        assert done.exit_code == 1
        assert "in use" in line(done, "port")


async def test_beside_a_server(
    doctor: Doctor, tmp_path: Path, scripted: ScriptedKnowledge, viber: ViberServer
) -> None:
    """A server that runs is found, and says itself which of its channels are off."""
    async with connected(tmp_path, scripted, viber, MovedTime()) as world:
        await viber.called("set_webhook")
        async with asyncio.timeout(10):
            while world.state != "on":
                await asyncio.sleep(0.005)
        port = str(world.udha.server.port)
        here = {**viber_of(viber), "UDHA_PORT": port, "UDHA_PUBLIC_URL": world.url}
        done = await doctor("port", "viber", **here)
        assert done.exit_code == 0, done.output
        assert line(done, "port") == f"ok port Udha runs on {port}, and is ready."
        assert line(done, "viber webhook").startswith("ok")
        viber.fails("send_message", Status(7))
        await viber.writes("ana", "ANSWER me")
        async with asyncio.timeout(10):
            while world.state == "on":
                await asyncio.sleep(0.005)
        done = await doctor("port", "viber", **here)
        assert done.exit_code == 1
        assert "Viber has blocked the account" in line(done, "viber (running)")


async def test_postgresql(doctor: Doctor, postgres: PostgresServer) -> None:
    """A database on a server is empty at first, then well."""
    url = postgres.url(postgres.new_database())
    done = await doctor("store", "disk", UDHA_DATABASE_URL=url)
    assert line(done, "store").startswith("ok store The database is empty")
    store = await Store.open(url, SECRET, lambda: datetime.now(UTC))
    await store.close()
    done = await doctor("store", UDHA_DATABASE_URL=url)
    assert line(done, "store").startswith("ok store It can be read")
