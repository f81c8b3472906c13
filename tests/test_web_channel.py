"""The try-out page's channel: its socket, what arrives when, and how the page is served."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, WSServerHandshakeError, web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.channel import Away, Later, Outgoing, Sent
from bot.channels.web import Timing, Web
from bot.channels.web_translate import reply_id
from handlers.messages import Button, Message, Reply
from tests.fakes.try_out import texts_of

LONG = "a-session-of-22-or-more"
SHORT = "ana"
ARRIVED = Sent("", confirmed=True)


class House:
    """What stands behind the channel: an inbox, a clock, and who has arrived."""

    def __init__(self) -> None:
        self.now = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
        self.inbox: list[Message] = []
        self.here: list[str] = []
        self.away = False
        self.told = asyncio.Event()

    async def receive(self, message: Message) -> bool:
        if self.away:
            raise ConnectionError("no store")
        known = [one.update_key for one in self.inbox]
        if message.update_key in known:
            return False
        self.inbox.append(message)
        return True

    async def arrived(self, session: str) -> None:
        if self.away:
            raise ConnectionError("no store")
        self.here.append(session)
        self.told.set()


class Page:
    """A client: the channel behind a real server, and the sockets opened to it."""

    def __init__(self, channel: Web, client: TestClient[web.Request, web.Application]) -> None:
        self.channel = channel
        self.client = client

    async def opens(self, session: str = LONG, more: str = "", **headers: str) -> "Tab":
        socket = await self.client.ws_connect(f"/try/ws?session={session}{more}", headers=headers)
        return Tab(socket)


class Tab:
    """One socket, spoken to in JSON."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket

    async def says(self, **message: Any) -> None:
        await self.socket.send_json(message)

    async def hears(self) -> dict[str, Any]:
        async with asyncio.timeout(5):
            heard: dict[str, Any] = await self.socket.receive_json()
        return heard

    async def hears_nothing_until(self, **message: Any) -> dict[str, Any]:
        """Whatever was silent stays silent: the next thing heard belongs to this message."""
        await self.says(**message)
        return await self.hears()


@asynccontextmanager
async def page_of(house: House, *, loopback: bool, timing: Timing) -> AsyncIterator[Page]:
    keys = (f"key-{number}" for number in itertools.count(1))
    texts = texts_of("page.yaml")
    channel = Web(
        house.receive,
        house.arrived,
        lambda: texts,
        lambda: house.now,
        lambda: next(keys),
        loopback,
        phones=lambda: ["112", "116 006"],
        timing=timing,
    )
    app = web.Application()
    channel.add_to(app)
    async with TestClient(TestServer(app)) as client:
        yield Page(channel, client)


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
async def page(house: House) -> AsyncIterator[Page]:
    async with page_of(house, loopback=False, timing=Timing(receipt=5, pauses=(0.01,))) as page:
        yield page


def outgoing(text: str = "Po.", number: int = 1, session: str = LONG) -> Outgoing:
    buttons = (Button("Temat", "topics"),)
    reply = Reply(text, "answer", "sq", buttons, ("visa-free-stay",))
    return Outgoing(number, session, reply)


# What comes in


async def test_what_is_said_becomes_a_message(page: Page, house: House) -> None:
    """A start, a text and a button reach the inbox as neutral messages of the channel "web"."""
    tab = await page.opens(more="&lang=en")
    await tab.says(type="start")
    await tab.says(type="text", text="  A më duhet vizë?\nPo ti? ")
    await tab.says(type="button", action="entry:visa-free-stay", id="b")
    await tab.hears()
    assert house.inbox == [
        Message("web", LONG, "key-1", "start", house.now, language="en"),
        Message(
            "web", LONG, "key-2", "text", house.now, "  A më duhet vizë?\nPo ti? ", language="en"
        ),
        Message(
            "web",
            LONG,
            f"{len(LONG)}:{LONG}:b",
            "button",
            house.now,
            "entry:visa-free-stay",
            language="en",
        ),
    ]


async def test_a_short_session_is_not_private(page: Page, house: House) -> None:
    """Where strangers can reach the page, a session that they could guess is marked."""
    for session in (SHORT, "x" * 21, "x" * 22):
        tab = await page.opens(session)
        await tab.says(type="start", id=1)
        await tab.hears()
    assert [message.private for message in house.inbox] == [False, False, True]


async def test_on_loopback_any_session_is_private(house: House) -> None:
    """Where only this machine can reach the page, a short session will do."""
    async with page_of(house, loopback=True, timing=Timing()) as page:
        tab = await page.opens(SHORT)
        await tab.says(type="start", id=1)
        await tab.hears()
    assert house.inbox[0].private


@pytest.mark.parametrize("host", ["udha.example", "udha.example:8080", "10.0.0.7", "[", ""])
async def test_behind_a_proxy_nothing_is_private(house: House, host: str) -> None:
    """Where a proxy on this machine passes strangers on, a session that they could guess is
    marked, and a flood is stopped."""
    async with page_of(house, loopback=True, timing=Timing()) as page:
        tab = await page.opens(SHORT, Host=host)
        for number in range(21):
            await tab.says(type="start", id=number)
        heard = [(await tab.hears())["type"] for _ in range(21)]
    assert heard == ["kept"] * 20 + ["error"]
    assert not house.inbox[0].private


async def test_a_repeat_changes_nothing(page: Page, house: House) -> None:
    """A message with an id is kept once, and confirmed as often as it comes."""
    tab = await page.opens()
    for _ in range(3):
        await tab.says(type="text", text="Sa kohë?", id="q-1")
        assert await tab.hears() == {"type": "kept", "id": "q-1"}
    assert len(house.inbox) == 1


async def test_ids_of_two_sessions_do_not_meet(page: Page, house: House) -> None:
    """Nobody can use up the id of another session's message."""
    for session in ("a:1", "a"):
        tab = await page.opens(session)
        await tab.says(type="start", id="1:1" if session == "a" else "1")
        await tab.hears()
    assert len(house.inbox) == 2


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "po",
        "[]",
        "null",
        '{"type":"text"}',
        '{"type":"text","text":5}',
        '{"type":"text","text":"   "}',
        '{"type":"button","action":null}',
        '{"type":"button","action":"' + "ë" * 33 + '"}',
        '{"type":"shout","text":"po"}',
        '{"type":["text"],"text":"po"}',
        '{"type":"text","text":"po","id":{}}',
        '{"type":"text","text":"po","id":true}',
        '{"type":"text","text":"po","id":"' + "x" * 65 + '"}',
        '{"type":"received"}',
        "[" * 100_000,
        "9" * 5000,
    ],
)
async def test_what_cannot_be_read(page: Page, house: House, frame: str) -> None:
    """Whatever is wrong with a message, an error object says so and the socket stays open."""
    tab = await page.opens()
    await tab.socket.send_str(frame)
    heard = await tab.hears()
    assert (heard["type"], heard["code"]) == ("error", "unreadable")
    assert heard["text"]
    await tab.says(type="start", id="next")
    assert await tab.hears() == {"type": "kept", "id": "next"}
    assert [message.kind for message in house.inbox] == ["start"]


async def test_bytes_are_not_text(page: Page) -> None:
    """A binary frame is answered like any other that cannot be read."""
    tab = await page.opens()
    await tab.socket.send_bytes(b'{"type":"start"}')
    assert (await tab.hears())["code"] == "unreadable"


async def test_half_a_character(page: Page, house: House) -> None:
    """A text that no database could hold is kept without its broken character."""
    tab = await page.opens()
    await tab.socket.send_str('{"type":"text","text":"po \\ud83d","id":1}')
    await tab.hears()
    assert house.inbox[0].text == "po ?"


async def test_a_long_text_is_kept_and_a_too_long_one_refused(page: Page, house: House) -> None:
    """16,000 characters are taken as they are; one more is refused, not cut."""
    tab = await page.opens(more="&lang=en")
    await tab.says(type="text", text="ë" * 16_000, id="long")
    assert await tab.hears() == {"type": "kept", "id": "long"}
    await tab.says(type="text", text="ë" * 16_001, id="longer")
    heard = await tab.hears()
    assert (heard["code"], heard["id"]) == ("too_long", "longer")
    assert heard["text"] == "The message is too long. Please split it into shorter parts."
    assert [len(message.text) for message in house.inbox] == [16_000]


async def test_the_store_is_away(page: Page, house: House) -> None:
    """What could not be kept is not called kept: the person is asked to try again."""
    tab = await page.opens()
    house.away = True
    await tab.says(type="text", text="Sa kohë?", id="q")
    heard = await tab.hears()
    assert (heard["code"], heard["id"]) == ("try_again", "q")
    house.away = False
    await tab.says(type="text", text="Sa kohë?", id="q")
    assert await tab.hears() == {"type": "kept", "id": "q"}


async def test_a_flood_of_one_session(page: Page, house: House) -> None:
    """More than 20 messages within ten seconds are refused, of this session only, for a while."""
    tab = await page.opens()
    for number in range(21):
        await tab.says(type="text", text="po", id=number)
    heard = [await tab.hears() for _ in range(21)]
    assert [one["type"] for one in heard] == ["kept"] * 20 + ["error"]
    assert heard[-1]["code"] == "too_fast"
    other = await page.opens("another-session-of-someone")
    await other.says(type="start", id="s")
    assert (await other.hears())["type"] == "kept"
    house.now += timedelta(seconds=10)
    await tab.says(type="text", text="po", id=21)
    assert (await tab.hears())["type"] == "kept"


async def test_nobody_is_slowed_down_on_loopback(house: House) -> None:
    """Where only this machine can reach the page, a script may ask as fast as it likes."""
    async with page_of(house, loopback=True, timing=Timing()) as page:
        tab = await page.opens()
        for number in range(100):
            await tab.says(type="text", text="po", id=number)
        assert [(await tab.hears())["type"] for _ in range(100)] == ["kept"] * 100


# Who may open a socket


async def test_another_sites_page_is_refused(page: Page) -> None:
    """A browser that shows another site's page gets no socket; its own page and programs do."""
    own = f"http://{page.client.host}:{page.client.port}"
    await page.opens(Origin=own)
    await page.opens()
    for origin in ("https://example.org", "null", "http://[", own.replace("//", "//x.")):
        with pytest.raises(WSServerHandshakeError, match="403"):
            await page.opens(Origin=origin)


@pytest.mark.parametrize("session", ["", "x" * 201])
async def test_a_session_is_needed(page: Page, session: str) -> None:
    """Without a session, or with an endless one, there is no socket."""
    with pytest.raises(WSServerHandshakeError, match="400"):
        await page.opens(session)


async def test_an_unknown_language_is_none(page: Page, house: House) -> None:
    """What is not one of the two languages counts as not said."""
    tab = await page.opens(more="&lang=fr")
    await tab.says(type="start", id=1)
    await tab.hears()
    assert house.inbox[0].language is None


# What goes out


async def test_a_reply_to_the_letter(page: Page) -> None:
    """A client that asks for nothing more gets exactly the promised object."""
    tab = await page.opens()
    assert await page.channel.send(outgoing()) == ARRIVED
    assert await tab.hears() == {
        "type": "reply",
        "text": "Po.",
        "buttons": [{"label": "Temat", "action": "topics"}],
        "entries": ["visa-free-stay"],
        "decision": "answer",
        "language": "sq",
    }


async def test_silent_until_spoken_to(page: Page, house: House) -> None:
    """Opening a socket only tells that somebody is here; the first word is the client's."""
    tab = await page.opens()
    await house.told.wait()
    assert await tab.hears_nothing_until(type="start", id=1) == {"type": "kept", "id": 1}
    assert house.here == [LONG]


async def test_nobody_there(page: Page) -> None:
    """A reply to a session without a socket waits; one of another session does not count."""
    await page.opens("another-session-of-someone")
    assert await page.channel.send(outgoing()) == Away()


async def test_all_tabs_get_it(page: Page) -> None:
    """Every tab of a session gets a reply, whether it confirms or not."""
    tabs = [await page.opens(), await page.opens(more="&ack=1"), await page.opens()]
    assert await page.channel.send(outgoing()) == ARRIVED
    assert [(await tab.hears())["text"] for tab in tabs] == ["Po."] * 3


async def test_with_receipts_sent_means_received(page: Page) -> None:
    """A page that confirms has a reply only when it says so; another reply's receipt is no help."""
    tab = await page.opens(more="&ack=1")
    sending = asyncio.create_task(page.channel.send(outgoing()))
    heard = await tab.hears()
    assert heard["id"] == reply_id(outgoing())
    await tab.says(type="received", id="other")
    await tab.hears_nothing_until(type="start", id=1)
    assert not sending.done()
    await tab.says(type="received", id=heard["id"])
    assert await sending == ARRIVED


async def test_gone_before_the_receipt(page: Page) -> None:
    """A socket that closes before it confirmed leaves the reply waiting, to come again."""
    tab = await page.opens(more="&ack=1")
    sending = asyncio.create_task(page.channel.send(outgoing()))
    first = await tab.hears()
    await tab.socket.close()
    assert await sending == Away()
    again = await page.opens(more="&ack=1")
    sending = asyncio.create_task(page.channel.send(outgoing()))
    second = await again.hears()
    assert first == second
    await again.says(type="received", id=second["id"])
    assert await sending == ARRIVED


async def test_back_before_away_was_noticed(page: Page) -> None:
    """Who reloads the page while a reply is under way gets it on the new socket at once."""
    old = await page.opens(more="&ack=1")
    sending = asyncio.create_task(page.channel.send(outgoing()))
    await old.hears()
    new = await page.opens()
    await old.socket.close()
    assert (await new.hears())["text"] == "Po."
    assert await sending == ARRIVED


async def test_a_tab_that_opens_while_another_sleeps(page: Page) -> None:
    """A new tab gets what is on its way at once, whatever the old one is still waited for."""
    old = await page.opens(more="&ack=1")
    sending = asyncio.create_task(page.channel.send(outgoing()))
    await old.hears()
    new = await page.opens(more="&ack=1")
    async with asyncio.timeout(2):
        heard = await new.hears()
        await new.says(type="received", id=heard["id"])
        assert await sending == ARRIVED


async def test_a_page_that_sleeps(house: House) -> None:
    """A page that has the reply but does not confirm it gets it again later."""
    async with page_of(house, loopback=True, timing=Timing(receipt=0.01)) as page:
        tab = await page.opens(more="&ack=1")
        assert isinstance(await page.channel.send(outgoing()), Later)
        assert (await tab.hears())["text"] == "Po."


async def test_the_same_number_in_a_new_database(page: Page) -> None:
    """Two replies that bear the same number are two to the page, and one stays one."""
    assert reply_id(outgoing("Po.")) == reply_id(outgoing("Po."))
    assert reply_id(outgoing("Po.")) != reply_id(outgoing("Jo."))


async def test_arrival_is_told_until_it_is_heard(page: Page, house: House) -> None:
    """Who comes while the store is away is announced as soon as it is back."""
    house.away = True
    tab = await page.opens()
    await tab.says(type="start", id=1)
    await tab.hears()
    house.away = False
    async with asyncio.timeout(5):
        await house.told.wait()
    assert house.here == [LONG]


async def test_the_server_goes(house: House) -> None:
    """At shutdown sockets are closed as "going away", and replies wait."""
    async with page_of(house, loopback=True, timing=Timing(goodbye=1)) as page:
        tab = await page.opens()
        closing = asyncio.create_task(page.client.server.close())
        frame = await tab.socket.receive()
        assert (frame.type, frame.data) == (WSMsgType.CLOSE, 1001)
        await closing
        assert await page.channel.send(outgoing()) == Away()
        assert page.channel.sockets == 0


# The page itself


async def test_the_page_keeps_strangers_out(page: Page) -> None:
    """Nothing inline, nothing from outside, in no frame, without referrer, never cached."""
    response = await page.client.get("/")
    policy = dict(
        part.strip().split(" ", 1)
        for part in response.headers["Content-Security-Policy"].split(";")
    )
    host = f"{page.client.host}:{page.client.port}"
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "connect-src": f"'self' ws://{host} wss://{host}",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"


async def test_a_strange_host_stays_out_of_the_policy(page: Page) -> None:
    """A host that could end the policy's sentence is not repeated in it."""
    response = await page.client.get("/", headers={"Host": "a;script-src *"})
    assert "a;" not in response.headers["Content-Security-Policy"]


async def test_the_pages_files_may_be_kept(page: Page) -> None:
    """The page names its files by version: they are kept for ever, those of an old page are not."""
    body = await (await page.client.get("/")).text()
    address = body.split('stylesheet" href="')[1].split('"')[0]
    response = await page.client.get(address)
    assert response.content_type == "text/css"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    old = await page.client.get("/try/0123456789ab/style.css")
    assert old.headers["Cache-Control"] == "no-cache"
    assert old.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["index.html", "none.js", "..%2Fweb.py", "%2e%2e"])
async def test_only_the_pages_files_are_served(page: Page, name: str) -> None:
    """The template and whatever lies elsewhere are not files of the page."""
    assert (await page.client.get(f"/try/0/{name}")).status == 404


@pytest.mark.parametrize(
    ("query", "reads", "language"),
    [
        ("", "", "sq"),
        ("", "nl-BE,fr;q=0.8", "sq"),
        ("", "en-US,en;q=0.9", "en"),
        ("", "en-GB,sq;q=0.5", "sq"),
        ("?lang=en", "sq", "en"),
        ("?lang=sq", "en", "sq"),
        ("?lang=<b>", "", "sq"),
    ],
)
async def test_the_pages_language(page: Page, query: str, reads: str, language: str) -> None:
    """The page speaks the language asked for, or one that the browser reads, or Albanian."""
    response = await page.client.get(f"/{query}", headers={"Accept-Language": reads})
    body = await response.text()
    assert f'<html lang="{language}">' in body
    assert ("Pyet para se të nisesh." in body.split("page-words")[0]) == (language == "sq")


async def test_words_and_phones_stand_in_the_page(page: Page) -> None:
    """The page brings every word in both languages and the numbers that may be pressed."""
    body = await (await page.client.get("/")).text()
    data = json.loads(body.split('id="page-words">')[1].split("</script>")[0])
    assert data["words"]["en"]["page_send"] == "Send"
    assert data["words"]["sq"]["page_send"] == "Dërgo"
    assert data["phones"] == ["112", "116 006"]
