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


def kept_secret(file: Path) -> str:
    """What stands in a file. Raises NoSecretKey where there is none, or none that can be used."""
    try:
        if secret := _read(file):
            return secret
    except OSError as error:
        raise NoSecretKey(f"{file} cannot be read ({error.strerror}).") from error
    raise NoSecretKey(f"There is no secret: neither UDHA_SECRET_KEY is set, nor is there {file}.")


def write_aside(file: Path, make: Callable[[], str]) -> str:
    """A secret that is to come: what stands in `file` already, or a new one written there.

    Raises NoSecretKey.
    """
    try:
        return _read(file) or _write_new(file, make)
    except OSError as error:
        raise NoSecretKey(f"{file} cannot be written ({error.strerror}).") from error


def put_in_place(secret: str, file: Path) -> None:
    """Let `file` hold this secret from now on; what it held is in `<file>.old`.

    Interrupted at any point and called again, it ends the same. Raises NoSecretKey.
    """
    old, new = (file.with_name(f"{file.name}.{name}") for name in ("old", "new"))
    try:
        if _read(file) != secret:
            if _read(new) != secret:
                new.unlink(missing_ok=True)
                _write_new(new, lambda: secret)
            old.unlink(missing_ok=True)
            os.link(file, old)
            new.replace(file)
        new.unlink(missing_ok=True)
    except OSError as error:
        raise NoSecretKey(
            f"{file} cannot be written ({error.strerror}). The secret of now stands in {new}."
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
