"""On a SQLite file one process works, however the file is called."""

from pathlib import Path

from bot.sole_worker import sole_worker


def test_one_at_a_time(tmp_path: Path) -> None:
    """The second is told that it is not alone; the next after the first is."""
    url = f"sqlite:///{tmp_path}/udha.db"
    with sole_worker(url) as first, sole_worker(f"{url}?timeout=1") as second:
        assert (first, second) == (True, False)
    with sole_worker(url) as next_one:
        assert next_one


def test_another_path_to_the_same_file(tmp_path: Path) -> None:
    """Who comes by a link comes to the same file."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "udha.db").touch()
    (tmp_path / "link").symlink_to("data")
    (tmp_path / "alias.db").symlink_to(Path("data") / "udha.db")
    with sole_worker(f"sqlite:///{tmp_path}/data/udha.db") as first:
        assert first
        for path in ("link/udha.db", "data/../data/udha.db", "alias.db"):
            with sole_worker(f"sqlite:///{tmp_path}/{path}") as second:
                assert not second


def test_others_keep_apart_by_themselves() -> None:
    """On PostgreSQL every process may work."""
    with sole_worker("postgresql://host/udha") as first, sole_worker("postgresql://host/udha"):
        assert first
