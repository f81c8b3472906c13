"""A row that was damaged, or that another version wrote, harms nobody but itself."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.encryption import Encryption
from bot.store.store import Store
from handlers.messages import Asked, Effects, TicketOpened
from tests.fakes.other_eyes import change
from tests.fakes.store_world import (
    SECRET,
    MovedClock,
    chat_of,
    effects,
    handled,
    opened,
    said,
)

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await opened(tmp_path, MovedClock())
    yield store
    await store.close()


def damage(folder: Path, table: str, column: str) -> None:
    """Put bytes that mean nothing into a column of the table's first row."""
    change(
        folder,
        f"UPDATE {table} SET {column} = :nothing "  # noqa: S608 - words of this file only
        f"WHERE id = (SELECT min(id) FROM {table})",
        nothing=bytes(60),
    )


async def test_a_message(store: Store, tmp_path: Path) -> None:
    """A message that cannot be read is set aside; those of others, and its chat's next, are not."""
    for text, who in (("1", "ana"), ("2", "ana"), ("1", "bora")):
        await store.keep(said(text, who))
    damage(tmp_path, "inbox", "message")
    assert [one.message.address for one in await store.lease_some(5)] == ["bora"]
    assert [one.message.text for one in await store.lease_some(5)] == ["2"]
    assert (await store.figures()).inbox_set_aside == 1


@pytest.mark.parametrize("column", ["reply", "address"])
async def test_a_reply(store: Store, tmp_path: Path, column: str) -> None:
    """A reply that cannot be read is given up; those of others, and its chat's next, are sent."""
    await handled(store, said("1"), effects("a", "b"))
    await handled(store, said("1", "bora"), effects("c"))
    damage(tmp_path, "outbox", column)
    assert [one.outgoing.reply.text for one in await store.due("web", 5)] == ["c"]
    assert [one.outgoing.reply.text for one in await store.due("web", 5)] == ["b"]
    assert (await store.figures()).outbox_lost == {"refused": 1}


@pytest.mark.parametrize(
    ("table", "column"), [("people", "state"), ("context", "text"), ("tickets", "question")]
)
async def test_what_is_known_of_a_chat(
    store: Store, tmp_path: Path, table: str, column: str
) -> None:
    """Who wrote before is answered, though what was at hand cannot be read any more."""
    changes = (Asked("visa?"), TicketOpened("visa?", "waiting_for_staff"))
    await handled(store, said("visa?"), Effects((), changes))
    damage(tmp_path, table, column)
    chat = await chat_of(store)
    assert (chat.new, chat.ticket is not None) == (False, True)
    assert chat.question == ("" if table == "people" else "visa?")


async def test_a_ticket(store: Store, tmp_path: Path) -> None:
    """Staff see the queue, with a note in place of what cannot be read."""
    for who in ("ana", "bora"):
        opening = TicketOpened(f"{who} asks", "waiting_for_staff")
        await handled(store, said("?", who), Effects((), (opening,)))
    damage(tmp_path, "tickets", "question")
    damage(tmp_path, "ticket_lines", "text")
    questions = [one.question for one in await store.tickets()]
    assert questions == ["[cannot be read]", "bora asks"]
    ticket = await store.ticket(1)
    assert ticket is not None
    assert [line.text for line in ticket.lines] == ["[cannot be read]", "ana asks"]


async def test_a_message_of_another_version(store: Store, tmp_path: Path) -> None:
    """What can be opened but makes no sense to this version is set aside as well."""
    await store.keep(said("1"))
    sealed = Encryption(SECRET).inbox.seal('{"text": "only"}')
    change(tmp_path, "UPDATE inbox SET message = :sealed", sealed=sealed)
    await store.keep(said("1", "bora"))
    assert [one.message.address for one in await store.lease_some(5)] == ["bora"]
