"""The secret key: given, or made once and kept where only the owner reads it."""

from pathlib import Path

import pytest

from bot.secret_key import NoSecretKey, secret_key

SQLITE = "sqlite:///x.db"
MADE = "m" * 43


def test_given(tmp_path: Path) -> None:
    """A key from the environment is used, and no file is made."""
    assert secret_key("g" * 32, tmp_path / "key", SQLITE, lambda: MADE) == "g" * 32
    assert not (tmp_path / "key").exists()


def test_made_once(tmp_path: Path) -> None:
    """Without a key one is made that only the owner may read; the next start finds it."""
    file = tmp_path / "var" / "key"
    assert secret_key("", file, SQLITE, lambda: MADE) == MADE
    assert file.stat().st_mode & 0o777 == 0o600
    assert secret_key("", file, SQLITE, lambda: "n" * 43) == MADE
    assert [found.name for found in file.parent.iterdir()] == ["key"]


def test_two_starts_at_once(tmp_path: Path) -> None:
    """Of two programs that start at once, the slower takes the key of the faster."""
    file = tmp_path / "key"

    def meanwhile() -> str:
        file.write_text("f" * 43)
        return MADE

    assert secret_key("", file, SQLITE, meanwhile) == "f" * 43


def test_damaged_file(tmp_path: Path) -> None:
    """A key file that holds no key is refused: a new key would lock all data away."""
    file = tmp_path / "key"
    file.write_text("")
    with pytest.raises(NoSecretKey, match="Put the old file back"):
        secret_key("", file, SQLITE, lambda: MADE)


def test_postgresql_needs_one(tmp_path: Path) -> None:
    """Beside PostgreSQL a key must be given, as every replica needs the same."""
    with pytest.raises(NoSecretKey, match="UDHA_SECRET_KEY is not set"):
        secret_key("", tmp_path / "key", "postgresql://db/udha", lambda: MADE)


def test_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """Where no file can be written, no key is made, and the sentence says what to set instead."""
    (tmp_path / "var").write_text("a file, not a folder")

    def make() -> str:
        raise AssertionError("a key that cannot be kept")

    with pytest.raises(NoSecretKey, match="Set UDHA_SECRET_KEY instead"):
        secret_key("", tmp_path / "var" / "key", SQLITE, make)
