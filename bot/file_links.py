"""Addresses under which a file can be fetched for some days, by whoever was sent one."""

import base64
import hashlib
import hmac
import struct
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import quote

from bot.derived import derived
from handlers.messages import Attachment

LASTS = timedelta(days=7)
_BODY = struct.Struct(">IQ")
"""The number of the file, and until when: seconds since 1970."""
_MAC = 24
"""Bytes: 192 bits that nobody can guess."""


def can_fetch(public_url: str) -> bool:
    """Can a platform's servers fetch files from us? Through TLS only."""
    return public_url.startswith("https://")


class FileLinks:
    """Makes and reads addresses. Nothing is kept: what an address says is signed."""

    def __init__(self, secret: str, clock: Callable[[], datetime], base: str = "") -> None:
        """base: what stands before the path, such as https://udha.example; empty: nothing."""
        self._key = derived(secret, "links of files").encode()
        self._clock = clock
        self._base = base.rstrip("/")

    def link(self, file: Attachment) -> str:
        """An address for one file that ends as its name does."""
        until = int((self._clock() + LASTS).timestamp())
        body = _BODY.pack(file.id, until)
        token = base64.urlsafe_b64encode(body + self._mac(body)).decode()
        return f"{self._base}/files/{token}/{quote(file.name, safe='')}"

    def file_of(self, token: str) -> int | None:
        """The number of the file that a token opens; None: it is forged, or its time is over."""
        try:
            signed = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
        except ValueError:
            return None
        body, mac = signed[: _BODY.size], signed[_BODY.size :]
        if len(body) < _BODY.size or not hmac.compare_digest(mac, self._mac(body)):
            return None
        number, until = _BODY.unpack(body)
        return int(number) if self._clock().timestamp() < until else None

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, hashlib.sha256)[:_MAC]
