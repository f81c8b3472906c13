"""A picture or a file that staff send arrives in every app, in the way that the app shows it."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.app import Udha
from bot.channels.channel import Outgoing, Sent
from bot.channels.terminal import Terminal
from bot.channels.viber.inside import Inside
from bot.channels.viber.viber import Viber
from bot.file_links import FileLinks
from bot.store import replying
from bot.store.store import Store
from bot.store.tables import files as files_table
from bot.uploads import Upload, upload
from handlers.messages import Attachment, Button, Reply
from handlers.staff_reply import staff_reply
from tests.fakes import telegram_faults as faults
from tests.fakes.case_people import CasePeople
from tests.fakes.console_people import colleague
from tests.fakes.moved_time import MovedTime
from tests.fakes.sample_files import GIF, PDF, png
from tests.fakes.scripted_knowledge import ScriptedKnowledge
from tests.fakes.staff_world import staff_world
from tests.fakes.store_world import SECRET
from tests.fakes.telegram_server import TelegramServer
from tests.fakes.telegram_world import PacedTime, TelegramWorld, telegram_world
from tests.fakes.viber_server import ViberServer
from tests.fakes.viber_world import ViberWorld, connected

ANA = 5
LETTER = upload("letra.pdf", PDF)
MAP = upload("harta.png", png())


async def sends(udha: Udha, words: str, file: Upload, case: int = 1) -> None:
    """A member of staff sends a file to the person of a case."""
    compose = partial(staff_reply, udha.parts.newest().content.texts)
    await udha.parts.store.act(
        lambda tx: replying.reply(tx, case, words, "Besa", compose, upload=file)
    )


async def arrival(store: Store, case: int = 1) -> tuple[str | None, str]:
    """How the last words of staff fared, and why."""
    found = await store.ticket(case)
    assert found is not None
    line = [one for one in found.lines if one.author == "staff"][-1]
    return line.arrival, line.reason


# Telegram


@pytest.fixture
async def telegram(tmp_path: Path, scripted: ScriptedKnowledge) -> AsyncIterator[TelegramWorld]:
    time = PacedTime()
    async with TelegramServer(now=time, monotonic=time.monotonic) as server:
        await server.writes(ANA, "hi")
        async with telegram_world(tmp_path, scripted, server, time) as world:
            await world.is_quiet()
            people = CasePeople(world.store, time, "telegram")
            await people.ask(who=str(ANA))
            server.chats.get(ANA).messages.clear()
            yield world


async def test_a_document_in_telegram(telegram: TelegramWorld) -> None:
    """A file comes as a document with its name, the words beneath it and the buttons under all."""
    await sends(telegram.udha, "Ja <letra> & më shumë.", LETTER)
    (shown,) = await telegram.server.has(ANA, 1)
    assert shown.file == ("document", "letra.pdf", PDF)
    assert shown.text == "Ja <letra> & më shumë."
    assert shown.actions == ("bot", "solved")
    await telegram.is_quiet()
    assert await arrival(telegram.store) == ("sent", "")


async def test_a_picture_in_telegram(telegram: TelegramWorld) -> None:
    """A picture is seen in the chat; it needs no words."""
    await sends(telegram.udha, "", MAP)
    (shown,) = await telegram.server.has(ANA, 1)
    assert shown.file == ("photo", "harta.png", MAP.body)
    assert (shown.text, shown.actions) == ("", ("bot", "solved"))


async def test_a_moving_picture(telegram: TelegramWorld) -> None:
    """A GIF goes as a file: it would stand still as a picture."""
    await sends(telegram.udha, "", upload("x.gif", GIF))
    (shown,) = await telegram.server.has(ANA, 1)
    assert shown.file == ("document", "x.gif", GIF)


async def test_a_picture_that_telegram_does_not_show(telegram: TelegramWorld) -> None:
    """What Telegram does not take as a picture comes as a file."""
    refused = faults.refused(faults.bad_request("PHOTO_INVALID_DIMENSIONS"))
    telegram.server.fails("sendPhoto", refused)
    await sends(telegram.udha, "Ja.", MAP)
    (shown,) = await telegram.server.has(ANA, 1)
    assert shown.file == ("document", "harta.png", MAP.body)


async def test_long_words_go_first(telegram: TelegramWorld) -> None:
    """Words that have no room beneath a picture come before it; what has arrived does not come
    again when the picture fails for now."""
    telegram.server.fails("sendPhoto", faults.too_many(20))
    words = "Fjalë. " * 200
    await sends(telegram.udha, words, MAP)
    await telegram.server.has(ANA, 1)
    await telegram.in_time(lambda: len(telegram.server.shown(ANA)) == 2)
    first, second = telegram.server.shown(ANA)
    assert (first.text, first.file, first.actions) == (words.strip(), None, ())
    assert second.file == ("photo", "harta.png", MAP.body)
    assert second.actions == ("bot", "solved")
    assert len(telegram.server.called("sendMessage")) == len(
        {call.text for call in telegram.server.called("sendMessage")}
    )


async def test_a_file_to_who_has_left(telegram: TelegramWorld) -> None:
    """Who has blocked Udha gets no file either, and staff see that."""
    telegram.server.fails("sendDocument", faults.blocked())
    await sends(telegram.udha, "Ja.", LETTER)
    await telegram.is_quiet()
    state, reason = await arrival(telegram.store)
    assert state == "refused"
    assert "blocked" in reason


async def test_a_file_of_unknown_fate(telegram: TelegramWorld) -> None:
    """A sending that was cut off is tried once more."""
    telegram.server.fails("sendDocument", faults.reset_after())
    await sends(telegram.udha, "Ja.", LETTER)
    await telegram.server.has(ANA, 1)
    await telegram.in_time(lambda: len(telegram.server.called("sendDocument")) == 2)
    await telegram.is_quiet()
    assert (await arrival(telegram.store))[0] == "sent"


async def test_a_file_that_is_gone(telegram: TelegramWorld) -> None:
    """A reply whose file was deleted meanwhile is refused, and the next one goes its way."""
    telegram.server.fails("sendDocument", faults.too_many(5))
    await sends(telegram.udha, "Ja.", LETTER)
    await telegram.server.until(lambda: len(telegram.server.called("sendDocument")) == 1)
    await telegram.store.write(lambda tx: tx.sql.execute(files_table.delete()).close())
    await sends(telegram.udha, "Dhe kjo.", MAP)
    await telegram.in_time(lambda: len(telegram.server.shown(ANA)) == 1)
    found = await telegram.store.ticket(1)
    assert found is not None
    assert next(one.arrival for one in found.lines if one.author == "staff") == "refused"


# Viber


@pytest.fixture
async def viber(tmp_path: Path, scripted: ScriptedKnowledge) -> AsyncIterator[ViberWorld]:
    time = MovedTime()
    async with (
        ViberServer(clock=time) as server,
        connected(tmp_path, scripted, server, time) as world,
    ):
        await server.called("set_webhook")
        await server.writes("ana", "ANSWER me")
        await server.has("ana", 1)
        await CasePeople(world.store, time, "viber").ask(who="ana")
        yield world


@pytest.fixture
async def channel(viber: ViberWorld) -> AsyncIterator[Viber]:
    """Viber for a server that the internet reaches through TLS."""
    built = channel_of(viber, "https://udha.example")
    yield built
    await built.close()


def channel_of(world: ViberWorld, public_url: str) -> Viber:
    async def nothing(*_: Any) -> Any:
        raise AssertionError

    links = FileLinks(SECRET, world.time, public_url)
    inside = Inside(
        nothing, nothing, nothing, nothing, nothing, nothing, lambda _: None, links.link
    )
    texts = world.udha.parts.newest().content.texts
    return Viber(
        inside,
        api_url=world.viber.url,
        token=world.viber.token,
        public_url="",
        texts=lambda: texts,
        clock=world.time,
        sleep=world.time.sleep,
    )


def reply(words: str, name: str, media_type: str, size: int = 900) -> Outgoing:
    file = Attachment(7, name, media_type, size)
    return Outgoing(1, "ana", Reply(words, "staff", "sq", (Button("Udha", "bot"),), file=file))


async def test_a_picture_on_viber(viber: ViberWorld, channel: Viber) -> None:
    """Words first, then the picture, which Viber fetches from us; the keyboard is under it."""
    found = await channel.send(reply("Ja harta.", "harta e re.png", "image/png"))
    assert isinstance(found, Sent)
    _, words, picture = viber.viber.shown("ana")
    assert (words.text, words.keyboard) == ("Ja harta.", ())
    assert picture.raw["type"] == "picture"
    address = picture.raw["media"]
    assert address.startswith("https://udha.example/files/")
    assert address.endswith("/harta%20e%20re.png")
    token = address.split("/")[4]
    assert FileLinks(SECRET, viber.time).file_of(token) == 7
    assert "bot" in picture.actions


@pytest.mark.parametrize(
    ("name", "media_type", "size"),
    [
        ("letra.pdf", "application/pdf", 20),
        ("foto.jpg", "image/jpeg", 1_000_001),
        ("foto.webp", "image/webp", 20),
        ("foto.gif", "image/gif", 20),
    ],
)
async def test_a_file_on_viber(
    viber: ViberWorld, channel: Viber, name: str, media_type: str, size: int
) -> None:
    """Files, and pictures that Viber would not show everywhere, come as files."""
    assert isinstance(await channel.send(reply("", name, media_type, size)), Sent)
    shown = viber.viber.shown("ana")[-1].raw
    assert (shown["type"], shown["file_name"], shown["size"]) == ("file", name, size)


async def test_no_address_for_viber(viber: ViberWorld) -> None:
    """Where Viber cannot reach us, the console offers no file, takes none, and says why; one that
    is under way all the same is refused."""
    async with colleague(viber.udha, "Besa") as besa:
        page = await besa.opens("/case/1")
        assert 'type="file"' not in page.html
        assert "Files cannot be sent on Viber" in page.text
    await sends(viber.udha, "Ja.", LETTER)
    async with asyncio.timeout(10):
        while (await arrival(viber.store))[0] == "waiting":
            await asyncio.sleep(0.01)
    assert await arrival(viber.store) == ("refused", "Viber cannot reach us to fetch the file")


# The terminal


async def test_in_the_terminal() -> None:
    """A terminal says what a file is called and where it can be fetched."""
    written: list[str] = []

    async def no_lines() -> AsyncIterator[str]:
        for line in list[str]():
            yield line

    async def keep(_: object) -> bool:
        return True

    links = FileLinks(SECRET, MovedTime(), "http://127.0.0.1:8080")
    terminal = Terminal(
        "me", no_lines(), written.append, keep, MovedTime(), lambda: "1", link=links.link
    )
    file = Attachment(1, "letra.pdf", "application/pdf", 9)
    await terminal.send(Outgoing(1, "me", Reply("Ja.", "staff", "sq", file=file)))
    await terminal.send(Outgoing(2, "me", Reply("", "staff", "sq", file=file)))
    assert written[:2] == ["", "Ja."]
    assert written[2].startswith("[letra.pdf] http://127.0.0.1:8080/files/")
    assert written[3:] == ["", written[2]]


# The staff's group


async def test_in_the_group(tmp_path: Path, engine: str, scripted: ScriptedKnowledge) -> None:
    """Of a file that was sent from the console the group reads the name."""
    async with staff_world(tmp_path, scripted.content) as staff:
        await staff.asks("Si e marr vizën?")
        await staff.shows()
        for words, file in (("Ja letra.", LETTER), ("", MAP)):
            send = partial(
                replying.reply,
                ticket_id=1,
                text=words,
                by="Besa",
                compose=replying.words_only,
                upload=file,
            )
            await staff.store.act(send)
            await staff.shows()
        assert staff.texts()[-2:] == [
            "Besa nga ekipi: Ja letra.\n[skedar: letra.pdf]",
            "Besa nga ekipi: [skedar: harta.png]",
        ]
