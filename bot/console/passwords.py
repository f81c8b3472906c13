"""Are these the right words? Argon2id, away from the event loop."""

import asyncio
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

AT_ONCE = 2
"""Each takes 64 MiB and a core for some tens of milliseconds; more at once would starve replies."""


class Passwords:
    """Hashes and checks passwords."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self.hasher = hasher or PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._nobodys: str | None = None

    async def hashed(self, password: str) -> str:
        """What is kept of a password."""
        async with self._at_once:
            return await asyncio.to_thread(self.hasher.hash, _same(password))

    async def is_right(self, kept: str | None, password: str) -> bool:
        """kept: what `hashed` gave; None: there is none, which takes as long to find out."""
        async with self._at_once:
            return await asyncio.to_thread(self._is_right, kept, _same(password))

    async def renewed(self, kept: str, password: str) -> str | None:
        """What is to be kept from now on of a password that was right; None: the same as before."""
        return await self.hashed(password) if self.hasher.check_needs_rehash(kept) else None

    def _is_right(self, kept: str | None, password: bytes) -> bool:
        if self._nobodys is None:
            self._nobodys = self.hasher.hash("")
        try:
            self.hasher.verify(kept or self._nobodys, password)
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None


def _same(password: str) -> bytes:
    """Some keyboards write ë as one character, some as two; half a character is no reason to
    fail."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "replace")
