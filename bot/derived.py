"""Secrets for single purposes, derived from the one that a deployment has."""

import base64

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def derived(secret: str, purpose: str) -> str:
    """43 letters, digits, - and _: the same for the same two, and no way back to the secret."""
    key = HKDF(SHA256(), 32, salt=None, info=f"udha, {purpose}".encode()).derive(secret.encode())
    return base64.urlsafe_b64encode(key).rstrip(b"=").decode()
