"""What may be sent to a person, what it is called, and what is taken out of pictures."""

import pytest

from bot.uploads import ENDINGS, LARGEST, NotTaken, clean_name, upload
from tests.fakes.sample_files import (
    DOCX,
    GIF,
    JFIF,
    PDF,
    SECRET_PLACE,
    SEEN,
    jpeg,
    old_office,
    packed,
    png,
    webp,
)

OPEN = "application/vnd.oasis.opendocument.text"


@pytest.mark.parametrize(
    ("body", "ending"),
    [
        (jpeg(), "jpg"),
        (png(), "png"),
        (webp(), "webp"),
        (GIF, "gif"),
        (PDF, "pdf"),
        (DOCX, "docx"),
        (packed("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (packed("[Content_Types].xml", "ppt/presentation.xml"), "pptx"),
        (packed("content.xml", mimetype=OPEN), "odt"),
        (old_office("WordDocument"), "doc"),
        (old_office("Workbook"), "xls"),
        (old_office("PowerPoint Document"), "ppt"),
        ("Dokumentet që duhen: pasaporta.\r\n".encode(), "txt"),
    ],
)
def test_types(body: bytes, ending: str) -> None:
    """What a file is says its content, and its name ends accordingly."""
    found = upload("whatever.exe", body)
    assert found.name == f"whatever.exe.{ending}"
    assert ending in ENDINGS[found.media_type]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "empty"),
        (b"x" * (LARGEST + 1), "too_large"),
        (b"MZ\x90\0\x03\0", "type"),
        (b"\x7fELF\x02\x01\x01\0", "type"),
        (packed("setup.exe"), "type"),
        (packed("x", mimetype="application/zip"), "type"),
        (b"\xff\xfe\xe9\xe9", "type"),
        (b"PK\x03\x04 not really", "damaged"),
        (packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "macros"),
        (old_office("WordDocument", "_VBA_PROJECT"), "macros"),
        (old_office("Something else"), "type"),
        (jpeg()[:60], "damaged"),
        (png()[:40], "damaged"),
        (webp()[:30], "damaged"),
        (b"\xff\xd8\xff", "damaged"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
        (b"RIFF\xff\xff\xff\xffWEBP", "damaged"),
    ],
)
def test_not_taken(body: bytes, why: str) -> None:
    """Programs, what is broken, empty or too large, and what nobody knows is not sent."""
    with pytest.raises(NotTaken) as refused:
        upload("letra.pdf", body)
    assert refused.value.why == why


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("letra.pdf", "letra.pdf"),
        ("Letra e avokatit ë.PDF", "Letra e avokatit ë.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\ana\\letra.pdf", "letra.pdf"),
        ("letra\u202efdp.exe", "letrafdp.exe.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie_ x=1.pdf"),
        ('"><script>.pdf', "_script_.pdf"),
        ("letra.html", "letra.html.pdf"),
        ("...", "udha.pdf"),
        ("", "udha.pdf"),
        (".pdf", "udha.pdf"),
        ("/", "udha.pdf"),
        ("x" * 300 + ".pdf", "x" * 80 + ".pdf"),
        ("a\u00a0b\tc.pdf", "a bc.pdf"),
    ],
)
def test_names(given: str, kept: str) -> None:
    """A name leads nowhere, hides nothing and ends as what it is."""
    assert clean_name(given, "application/pdf") == kept


@pytest.mark.parametrize("body", [jpeg(), jpeg(6), jpeg(3, "<"), png(), webp()])
def test_no_traces(body: bytes) -> None:
    """Where a picture was taken, by whom and with what stays with whoever took it."""
    assert SECRET_PLACE in body
    assert SECRET_PLACE not in upload("foto", body).body


def test_what_is_seen_stays() -> None:
    """Of a picture every byte that is seen stays as it was."""
    assert upload("foto", jpeg()).body == b"\xff\xd8" + JFIF + SEEN + b"\xff\xd9"
    assert b"what is seen" in upload("foto", webp()).body
    assert upload("foto", upload("foto", png()).body).body == upload("foto", png()).body


@pytest.mark.parametrize(("turned", "order"), [(6, ">"), (8, "<"), (3, ">")])
def test_which_way_is_up(turned: int, order: str) -> None:
    """A picture that a phone took upright is not shown lying down."""
    body = upload("foto", jpeg(turned, order)).body
    at = body.index(b"Exif\0\0MM")
    assert body[at + 24 : at + 26] == bytes([0, turned])
    assert body.startswith(b"\xff\xd8" + JFIF + b"\xff\xe1")


def test_webp_promises_nothing() -> None:
    """The header of a WebP names no EXIF once it is out."""
    body = upload("foto", webp()).body
    assert body[20] == 0
    assert len(body) == int.from_bytes(body[4:8], "little") + 8
