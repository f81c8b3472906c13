"""Pictures without what cameras write into them: where, when, by whom and with what. Pure.

What is seen stays byte for byte; which way is up stays too.
"""

import struct
from collections.abc import Iterator

_TRACES_OF_JPEG = frozenset({0xE1, 0xED, 0xFE, *range(0xE3, 0xED), 0xEF})
"""EXIF and XMP, IPTC, comments, and whatever makers add. Left: JFIF, colours (E2), Adobe (EE)."""
_COLOURS = b"ICC_PROFILE\0"
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})
_SCAN, _END = 0xDA, 0xD9
_TRACES_OF_PNG = frozenset({b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"tIME"})
_TRACES_OF_WEBP = frozenset({b"EXIF", b"XMP "})
_WEBP_SAYS_SO = 0x08 | 0x04
"""The flags of a WebP's header that promise EXIF and XMP."""
_ORIENTATION = 0x0112


class Damaged(Exception):
    """It is not put together as such a picture is."""


def without_traces(media_type: str, body: bytes) -> bytes:
    """The same picture; anything else as it came. Raises Damaged."""
    cleaners = {"image/jpeg": _jpeg, "image/png": _png, "image/webp": _webp}
    cleaner = cleaners.get(media_type)
    if cleaner is None:
        return body
    try:
        return cleaner(body)
    except (IndexError, struct.error) as error:
        raise Damaged from error


def _jpeg(body: bytes) -> bytes:
    kept, turned = [b"\xff\xd8"], 1
    for marker, piece in _segments(body):
        content = piece[4:]
        if marker == 0xE1:
            turned = _orientation(content) or turned
        foreign = marker == 0xE2 and not content.startswith(_COLOURS)
        if marker not in _TRACES_OF_JPEG and not foreign:
            kept.append(piece)
    if turned != 1:
        # Behind the first segment, where there is JFIF's: it has to be the first.
        kept.insert(2 if kept[1:2] and kept[1].startswith(b"\xff\xe0") else 1, _only_turned(turned))
    return b"".join(kept)


def _segments(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Every segment with its marker, scans with what follows them; nothing behind the end."""
    at = 2
    while True:
        if body[at] != 0xFF:
            raise Damaged
        while body[at + 1] == 0xFF:
            at += 1
        marker = body[at + 1]
        if marker == _END:
            yield marker, body[at : at + 2]
            return
        if marker in _WITHOUT_LENGTH:
            end = at + 2
        else:
            (length,) = struct.unpack_from(">H", body, at + 2)
            end = at + 2 + length
            if length < 2 or end > len(body):
                raise Damaged
        if marker == _SCAN:
            end = _end_of_scan(body, end)
        yield marker, body[at:end]
        at = end


def _end_of_scan(body: bytes, at: int) -> int:
    """Where the next marker stands that is not part of the scan."""
    while True:
        at = body.find(b"\xff", at)
        if at < 0 or at + 1 >= len(body):
            raise Damaged
        following = body[at + 1]
        if following == 0xFF:
            at += 1
        elif following == 0 or following in _WITHOUT_LENGTH:
            at += 2
        else:
            return at


def _orientation(content: bytes) -> int | None:
    """Which way is up, as EXIF numbers it (1 to 8); None where it does not say."""
    if not content.startswith(b"Exif\0\0"):
        return None
    tiff = content[6:]
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return None
    try:
        (at,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, at)
        for number in range(count):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, at + 2 + 12 * number)
            if tag == _ORIENTATION:
                return int(value) if 1 <= value <= 8 else None
    except struct.error:
        return None
    return None


def _only_turned(turned: int) -> bytes:
    """EXIF that says nothing but which way is up."""
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, turned, 0)
    tiff = b"MM\0\x2a" + struct.pack(">IH", 8, 1) + entry + b"\0\0\0\0"
    content = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content


def _png(body: bytes) -> bytes:
    kept, at = [body[:8]], 8
    while True:
        (length,) = struct.unpack_from(">I", body, at)
        name, end = body[at + 4 : at + 8], at + 12 + length
        if end > len(body):
            raise Damaged
        if name not in _TRACES_OF_PNG:
            kept.append(body[at:end])
        if name == b"IEND":
            return b"".join(kept)
        at = end


def _webp(body: bytes) -> bytes:
    (size,) = struct.unpack_from("<I", body, 4)
    if size + 8 > len(body) or size < 4:
        raise Damaged
    kept, at = [], 12
    while at < size + 8:
        (length,) = struct.unpack_from("<I", body, at + 4)
        name, end = body[at : at + 4], at + 8 + length + length % 2
        if end > len(body):
            raise Damaged
        if name == b"VP8X":
            flags = body[at + 8] & ~_WEBP_SAYS_SO
            kept.append(body[at : at + 8] + bytes([flags]) + body[at + 9 : end])
        elif name not in _TRACES_OF_WEBP:
            kept.append(body[at:end])
        at = end
    content = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(content)) + content
