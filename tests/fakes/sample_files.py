"""Files as people have them: pictures with traces of a camera, documents, and what pretends."""

import struct
import zlib
from io import BytesIO
from zipfile import ZipFile

SECRET_PLACE = b"41.3275N 19.8187E"
"""Stands for what nobody should learn from a picture."""


def segment(marker: int, content: bytes) -> bytes:
    """One segment of a JPEG."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def exif(turned: int = 1, order: str = ">") -> bytes:
    """EXIF as a camera writes it, with a place; turned: which way is up, 1 to 8."""
    head = b"MM\0\x2a" if order == ">" else b"II\x2a\0"
    entry = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, turned, 0)
    tiff = head + struct.pack(f"{order}IH", 8, 1) + entry + b"\0\0\0\0" + SECRET_PLACE
    return b"Exif\0\0" + tiff


SEEN = segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"what is seen \xff\0 \xff\xd0 of it"
JFIF = segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")


def jpeg(turned: int = 1, order: str = ">") -> bytes:
    """A picture of a phone: a place in EXIF, a comment, and another picture behind its end."""
    traces = segment(0xE1, exif(turned, order)) + segment(0xFE, SECRET_PLACE)
    traces += segment(0xED, SECRET_PLACE) + segment(0xE2, b"MPF\0" + SECRET_PLACE)
    return b"\xff\xd8" + JFIF + traces + SEEN + b"\xff\xd9" + SECRET_PLACE


def chunk(name: bytes, content: bytes) -> bytes:
    """One chunk of a PNG."""
    return (
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
    )


def png(side: int = 1) -> bytes:
    """A grey square that browsers show, with a place in it; side: pixels."""
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x80" * side) * side)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"tEXt", b"Comment\0" + SECRET_PLACE)
        + chunk(b"eXIf", exif()[6:])
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )


def webp() -> bytes:
    """With a place, and a header that says so."""

    def riff(name: bytes, content: bytes) -> bytes:
        return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)

    content = riff(b"VP8X", b"\x0c" + b"\0" * 9) + riff(b"VP8 ", b"what is seen")
    content = b"WEBP" + content + riff(b"EXIF", SECRET_PLACE)
    return b"RIFF" + struct.pack("<I", len(content)) + content


PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
GIF = b"GIF89a\x01\0\x01\0\0\0\0;"


def packed(*names: str, mimetype: str = "") -> bytes:
    """A packed folder with files of these names in it."""
    written = BytesIO()
    with ZipFile(written, "w") as folder:
        if mimetype:
            folder.writestr("mimetype", mimetype)
        for name in names:
            folder.writestr(name, "content")
    return written.getvalue()


def old_office(stream: str, *more: str) -> bytes:
    """A document of an office of before 2007."""
    names = b"".join(name.encode("utf-16-le") + b"\0\0" for name in (stream, *more))
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + names


DOCX = packed("[Content_Types].xml", "word/document.xml")
