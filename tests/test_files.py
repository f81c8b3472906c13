"""Pictures and files that staff send: from the reply box to the person, and who may fetch them."""

import re
from collections.abc import AsyncIterator
from io import BytesIO
from urllib.parse import unquote

import aiohttp
import pytest

from bot.app import Udha
from bot.console import forms
from bot.console.guard import FIELD
from bot.file_links import FileLinks
from bot.store import audit, files
from bot.store.encoding import reply_from_text
from bot.store.retention import Keeping
from bot.store.tables import files as files_table
from bot.store.tables import outbox
from bot.store.transaction import Transaction
from bot.uploads import LARGEST
from handlers.messages import Attachment, Forgotten, Reply
from tests.fakes.case_people import CasePeople
from tests.fakes.console_people import Colleague, Page, colleague, page_of
from tests.fakes.sample_files import PDF, SECRET_PLACE, png
from tests.fakes.store_world import MovedClock

PRIVATE = "ana-7c1f0a9be2d84e35b6d2"


@pytest.fixture
def people(udha: Udha, clock: MovedClock) -> CasePeople:
    return CasePeople(udha.parts.store, clock)


@pytest.fixture
async def ana(udha: Udha) -> AsyncIterator[Colleague]:
    async with colleague(udha, "Ana") as signed_in:
        yield signed_in


async def replies(
    by: Colleague, name: str, body: bytes, *, case: int = 1, htmx: bool = False, **fields: str
) -> Page:
    """Send the form of the reply box with a file."""
    form = aiohttp.FormData(quote_fields=False)  # As browsers do.
    for field, value in {FIELD: by.csrf, "text": "", "key": "k", "seen": "99", **fields}.items():
        form.add_field(field, value)
    form.add_field("file", BytesIO(body), filename=name, content_type="text/html")
    headers = {"HX-Request": "true"} if htmx else {}
    path = f"/console/case/{case}/reply"
    async with by.http.post(path, data=form, headers=headers) as response:
        return await page_of(response)


async def sent(udha: Udha) -> list[tuple[str, Attachment | None]]:
    """What is on its way to people: nobody has the try-out page open."""

    def waiting(tx: Transaction) -> list[Reply]:
        rows = tx.sql.execute(outbox.select().where(outbox.c.done_at.is_(None)))
        return [reply_from_text(tx.seals.outbox.open(row.reply)) for row in rows]

    return [(one.text, one.file) for one in await udha.parts.store.read(waiting)]


async def kept(udha: Udha) -> int:
    """How many files the store has."""
    return await udha.parts.store.read(lambda tx: len(tx.sql.execute(files_table.select()).all()))


async def test_a_file_goes_with_the_words(people: CasePeople, udha: Udha, ana: Colleague) -> None:
    """A member of staff sends words with a file: both are on their way as one reply, and stand in
    the case."""
    await people.ask()
    page = await replies(ana, "letra.pdf", PDF, text="Ja letra.")
    assert page.status == 200
    ((text, file),) = await sent(udha)
    assert text == "Ja letra."
    assert file == Attachment(1, "letra.pdf", "application/pdf", len(PDF))
    (line,) = [line for line in (await people.case()).lines if line.author == "staff"]
    assert (line.text, line.file, line.arrival) == ("Ja letra.", file, "waiting")
    assert "Save: letra.pdf (1 kB)" in page.text


async def test_a_picture_alone(people: CasePeople, udha: Udha, ana: Colleague) -> None:
    """A picture needs no words; it is seen in the case, named for whoever does not see it, and
    holds nothing of where it was taken."""
    await people.ask()
    page = await replies(ana, "harta.png", png())
    assert 'alt="Picture: harta.png"' in page.html
    async with ana.http.get("/console/file/1") as response:
        assert response.content_type == "image/png"
        assert SECRET_PLACE not in await response.read()
    ((text, file),) = await sent(udha)
    assert file is not None
    assert text == ""
    assert (file.name, file.media_type) == ("harta.png", "image/png")


async def test_nothing_chosen(people: CasePeople, udha: Udha, ana: Colleague) -> None:
    """A browser that sends an empty field has chosen no file; without words nothing is sent."""
    await people.ask()
    assert (await replies(ana, "", b"")).status == 409
    assert (await replies(ana, "", b"", text="Tung")).status == 200
    assert await sent(udha) == [("Tung", None)]


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("letra.pdf", b"MZ\x90\0 a program", "Files of this kind are not sent."),
        ("letra.pdf", b"", "The file is empty."),
        ("foto.jpg", b"\xff\xd8\xff\xe0", "The file is damaged"),
        ("letra.txt", b"x" * (LARGEST + 1), "The file is larger than 10 MB."),
    ],
)
async def test_not_taken(
    people: CasePeople, udha: Udha, ana: Colleague, name: str, body: bytes, said: str
) -> None:
    """What cannot be sent is not kept either; the words stay in the box, and why stands there."""
    await people.ask()
    page = await replies(ana, name, body, text="Ja letra.")
    assert page.status == 409
    assert said in page.text
    assert "Ja letra.</textarea>" in page.html
    assert (await sent(udha), await kept(udha)) == ([], 0)


async def test_a_film(
    people: CasePeople, ana: Colleague, udha: Udha, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is far too large is not read to its end."""
    await people.ask()
    monkeypatch.setattr(forms, "LONGEST_FORM", 1000)
    page = await replies(ana, "film.mp4", b"x" * 2000)
    assert page.status == 413
    assert "Files can have up to 10 MB." in page.text
    assert await kept(udha) == 0


async def test_an_evil_name(people: CasePeople, ana: Colleague) -> None:
    """A name cannot lead out of its folder, nor out of its place in a page or a header."""
    await people.ask()
    name = '../../"><script>alert(1)</script>\u202e%0d%0aX-Evil: 1.html'
    page = await replies(ana, name, PDF)
    assert "<script>alert" not in page.html
    async with ana.http.get("/console/file/1?save=1") as response:
        disposition = response.headers["Content-Disposition"]
        assert disposition.startswith("attachment; filename=")
        assert "X-Evil" not in response.headers
    named = unquote(disposition.rpartition("''")[2])
    assert not set(named) & set('/\\"<>\u202e\r\n')
    assert named.endswith(".pdf")


async def test_a_second_thought_keeps_the_file(
    people: CasePeople, udha: Udha, ana: Colleague
) -> None:
    """Where something is asked first, the page leaves the chosen file where it is; a browser
    without scripts is told to choose it again. Nothing is kept of it."""
    await people.ask()
    async with colleague(udha, "Besa") as besa:
        await besa.sends("/case/1/claim")
    asked = await replies(ana, "letra.pdf", PDF, text="Ja.", htmx=True)
    assert re.search(r'<input id="file"[^>]* hx-preserve>', asked.html)
    assert "Choose the file again." not in asked.text
    asked = await replies(ana, "letra.pdf", PDF, text="Ja.")
    assert "Choose the file again." in asked.text
    assert await kept(udha) == 0
    done = await replies(ana, "letra.pdf", PDF, text="Ja.", htmx=True, had_by="Besa")
    assert not re.search(r'<input id="file"[^>]* hx-preserve', done.html)
    assert await kept(udha) == 1


async def test_pressed_twice(people: CasePeople, udha: Udha, ana: Colleague) -> None:
    """A form that is sent twice sends its file once; the same words with another file are new."""
    await people.ask()
    for body in (PDF, PDF, PDF + b"2"):
        await replies(ana, "letra.pdf", body, text="Ja.")
    assert await kept(udha) == 2


async def test_without_the_forms_token(people: CasePeople, udha: Udha, ana: Colleague) -> None:
    """Another site's page cannot send a file."""
    await people.ask()
    ana.csrf = "x"
    assert (await replies(ana, "letra.pdf", PDF)).status == 403
    assert await kept(udha) == 0


async def test_for_staff_only(people: CasePeople, udha: Udha, ana: Colleague) -> None:
    """A file of a case is shown to whoever is signed in, and nobody else."""
    await people.ask()
    await replies(ana, "letra.pdf", PDF)
    async with (
        aiohttp.ClientSession(udha.server.url) as stranger,
        stranger.get("/console/file/1") as response,
    ):
        assert response.url.path == "/console/sign-in"
    for number in ("2", "0", "99999999999999999999"):
        assert (await ana.opens(f"/file/{number}")).status == 404


async def test_saving_is_noted(people: CasePeople, udha: Udha, ana: Colleague) -> None:
    """Who saves a file stands in the log of who did what."""
    await people.ask()
    await replies(ana, "letra.pdf", PDF)
    async with ana.http.get("/console/file/1?save=1") as response:
        assert await response.read() == PDF
    deeds = await udha.parts.store.read(lambda tx: audit.read(tx, 10))
    assert ("file_saved", "Ana", 1) in [(one.what, one.by, one.ticket) for one in deeds]


async def test_nothing_runs(people: CasePeople, udha: Udha, ana: Colleague) -> None:
    """Whatever a file says it is, it is no page: it is saved or shown, and nothing in it runs."""
    await people.ask()
    await replies(ana, "faqe.html", b"<script>alert(1)</script>")
    address = udha.links.link(Attachment(1, "x", "", 0))
    for path in ("/console/file/1", address):
        async with ana.http.get(path) as response:
            assert response.content_type == "text/plain"
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in response.headers["Content-Security-Policy"]
            assert response.headers["Content-Disposition"].startswith("attachment")
            assert "no-store" in response.headers["Cache-Control"]


async def test_sealed(people: CasePeople, udha: Udha, ana: Colleague) -> None:
    """Neither content nor name of a file can be read in the store."""
    await people.ask()
    await replies(ana, "letra-e-anes.txt", b"fjale te fshehta")
    (row,) = await udha.parts.store.read(lambda tx: tx.sql.execute(files_table.select()).all())
    assert b"fshehta" not in row.body
    assert b"letra" not in row.name


async def fetched(udha: Udha, path: str) -> tuple[int, bytes]:
    """What a stranger gets."""
    async with (
        aiohttp.ClientSession(udha.server.url) as stranger,
        stranger.get(path) as response,
    ):
        return response.status, await response.read()


async def test_in_the_chat_page(people: CasePeople, udha: Udha, ana: Colleague) -> None:
    """The person's page is told of the file, and fetches it without signing in; a page that is
    opened the next day, too."""
    await people.ask(who=PRIVATE)
    await replies(ana, "harta e qytetit.png", png(), text="Ja harta.")
    people.clock.move(hours=20)
    async with (
        aiohttp.ClientSession(udha.server.url) as http,
        http.ws_connect(f"/try/ws?session={PRIVATE}") as socket,
    ):
        reply = await socket.receive_json(timeout=10)
    assert (reply["text"], reply["decision"]) == ("Ja harta.", "staff")
    file = reply["file"]
    assert (file["name"], file["type"]) == ("harta e qytetit.png", "image/png")
    assert file["url"].startswith("/files/")
    assert file["url"].endswith("/harta%20e%20qytetit.png")
    status, body = await fetched(udha, file["url"])
    assert (status, body[:4]) == (200, b"\x89PNG")


async def test_addresses_end(people: CasePeople, udha: Udha, ana: Colleague) -> None:
    """After seven days an address opens nothing."""
    await people.ask()
    await replies(ana, "letra.pdf", PDF)
    address = udha.links.link(Attachment(1, "letra.pdf", "application/pdf", 1))
    people.clock.move(days=6, hours=23)
    assert await fetched(udha, address) == (200, PDF)
    people.clock.move(hours=2)
    assert (await fetched(udha, address))[0] == 404


async def test_forged_addresses(people: CasePeople, udha: Udha, ana: Colleague) -> None:
    """Nobody comes from one file to another, or to anything else, by changing an address."""
    await people.ask()
    await replies(ana, "a.pdf", PDF, key="1")
    await replies(ana, "b.pdf", PDF + b"b", key="2")
    first, second = (udha.links.link(Attachment(n, "x.pdf", "", 1)).split("/")[2] for n in (1, 2))
    forged = [
        second[:11] + first[11:],
        first[:-1],
        first + "AAAA",
        first.swapcase(),
        "1",
        "x" * 500,
        "ë",
        "%2e%2e",
        "..%2f..%2fvar",
    ]
    for token in forged:
        assert (await fetched(udha, f"/files/{token}/x.pdf"))[0] == 404, token
    for path in ("/files/", f"/files/{first}", f"/files/{first}/../../console/"):
        assert PDF not in (await fetched(udha, path))[1]


async def test_another_deployments_addresses(udha: Udha, people: CasePeople) -> None:
    """An address that was signed with another secret opens nothing."""
    other = FileLinks("another secret, long enough to be one", people.clock)
    assert udha.links.file_of(other.link(Attachment(1, "x", "", 1)).split("/")[2]) is None


async def test_gone_with_the_case(people: CasePeople, udha: Udha, ana: Colleague) -> None:
    """Once a case is deleted after its time, its files are gone; their addresses open nothing."""
    await people.ask()
    await replies(ana, "letra.pdf", PDF)
    await ana.sends("/case/1/close", outcome="answered")
    people.clock.move(days=Keeping().closed_tickets.days + 1)
    address = udha.links.link(Attachment(1, "letra.pdf", "application/pdf", 1))
    assert (await fetched(udha, address))[0] == 200
    await udha.parts.store.expire()
    assert (await fetched(udha, address))[0] == 404
    assert await kept(udha) == 0


async def test_gone_with_the_data(people: CasePeople, udha: Udha, ana: Colleague) -> None:
    """Who deletes their data deletes the files that were sent to them, and those on their way."""
    await people.in_danger()
    await replies(ana, "letra.pdf", PDF)
    await people.say("/deletemydata", Forgotten())
    assert (await kept(udha), await sent(udha)) == (0, [])


async def test_merged(people: CasePeople, udha: Udha, ana: Colleague) -> None:
    """The files of a case go with it into the one that it is merged into."""
    await people.ask("e para")
    await replies(ana, "letra.pdf", PDF)
    await ana.sends("/case/1/close", outcome="answered")
    await people.ask("e dyta")
    await ana.sends("/case/2/merge", other="1")
    found = await udha.parts.store.read(lambda tx: files.of_tickets(tx, [2]))
    assert [one.name for one in found.values()] == ["letra.pdf"]
    assert "Save: letra.pdf" in (await ana.opens("/case/2")).text
