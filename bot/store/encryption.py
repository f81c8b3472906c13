"""How what is kept is made unreadable: one secret, one key for each purpose."""

import hashlib
import hmac
import os
from dataclasses import dataclass

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.store.errors import Unreadable

_NONCE = 12
"""Bytes. Drawn at random: safe for four thousand million texts under one key."""


class Cipher:
    """Seals texts of one purpose with AES-256-GCM."""

    def __init__(self, key: bytes) -> None:
        self._aes = AESGCM(key)

    def seal(self, text: str) -> bytes:
        """Nonce and ciphertext; the same text never looks the same twice.

        Half a character, which some doors let in but nobody can write down, becomes a question
        mark.
        """
        return self.seal_bytes(text.encode("utf-8", "replace"))

    def open(self, sealed: bytes) -> str:
        """The text. Raises Unreadable for one that was changed or is another's."""
        try:
            return self.open_bytes(sealed).decode()
        except UnicodeDecodeError as error:
            raise Unreadable from error

    def seal_bytes(self, body: bytes) -> bytes:
        """As `seal`, for what is no text."""
        nonce = os.urandom(_NONCE)
        return nonce + self._aes.encrypt(nonce, body, None)

    def open_bytes(self, sealed: bytes) -> bytes:
        """Raises Unreadable as `open`."""
        try:
            return self._aes.decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
        except (InvalidTag, ValueError) as error:
            raise Unreadable from error

    def open_or(self, instead: str, sealed: bytes) -> str:
        """The text, or something else where it cannot be read and much else can."""
        try:
            return self.open(sealed)
        except Unreadable:
            structlog.get_logger().error("unreadable", kind="text")
            return instead


@dataclass(frozen=True)
class Former:
    """The keys of hashes that were made before the secret was last changed."""

    updates: bytes
    sent: bytes


class Encryption:
    """All that is derived from the secret: a cipher for each table, and keyed hashes.

    A keyed hash finds a row by an address without the address being there: who has the database but
    not the secret cannot even test whether somebody is in it.
    """

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self.inbox = Cipher(self._key("inbox"))
        self.outbox = Cipher(self._key("outbox"))
        self.people = Cipher(self._key("people"))
        self.context = Cipher(self._key("context"))
        self.tickets = Cipher(self._key("tickets"))
        self.staff = Cipher(self._key("staff"))
        self._chats = self._key("hash of a chat")
        self._updates = self._key("hash of an update")
        self._sent = self._key("hash of a sent message")
        self._staff = self._key("hash of staff")
        self.former: Former | None = None
        """For some days after a change of the secret; see former.py."""

    @property
    def hash_keys(self) -> Former:
        """What will be the former keys once the secret is changed."""
        return Former(self._updates, self._sent)

    @property
    def fingerprint(self) -> str:
        """Stands in the store, so that another secret is noticed before anything is written."""
        return self._key("fingerprint").hex()

    def chat(self, channel: str, address: str) -> bytes:
        """By which the chat of an address is found."""
        return _keyed_hash(self._chats, channel, address)

    def update(self, channel: str, update_key: str) -> bytes:
        """By which a repeated update is recognised."""
        return _keyed_hash(self._updates, channel, update_key)

    def sent(self, channel: str, platform_id: str) -> bytes:
        """By which a platform's receipt finds the reply that it is about."""
        return _keyed_hash(self._sent, channel, platform_id)

    def former_update(self, channel: str, update_key: str) -> bytes | None:
        """As `update`, for what came before the secret was changed; None: it was not, lately."""
        if self.former is None:
            return None
        return _keyed_hash(self.former.updates, channel, update_key)

    def former_sent(self, channel: str, platform_id: str) -> bytes | None:
        """As `sent`, for what was sent before the secret was changed."""
        if self.former is None:
            return None
        return _keyed_hash(self.former.sent, channel, platform_id)

    def of_staff(self, what: str, value: str) -> bytes:
        """By which a name, a session or a link of staff is found; `what` keeps them apart."""
        return _keyed_hash(self._staff, what, value)

    def _key(self, purpose: str) -> bytes:
        return HKDF(SHA256(), 32, salt=None, info=f"udha store, {purpose}".encode()).derive(
            self._secret
        )


def _keyed_hash(key: bytes, channel: str, value: str) -> bytes:
    # The length keeps ("web", "x") and ("we", "bx") apart.
    written = f"{len(channel)}:{channel}:{value}".encode("utf-8", "surrogatepass")
    return hmac.digest(key, written, hashlib.sha256)
