"""The secret that all encryption keys are derived from: given, or made once and kept in a file."""

import os
from collections.abc import Callable
from pathlib import Path

from bot.refused import Refused


class NoSecretKey(Refused):
    """There is no secret to encrypt with, and none can be made. One clear sentence."""


def secret_key(given: str, file: Path, database_url: str, make: Callable[[], str]) -> str:
    """The secret: `given` if set, else what stands in `file`, else a new one written there.

    Raises NoSecretKey where a file cannot do: beside PostgreSQL, which other machines use too, or
    where the folder cannot be written.
    """
    if given:
        return given
    if not database_url.startswith("sqlite"):
        raise NoSecretKey(
            "UDHA_SECRET_KEY is not set. With PostgreSQL it must be: replicas need the same one."
        )
    try:
        return _read(file) or _write_new(file, make)
    except OSError as error:
        raise NoSecretKey(
            f"{file} cannot be read or written ({error.strerror}). Set UDHA_SECRET_KEY instead."
        ) from error


def _read(file: Path) -> str:
    if not file.exists():
        return ""
    secret = file.read_text(encoding="utf-8").strip()
    if len(secret) < 32:
        raise NoSecretKey(
            f"{file} holds no key of 32 characters or more. Put the old file back; "
            "only if there is no data to lose, delete it."
        )
    return secret


def _write_new(file: Path, make: Callable[[], str]) -> str:
    """Written aside and linked in, so that two that start at once agree on one key."""
    file.parent.mkdir(parents=True, exist_ok=True)
    own = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        secret = make()
        opened.write(secret + "\n")
        opened.flush()
        os.fsync(opened.fileno())
    try:
        os.link(own, file)
    except FileExistsError:
        return _read(file)
    finally:
        own.unlink()
    return secret
