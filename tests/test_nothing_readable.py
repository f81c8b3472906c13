"""The database, its file and WAL included, holds nothing that was said, nor where anybody is."""

import hashlib
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.channel import Away, Later, Refused, Sent
from bot.store.store import Store
from handlers.messages import (
    Asked,
    Button,
    Effects,
    EntryShown,
    Forgotten,
    Message,
    Reply,
    TicketClosed,
    TicketMessage,
    TicketOpened,
    Unresolved,
)
from tests.fakes.other_eyes import everything
from tests.fakes.store_world import (
    ELSEWHERE,
    MONDAY,
    SECRET,
    MovedClock,
    handled,
    leased,
    opened,
)

WORDS = {
    "question": "Më kanë marrë pasaportën te Rruga e Kavajës",
    "address": "session-of-Drita-4711",
    "update": "update-90125-key",
    "phone": "+355691234567",
    "answer": "Telefono menjëherë, nuk je fajtore",
    "label": "Më ndihmoi shumë",
    "entry": "passport-taken-away",
    "staff": "Mirela Dervishi",
    "staff's words": "Të presim nesër në zyrë",
    "outcome": "sent to the shelter on Monday",
    "platform": "platform-message-77231",
    "pressed": "pressed-message-5512",
    "payload": "deep-link-payload-x1",
    "refusal": "chat not found: Drita",
    "secret": SECRET,
}
QUESTION, ANSWER = WORDS["question"], WORDS["answer"]
CHANNEL, ADDRESS = "web", WORDS["address"]


@pytest.fixture
async def store(tmp_path: Path, engine: str) -> AsyncIterator[Store]:
    store = await opened(tmp_path, MovedClock())
    yield store
    await store.close()


def spellings(words: str) -> list[bytes]:
    """How words might stand in a file: as they are, escaped, as other code units, merely hashed."""
    escaped = json.dumps(words).strip('"')
    hashed = hashlib.sha256(words.encode()).digest()
    return [
        words.encode(),
        escaped.encode(),
        words.encode("utf-16-le"),
        words.encode("utf-16-be"),
        hashed,
        hashed.hex().encode(),
    ]


def assert_nothing_readable(folder: Path) -> None:
    """Search all that the store consists of byte by byte."""
    for name, content in contents(folder).items():
        for what, words in WORDS.items():
            # Half of the words is already too much.
            for part in (words, words[: len(words) // 2 + 3], words[len(words) // 2 :]):
                found = [one for one in spellings(part) if one in content]
                assert not found, f"{name} holds {what}: {found}"


def contents(folder: Path) -> dict[str, bytes]:
    """The files of the store; of a server, which has others' as well, what stands in its tables."""
    if (folder / ELSEWHERE).exists():
        return everything(folder)
    files = {file.name: file.read_bytes() for file in folder.glob("udha.db*")}
    assert "udha.db" in files
    return files


def message(kind: str, text: str, key: str) -> Message:
    assert kind in ("text", "button", "start")
    return Message(
        CHANNEL,
        ADDRESS,
        f"{WORDS['update']}{key}",
        kind,  # type: ignore[arg-type]
        MONDAY,
        text,
        payload=WORDS["payload"],
        pressed=WORDS["pressed"],
    )


def answer(text: str = ANSWER) -> Reply:
    buttons = (Button(WORDS["label"], f"entry:{WORDS['entry']}"),)
    return Reply(text, "answer", "sq", buttons, (WORDS["entry"],), replaces=True)


async def test_while_it_waits(store: Store, tmp_path: Path) -> None:
    """A message is unreadable from the first byte that is written of it."""
    await store.keep(message("text", f"{QUESTION} {WORDS['phone']}", "1"))
    assert_nothing_readable(tmp_path)
    await leased(store)
    assert_nothing_readable(tmp_path)


async def test_while_a_conversation_goes_on(store: Store, tmp_path: Path) -> None:
    """Nothing becomes readable by being handled, answered, refused or put before staff."""
    changes = (
        Asked(QUESTION),
        EntryShown(WORDS["entry"]),
        Unresolved(QUESTION, (WORDS["entry"],)),
        TicketOpened(QUESTION, "waiting_for_staff", "urgent", "held"),
        TicketMessage(f"{QUESTION} {WORDS['phone']}"),
    )
    await handled(store, message("text", QUESTION, "1"), Effects((answer(), answer()), changes))
    assert_nothing_readable(tmp_path)
    await store.reply(1, WORDS["staff's words"], WORDS["staff"])
    for outcome in (Later(WORDS["refusal"]), Away(), Refused(WORDS["refusal"])):
        await store.arrived(CHANNEL, ADDRESS)
        (one,) = await store.due(CHANNEL, 5)
        await store.record(one.id, outcome, timedelta(0))
        assert_nothing_readable(tmp_path)
    while due := await store.due(CHANNEL, 5):
        await store.record(due[0].id, Sent(WORDS["platform"]))
    await store.receipt(CHANNEL, WORDS["platform"], "seen")
    await store.close_ticket(1, WORDS["outcome"], WORDS["staff"])
    assert_nothing_readable(tmp_path)


async def test_after_failures(store: Store, tmp_path: Path) -> None:
    """What is set aside with its words is as unreadable as everything else."""
    await store.keep(message("text", QUESTION, "1"))
    for _ in range(3):
        await store.failed(await leased(store), "ValueError at x.py:1 f", None)
    assert_nothing_readable(tmp_path)


async def test_after_everything_was_deleted(store: Store, tmp_path: Path) -> None:
    """Deleting writes nothing down."""
    await handled(store, message("text", QUESTION, "1"), Effects((answer(),)))
    opened = Effects((), (TicketOpened(QUESTION, "unanswered"), TicketClosed("cancelled")))
    await handled(store, message("button", "person", "2"), opened)
    await handled(store, message("button", "delete:yes", "3"), Effects((answer(),), (Forgotten(),)))
    assert_nothing_readable(tmp_path)


async def test_after_closing(tmp_path: Path) -> None:
    """The file that is left when the program has ended can be given away without its secret."""
    store = await opened(tmp_path, MovedClock())
    await handled(store, message("text", QUESTION, "1"), Effects((answer(),)))
    await store.close()
    assert_nothing_readable(tmp_path)


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_the_search_finds_what_is_there(words: str, tmp_path: Path) -> None:
    """A file that holds any of the words, even half of them, is found out."""
    for spelled in spellings(words[: len(words) // 2 + 3]):
        (tmp_path / "udha.db").write_bytes(b"\0\1" + spelled + b"\2")
        with pytest.raises(AssertionError, match=r"udha\.db holds"):
            assert_nothing_readable(tmp_path)
