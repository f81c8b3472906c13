"""Long work in a process of its own, so that this one goes on answering.

In a thread it would not do: while a thread reads content, Python answers nobody for as long as it
likes. Here only the result is taken up, in pieces too small to be noticed. The process begins with
the work and ends with it: that costs half a second each time, and no memory between two edits.
"""

import asyncio
import gc
import hashlib
import os
import pickle
import sys
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Protocol, TypeVar

import knowledge_base
from bot.logs import place_of

T = TypeVar("T")

LAST = 19
"""So many steps back, work is done only while nobody else wants the machine."""
RESTS = 4.0
"""Taking up a result, a thread rests for so many times as long as it has worked."""


class NotDone(Exception):
    """The work has no result; its message says why, fit for the log."""


class Elsewhere(Protocol):
    """Does work where it keeps nobody waiting."""

    async def __call__(self, work: Callable[[], T], within: float, steps_back: int) -> T:
        """Its result. `within`: seconds. Raises NotDone.

        `steps_back`: how nice the work is, 0 to 19 (LAST): on a small machine too, whoever writes
        meanwhile comes first.
        """


class OtherProcess:
    """Does work in a process of this program, which is killed where nobody wants it any more."""

    def __init__(self, python: str = sys.executable, code: str | None = None) -> None:
        """`code`: the version of the program that this process runs; by default the present one."""
        self._python = python
        self._code = code or code_version()

    async def __call__(self, work: Callable[[], T], within: float, steps_back: int) -> T:
        """The result of work that can be pickled, and so can its result. Raises NotDone."""
        order = pickle.dumps(self._code) + pickle.dumps(work)
        with _nameless() as result:
            await self._ordered(order, result, within, steps_back)
            done = await _taken_up(result)
        if isinstance(done, NotDone):
            raise done
        # It is our own code that has been told what to do.
        return done  # type: ignore[no-any-return]

    async def _ordered(
        self, order: bytes, result: IO[bytes], within: float, steps_back: int
    ) -> None:
        try:
            process = await asyncio.create_subprocess_exec(
                # By -m its classes would be another module's than ours.
                *(self._python, "-c", f"from {__name__} import main; main({steps_back})"),
                stdin=asyncio.subprocess.PIPE,
                stdout=result,
                stderr=asyncio.subprocess.DEVNULL,
                # One core is for those who write.
                env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
            )
        except OSError as error:
            raise NotDone(f"{type(error).__name__} at {place_of(error)}") from error
        try:
            async with asyncio.timeout(within):
                await process.communicate(order)
        except TimeoutError as late:
            raise NotDone("took_too_long") from late
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            code = process.returncode
            raise NotDone(f"ended_with_{code}" if code > 0 else f"killed_by_signal_{-code}")


def _nameless() -> IO[bytes]:
    """A file into which nobody else can put anything, and of which nothing is left.

    In memory where that is possible: on a disk, whoever keeps a message meanwhile would wait until
    all of it is written.
    """
    if sys.platform == "linux":
        return os.fdopen(os.memfd_create("result"), "w+b")
    return TemporaryFile()


async def _taken_up(result: IO[bytes]) -> Any:
    """What stands in a file, read by a thread that leaves most of the time to the others.

    After so many new objects Python looks for garbage among all that was ever learned: a tenth of a
    second in which nobody is answered. So it looks afterwards, and not among what is there to stay.
    """
    result.seek(0)
    gc.disable()
    try:
        return await asyncio.to_thread(lambda: pickle.Unpickler(_Pieces(result)).load())  # noqa: S301
    except (pickle.UnpicklingError, EOFError, AttributeError, ImportError, TypeError) as error:
        raise NotDone(f"{type(error).__name__} at {place_of(error)}") from error
    finally:
        gc.freeze()
        gc.enable()


class _Pieces:
    """A file as the unpickler wants it, in Python on purpose.

    Between two calls of Python another thread may have its turn; within one of C it may not. And
    between two pieces this one rests: if it took every other moment, those who write would queue.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._rested = time.thread_time()

    def read(self, size: int, /) -> bytes:
        time.sleep(RESTS * (time.thread_time() - self._rested))
        self._rested = time.thread_time()
        return self._file.read(size)

    def readline(self) -> bytes:
        return self._file.readline()


class _Pickler(pickle.Pickler):
    """Knows also what remembers results; they stay behind."""

    def reducer_override(self, one: Any) -> Any:
        if isinstance(one, _REMEMBERING):
            return _remembering, (one.__wrapped__, one.cache_parameters()["maxsize"])
        return NotImplemented


_REMEMBERING = type(lru_cache(lambda: None))


def _remembering(function: Callable[..., T], most: int | None) -> Callable[..., T]:
    return lru_cache(maxsize=most)(function)


def code_version() -> str:
    """Changes with the code of what comes over: another version's objects are not ours."""
    digest = hashlib.sha256(sys.version.encode())
    for file in (Path(__file__), *sorted(Path(knowledge_base.__file__).parent.rglob("*.py"))):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _outcome(order: IO[bytes]) -> Any:
    if pickle.load(order) != code_version():  # noqa: S301 - our own order
        # Until a restart the old program goes on with the content that it has.
        return NotDone("the_program_has_changed_restart_it")
    try:
        return pickle.load(order)()  # noqa: S301
    except Exception as error:  # noqa: BLE001 - said where it was ordered
        return NotDone(f"{type(error).__name__} at {place_of(error)}")


def main(steps_back: int) -> None:
    """Do the work that standard input holds; the result goes to standard output."""
    os.nice(steps_back)
    if steps_back == LAST and sys.platform == "linux":
        # However nice a process is, others wait until its turn is over: some milliseconds at each
        # of a dozen steps of a message.
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    with os.fdopen(os.dup(1), "wb") as result:
        # What anything prints meanwhile would stand in the midst of it.
        os.dup2(2, 1)
        _Pickler(result, protocol=5).dump(_outcome(sys.stdin.buffer))
