"""What is written to the log, and what never is.

Message texts, names, phone numbers and tokens cannot reach the log, whoever writes it and at
whichever level: only known keys pass, each only in its known shape, an exception is its class and
where it was raised, and a library's record is only where in the library it was written.
"""

import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import structlog

from knowledge_base.problems import Problem

EventDict = MutableMapping[str, Any]

_WORD = r"[a-z][a-z0-9_]{0,40}"
_NAME = r"[A-Za-z_][A-Za-z0-9_.]{0,80}"
_AT = r"[A-Za-z0-9_./<>-]{1,120}:\d{1,6}( [A-Za-z0-9_<>]{1,60})?"

KEYS: Mapping[str, re.Pattern[str]] = {
    key: re.compile(pattern)
    for key, pattern in {
        "event": _WORD,
        "level": _WORD,
        "timestamp": r"[0-9T:.+Z-]{10,40}",
        "channel": _WORD,
        "decision": _WORD,
        "state": _WORD,
        "priority": _WORD,
        "outcome": _WORD,
        "task": _WORD,
        "part": _WORD,
        "kind": _WORD,
        "engine": _WORD,
        "text_key": _WORD,
        "variable": r"UDHA_[A-Z_]{1,40}",
        "meant": r"[A-Z_]{1,40}",
        "content": r"[0-9a-f]{12}",
        "learned": r"[0-9a-f]{12}",
        "host": r"[0-9a-fA-F.:]{2,45}|[a-z0-9][a-z0-9.-]{0,60}",
        "logger": _NAME,
        "error": rf"{_NAME}( < {_NAME}){{0,8}}",
        "reason": rf"{_NAME}( at {_AT})?",
        "at": _AT,
        "trace": rf"{_AT}( < {_AT}){{0,40}}",
        "left_out": rf"{_NAME}( {_NAME}){{0,20}}",
    }.items()
}
"""Every key that may stand in the log, with the shape of its text. Numbers and yes/no always may,
under any of these keys or those of NUMBERS."""

PROBLEM = "problem"
"""The key of a Problem of the content, which is said as a whole."""
NUMBERS = frozenset(
    {"attempt", "port", "pid", "count", "seconds", "milliseconds", "ticket", "entries", "waiting"}
    | {"version", "status", "workers", "sockets", "exit_code", "rows"}
)
"""Keys that hold a number."""


def set_up(level: str, form: str, stream: TextIO) -> None:
    """Send the program's own log and its libraries' to `stream`.

    level: debug, info, warning or error. form: console or json.
    """
    own = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            exceptions_without_words,
            only_known_keys,
            _renderer(form, stream),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(own),
        logger_factory=lambda *_: Lines(stream),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [LibraryRecords()]
    # Below a warning, libraries tell of single requests; that is never of use here.
    root.setLevel(max(own, logging.WARNING))
    logging.captureWarnings(True)
    sys.excepthook = _last_words


def _renderer(form: str, stream: TextIO) -> structlog.typing.Processor:
    if form == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=stream.isatty(), pad_event_to=28)


def exceptions_without_words(_: Any, __: str, event: EventDict) -> EventDict:
    """Put an exception's class and where it was raised in place of the exception.

    Its message is left behind: it often quotes what a person wrote.
    """
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()[1]
    elif isinstance(found, tuple):
        found = found[1]
    if isinstance(found, BaseException):
        event["error"] = " < ".join(_classes(found))
        event["trace"] = " < ".join(_places(found.__traceback__))
    event.pop("stack_info", None)
    return event


def only_known_keys(_: Any, __: str, event: EventDict) -> EventDict:
    """Leave out whatever has not a known key and shape, and name the keys that were left out."""
    kept = {key: value for key, value in event.items() if _may_stand(key, value)}
    if isinstance(problem := event.get(PROBLEM), Problem):
        # What is wrong in the content is said in full: nobody wrote it to us.
        kept[PROBLEM] = str(problem)
    left_out = sorted(key for key in event if key not in kept and re.fullmatch(_NAME, key))
    if left_out:
        kept["left_out"] = " ".join(left_out[:20])
    kept.setdefault("event", "something")
    return kept


def place_of(error: BaseException) -> str:
    """Where an exception was raised, as "handlers/routing.py:42 handle"."""
    places = _places(error.__traceback__)
    return places[0] if places else "unknown:0"


class LibraryRecords(logging.Handler):
    """Turns a library's record into one of ours: which logger, where, which exception.

    Its words are left behind: httpx and viberbot write addresses with tokens, and texts.
    """

    def emit(self, record: logging.LogRecord) -> None:
        structlog.get_logger().log(
            record.levelno,
            "library_record",
            logger=record.name,
            at=f"{record.module}.py:{record.lineno}",
            exc_info=record.exc_info,
        )


class Lines:
    """Writes a line for each event, at every level.

    One that cannot be written, because the disk is full or nobody reads the pipe any more, is lost:
    there is nowhere else to say so, and the program goes on without a log.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def msg(self, line: str) -> None:
        with suppress(OSError, ValueError):
            self._stream.write(line + "\n")
            self._stream.flush()

    debug = info = warning = error = critical = log = msg


def _may_stand(key: str, value: object) -> bool:
    if value is None or isinstance(value, (bool, float)):
        return key in KEYS or key in NUMBERS
    if isinstance(value, int):
        # A phone number or a platform's id is longer than any count.
        return (key in KEYS or key in NUMBERS) and abs(value) < 10_000_000
    shape = KEYS.get(key)
    return shape is not None and isinstance(value, str) and shape.fullmatch(value) is not None


def _classes(error: BaseException) -> list[str]:
    """The class of an exception and of those that led to it, the last first."""
    classes: list[str] = []
    found: BaseException | None = error
    while found is not None and len(classes) < 8:
        classes.append(type(found).__qualname__.replace("<locals>", "locals"))
        found = found.__cause__ or found.__context__
    return classes


def _places(trace: TracebackType | None) -> list[str]:
    """The innermost places of a trace first, at most twelve."""
    frames = traceback.extract_tb(trace)[-12:]
    return [f"{_short(one.filename)}:{one.lineno} {one.name}" for one in reversed(frames)]


def _short(file: str) -> str:
    """The last two parts of a path: enough to find it, without the machine's folders."""
    return re.sub(r"[^A-Za-z0-9_./<>-]", "_", "/".join(Path(file).parts[-2:]))


def _last_words(_: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What would be printed with its message as a traceback goes the way of all other errors."""
    structlog.get_logger().error("crashed", exc_info=error.with_traceback(trace))
