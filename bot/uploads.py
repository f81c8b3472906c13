"""What staff may send to a person: what it is says its content, never its name. Pure."""

import re
import unicodedata
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Literal
from zipfile import BadZipFile, ZipFile

from bot.pictures import Damaged, without_traces

LARGEST = 10_000_000
"""Bytes. Telegram takes no larger picture; every channel takes files of this size."""
LONGEST_NAME = 80
"""Characters, without the ending."""
UNNAMED = "udha"
"""What is called by nothing that can be kept."""

Why = Literal["empty", "too_large", "type", "macros", "damaged"]

PICTURES = ("image/jpeg", "image/png", "image/webp", "image/gif")
ENDINGS: Mapping[str, tuple[str, ...]] = {
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/webp": ("webp",),
    "image/gif": ("gif",),
    "application/pdf": ("pdf",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ("pptx",),
    "application/vnd.oasis.opendocument.text": ("odt",),
    "application/vnd.oasis.opendocument.spreadsheet": ("ods",),
    "application/vnd.oasis.opendocument.presentation": ("odp",),
    "application/msword": ("doc",),
    "application/vnd.ms-excel": ("xls",),
    "application/vnd.ms-powerpoint": ("ppt",),
    "text/plain": ("txt",),
}
"""Type → how names of such a file may end; the first where a name ends otherwise."""
_BEGINNINGS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"%PDF-": "application/pdf",
}
_XML = "application/vnd.openxmlformats-officedocument."
_FOLDERS = {
    "word/": f"{_XML}wordprocessingml.document",
    "xl/": f"{_XML}spreadsheetml.sheet",
    "ppt/": f"{_XML}presentationml.presentation",
}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = {
    "WordDocument": "application/msword",
    "Workbook": "application/vnd.ms-excel",
    "PowerPoint Document": "application/vnd.ms-powerpoint",
}
"""How the one part is called that makes an old file what it is."""
_DAMAGED = (BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, zlib.error)
"""What is raised for a packed folder that is damaged, locked or packed in a way of its own."""
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_NOT_IN_NAMES = re.compile(r'[<>:"|?*/\\%#]+')


class NotTaken(Exception):
    """It is not sent. Holds why: the text console_case_trouble_file_<why>."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Upload:
    """A file that can be sent: cleaned, and what it says it is."""

    name: str
    media_type: str
    """One of ENDINGS."""
    body: bytes


def upload(name: str, body: bytes) -> Upload:
    """What somebody chose, ready to be sent. name: as the browser gave it. Raises NotTaken."""
    if not body:
        raise NotTaken("empty")
    if len(body) > LARGEST:
        raise NotTaken("too_large")
    media_type = type_of(body)
    if media_type is None:
        raise NotTaken("type")
    try:
        return Upload(clean_name(name, media_type), media_type, without_traces(media_type, body))
    except Damaged as error:
        raise NotTaken("damaged") from error


def type_of(body: bytes) -> str | None:
    """What it is, by its first bytes and by what is in it. None: nothing that we send. Raises
    NotTaken for what carries a program."""
    for beginning, media_type in _BEGINNINGS.items():
        if body.startswith(beginning):
            return media_type
    if body.startswith(b"RIFF") and body[8:12] == b"WEBP":
        return "image/webp"
    if body.startswith(b"PK\x03\x04"):
        return _packed(body)
    if body.startswith(_OLD_OFFICE):
        return _old_office(body)
    return "text/plain" if _is_text(body) else None


def clean_name(name: str, media_type: str) -> str:
    """A name that is a name everywhere: no folders, no hidden signs, an ending that is true."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kinds = ((one, unicodedata.category(one)[0]) for one in last)
    seen = "".join(" " if kind == "Z" else one for one, kind in kinds if kind != "C")
    plain = " ".join(_NOT_IN_NAMES.sub("_", seen).split()).strip(". ")
    stem, _, ending = plain.rpartition(".")
    endings = ENDINGS[media_type]
    if ending.lower() not in endings:
        stem, ending = plain, endings[0]
    stem = stem[:LONGEST_NAME].strip(". ") or UNNAMED
    return f"{stem}.{ending.lower()}"


def _packed(body: bytes) -> str | None:
    """Documents of today are packed folders."""
    try:
        with ZipFile(BytesIO(body)) as folder:
            names = folder.namelist()
            info = folder.NameToInfo.get("mimetype")
            said = folder.read(info) if info is not None and info.file_size < 100 else b""
    except _DAMAGED as error:
        raise NotTaken("damaged") from error
    if any(name.endswith("vbaProject.bin") or name.startswith("Basic/") for name in names):
        raise NotTaken("macros")
    if "[Content_Types].xml" in names:
        kinds = (
            kind for start, kind in _FOLDERS.items() if any(n.startswith(start) for n in names)
        )
        return next(kinds, None)
    named = said.decode("ascii", "replace").strip()
    return named if named in ENDINGS else None


def _old_office(body: bytes) -> str | None:
    if "_VBA_PROJECT".encode("utf-16-le") in body:
        raise NotTaken("macros")
    found = (kind for name, kind in _STREAMS.items() if name.encode("utf-16-le") in body)
    return next(found, None)


def _is_text(body: bytes) -> bool:
    if _CONTROLS.search(body):
        return False
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
