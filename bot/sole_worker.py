"""Who works on a SQLite file: one process at a time; commands beside it only read and write."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def sole_worker(database_url: str) -> Iterator[bool]:
    """Claim the work for as long as the block lasts. False: another process has it.

    The operating system ends the claim with the process, however that dies. On PostgreSQL every
    process may work: there the leases in the database keep them apart.
    """
    if not database_url.startswith("sqlite:///"):
        yield True
        return
    file = _lock_file(database_url)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield _locked(descriptor)
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lock_file(database_url: str) -> Path:
    """Beside the database: SQLite locks its own file, and would lose our lock with it.

    The same for every path by which the database is reached.
    """
    path = Path(database_url.removeprefix("sqlite:///").partition("?")[0]).resolve()
    return path.with_name(f"{path.name}.lock")
