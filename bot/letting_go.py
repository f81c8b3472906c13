"""How something large is freed without anybody waiting for it.

When nobody uses an understanding any more, Python frees all of it in one go: for 20 to 40 ms nobody
is answered. So a thread holds each of its parts, and lets go of them a few at a time.
"""

import asyncio
import gc
import time
from itertools import chain
from types import BuiltinFunctionType, FunctionType, ModuleType

A_FEW = 500
RESTS = 4.0
"""The thread rests for so many times as long as it has worked."""
_EVERYBODYS = (type, ModuleType, FunctionType, BuiltinFunctionType)
"""Through these everything hangs together."""


async def let_go(things: list[object]) -> None:
    """Empty a list; what only it held is freed piece by piece. What others use is not touched."""
    await asyncio.to_thread(_let_go, things)


def _let_go(things: list[object]) -> None:
    parts = _with_all_parts(things)
    things.clear()
    # What holds others goes before them: so with each only itself is freed.
    parts.reverse()
    worked = time.thread_time()
    while parts:
        del parts[-A_FEW:]
        worked = _rested(worked)


def _with_all_parts(things: list[object]) -> list[object]:
    """The things and all that can be reached from them, what holds others before them."""
    found = list(things)
    seen = set(map(id, found))
    at, worked = 0, time.thread_time()
    while at < len(found):
        few = found[at : at + A_FEW]
        for part in chain.from_iterable(map(gc.get_referents, few)):
            # Numbers and texts are not tracked; they hold nothing.
            if gc.is_tracked(part) and id(part) not in seen and not isinstance(part, _EVERYBODYS):
                seen.add(id(part))
                found.append(part)
        at += len(few)
        worked = _rested(worked)
    return found


def _rested(since: float) -> float:
    """When the thread has rested from its work since then; on its own clock, in seconds."""
    time.sleep(RESTS * (time.thread_time() - since))
    return time.thread_time()
