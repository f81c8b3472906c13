"""`udha keys rotate`: another secret, and nothing lost by it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import LargeBinary

from bot.channels.channel import Sent
from bot.cli import udha
from bot.commands import deployment
from bot.sole_worker import sole_worker
from bot.store import accounts, audit, casework, former, rotating
from bot.store.errors import StoreRefused
from bot.store.rotating import HASHED, SEALED
from bot.store.store import Store
from bot.store.tables import metadata
from handlers.messages import Effects, Reply, TicketOpened
from tests.fakes.other_eyes import everything
from tests.fakes.store_world import MONDAY, SECRET, MovedClock, handled, said, url_of

NEW = "another secret, which nobody who has left can know"
QUESTION = "Më kanë marrë pasaportën"


@pytest.fixture
async def filled(tmp_path: Path, engine: str) -> Path:
    """A store in use: a case, a reply on its way, one that was sent, a message that waits."""
    async with _opened(tmp_path, SECRET) as store:
        opened = TicketOpened(QUESTION, "waiting_for_staff")
        answer = Effects((Reply("Telefono", "answer", "sq"),), (opened,))
        await handled(store, said(QUESTION), answer)
        (due,) = await store.due("web", 10)
        await store.record(due.id, Sent("m1"))
        await store.reply(1, "Po vij", "Mira")
        await store.write(lambda tx: casework.add_note(tx, 1, "nxito", "Mira"))
        await store.write(lambda tx: accounts.add(tx, "Mira", "admin", "sq"))
        await store.write(lambda tx: audit.note(tx, "answered", "Mira", ticket=1))
        await store.keep(said("dhe tani?"))
    return tmp_path


@asynccontextmanager
async def _opened(
    folder: Path, secret: str, clock: MovedClock | None = None
) -> AsyncIterator[Store]:
    """A store of a secret, for as long as the block lasts."""
    store = await Store.open(url_of(folder), secret, clock or MovedClock())
    yield store
    await store.close()


def rotate(folder: Path, old: str = SECRET, new: str = NEW) -> rotating.Rotated:
    return rotating.rotate(url_of(folder), old, new, MONDAY, lambda done, whole: None)


def test_no_column_is_forgotten() -> None:
    """Every column of bytes is either sealed anew or a hash that is made anew or let go."""
    for table in metadata.sorted_tables:
        of_bytes = {one.name for one in table.columns if isinstance(one.type, LargeBinary)}
        known = {*SEALED.get(table.name, ()), *HASHED.get(table.name, ())}
        assert of_bytes == known, table.name


async def test_all_is_there_with_the_new_secret(filled: Path) -> None:
    """Cases, accounts, deeds, what waits to be handled and to be sent: all can be read again."""
    await asyncio.to_thread(rotate, filled)
    async with _opened(filled, NEW) as store:
        case = await store.ticket(1)
        assert case is not None
        assert case.question == QUESTION
        assert [line.text for line in case.lines] == [QUESTION, "Telefono", "Po vij"]
        assert case.lines[-1].by == "Mira"
        assert [event.detail for event in case.events if event.what == "note"] == ["nxito"]
        found = await store.read(lambda tx: accounts.account(tx, "mira"))
        assert found is not None
        assert found.member.name == "Mira"
        assert [deed.by for deed in await store.read(lambda tx: audit.read(tx, 9))] == ["Mira"]
        assert [due.outgoing.reply.text for due in await store.due("web", 10)] == ["Po vij"]
        leased = await store.lease()
        assert leased is not None
        assert leased.message.text == "dhe tani?"
        assert leased.chat.ticket is not None


async def test_the_old_secret_opens_nothing(filled: Path) -> None:
    """Whoever has the old secret is refused, and finds no text that it opens."""
    before = everything(filled)
    await asyncio.to_thread(rotate, filled)
    with pytest.raises(StoreRefused, match="another secret"):
        await Store.open(url_of(filled), SECRET, MovedClock())
    after = everything(filled)
    for table in ("tickets", "ticket_lines", "people", "staff", "audit"):
        assert before[table] != after[table]


async def test_what_comes_again_is_recognised(filled: Path) -> None:
    """An update and a receipt from before the change are known, for as long as they may come."""
    await asyncio.to_thread(rotate, filled)
    clock = MovedClock()
    async with _opened(filled, NEW, clock) as store:
        assert not await store.keep(said(QUESTION))
        assert not await store.keep(said("dhe tani?"))
        assert await store.receipt("web", "m1", "seen")
        clock.now += former.LASTS
        await store.expire()
    assert b"former" not in everything(filled)["meta"]


async def test_twice_in_a_row(filled: Path) -> None:
    """A run that was interrupted after its commit finds nothing left to do."""
    await asyncio.to_thread(rotate, filled)
    assert (await asyncio.to_thread(rotate, filled)).already


async def test_interrupted(filled: Path) -> None:
    """A run that ends half-way leaves the store as it was."""

    def dies(done: int, whole: int) -> None:
        if done > whole / 2:
            raise KeyboardInterrupt

    before = everything(filled)
    with pytest.raises(KeyboardInterrupt):
        rotating.rotate(url_of(filled), SECRET, NEW, MONDAY, dies)
    assert everything(filled) == before


async def test_with_a_wrong_secret(filled: Path) -> None:
    """With a secret that is not the store's nothing is changed."""
    before = everything(filled)
    with pytest.raises(StoreRefused, match="another secret"):
        await asyncio.to_thread(rotate, filled, "not the secret of this store, but long enough")
    assert everything(filled) == before


async def test_while_others_are_connected(filled: Path, engine: str) -> None:
    """On a server nothing is changed while another program is connected."""
    if engine == "sqlite":
        return
    async with _opened(filled, SECRET) as store:
        await store.tickets()
        with pytest.raises(StoreRefused, match="Other programs are connected"):
            await asyncio.to_thread(rotate, filled)


# The command


Command = Callable[..., Result]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Types `udha keys rotate` beside a store in a file whose secret is in a file too."""
    monkeypatch.setattr(deployment, "home", lambda: tmp_path)

    def run(*options: str, **environ: str) -> Result:
        env = {
            "UDHA_DATABASE_URL": f"sqlite:///{tmp_path}/udha.db",
            **environ,
        }
        return CliRunner().invoke(udha, ["keys", "rotate", *options], env=env)

    return run


async def _store_with_a_file(tmp_path: Path) -> Path:
    """A store in a file; gives the file of its secret."""
    file = tmp_path / "var" / "secret-key"
    file.parent.mkdir(exist_ok=True)
    file.write_text(SECRET, "utf-8")
    async with _opened(tmp_path, SECRET) as store:
        await handled(store, said(QUESTION), Effects((), (TicketOpened(QUESTION, "unanswered"),)))
    return file


async def test_the_file_changes_with_the_store(tmp_path: Path, command: Command) -> None:
    """Where the secret stands in a file, a new one is made, and the old one kept beside it."""
    file = await _store_with_a_file(tmp_path)
    done = await asyncio.to_thread(command)
    assert done.exit_code == 0, done.output
    assert (tmp_path / "var" / "secret-key.old").read_text("utf-8").strip() == SECRET
    new = file.read_text("utf-8").strip()
    assert file.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in file.parent.glob("secret-key*")) == [
        "secret-key",
        "secret-key.old",
    ]
    async with _opened(tmp_path, new) as store:
        assert [one.question for one in await store.tickets()] == [QUESTION]


async def test_the_command_again_after_an_interruption(tmp_path: Path, command: Command) -> None:
    """Ended between the store and the file, the command finishes what it began."""
    file = await _store_with_a_file(tmp_path)
    (tmp_path / "var" / "secret-key.new").write_text(NEW, "utf-8")
    await asyncio.to_thread(rotate, tmp_path)
    done = await asyncio.to_thread(command)
    assert done.exit_code == 0, done.output
    assert file.read_text("utf-8").strip() == NEW


async def test_only_looking(tmp_path: Path, command: Command) -> None:
    """--dry-run changes nothing, and says that it could be done."""
    file = await _store_with_a_file(tmp_path)
    done = await asyncio.to_thread(command, "--dry-run")
    assert "It can be done" in done.output
    assert file.read_text("utf-8") == SECRET


async def test_from_the_environment(tmp_path: Path, command: Command) -> None:
    """A secret of the environment is changed for one of the environment; else it is asked for."""
    await _store_with_a_file(tmp_path)
    asked = await asyncio.to_thread(command, UDHA_SECRET_KEY=SECRET)
    assert "UDHA_NEW_SECRET_KEY is not set" in str(asked.exception)
    done = await asyncio.to_thread(command, UDHA_SECRET_KEY=SECRET, UDHA_NEW_SECRET_KEY=NEW)
    assert "Now set UDHA_SECRET_KEY" in done.output
    async with _opened(tmp_path, NEW) as store:
        assert len(await store.tickets()) == 1


async def test_beside_a_running_udha(tmp_path: Path, command: Command) -> None:
    """While Udha runs on the file nothing is changed."""
    await _store_with_a_file(tmp_path)
    with sole_worker(f"sqlite:///{tmp_path}/udha.db"):
        refused = await asyncio.to_thread(command)
    assert "Udha is running on this database" in str(refused.exception)
