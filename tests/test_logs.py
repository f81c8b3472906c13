"""The log: what may stand in it, and what cannot, whoever writes it."""

import errno
import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot import logs

TEXT = "ma kan marr pasaporten"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log at DEBUG as JSON lines, taken down again afterwards."""
    stream = io.StringIO()
    root = logging.getLogger()
    config = structlog.get_config()
    handlers, level, hook = root.handlers, root.level, sys.excepthook
    logs.set_up("debug", "json", stream)
    yield stream
    root.handlers, sys.excepthook = handlers, hook
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.configure(**config)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_known_keys_stand(log: io.StringIO) -> None:
    """An event with known keys is written as it is."""
    structlog.get_logger().info("message_handled", channel="web", decision="answer", attempt=1)
    (line,) = lines(log)
    assert (line["event"], line["channel"], line["attempt"]) == ("message_handled", "web", 1)
    assert "left_out" not in line


@pytest.mark.parametrize(
    "said",
    [
        {"text": TEXT},
        {"reason": TEXT},
        {"channel": TEXT},
        {"event": TEXT},
        {"host": TEXT},
        {"ticket": 355691234567},
        {"channel": ["ana", TEXT]},
        {"event": "355691234567"},
        {"reason": "8123456:AAH-token_of_a_bot"},
    ],
)
def test_words_and_numbers_do_not(log: io.StringIO, said: dict[str, Any]) -> None:
    """A text, a name, a phone number or a token is left out under whatever key it comes."""
    structlog.get_logger().info(**({"event": "something_happened"} | said))
    (line,) = lines(log)
    for value in said.values():
        assert str(value) not in log.getvalue()
    assert line["left_out"] == next(iter(said))


def test_exceptions_without_words(log: io.StringIO) -> None:
    """An exception is its class, its causes' classes and where it was raised; never its message."""
    try:
        try:
            raise KeyError(TEXT)
        except KeyError as error:
            raise ValueError(f"no entry for {TEXT}") from error
    except ValueError:
        structlog.get_logger().exception("handling_failed")
    (line,) = lines(log)
    assert line["error"] == "ValueError < KeyError"
    assert line["trace"].startswith("tests/test_logs.py:")
    assert TEXT not in log.getvalue()


@pytest.mark.parametrize("name", ["httpx", "viber.bot.api", "telegram.Bot", "aiohttp.server"])
def test_libraries_without_words(log: io.StringIO, name: str) -> None:
    """A library's record tells where it was written and which exception, never its words."""
    logger = logging.getLogger(name)
    logger.debug("POST https://api.telegram.org/bot123:token/sendMessage %s", TEXT)
    logger.info("HTTP Request: %s", "https://api.telegram.org/bot123:token/getMe")
    try:
        raise RuntimeError(TEXT)
    except RuntimeError:
        logger.exception("failed to send %s", TEXT)
    (line,) = lines(log)
    assert (line["logger"], line["error"]) == (name, "RuntimeError")
    assert line["at"].startswith("test_logs.py:")
    assert "token" not in log.getvalue()
    assert TEXT not in log.getvalue()


def test_last_words(log: io.StringIO) -> None:
    """What ends the program is logged without its message, not printed as a traceback."""
    try:
        raise RuntimeError(TEXT)
    except RuntimeError as error:
        sys.excepthook(RuntimeError, error, error.__traceback__)
    (line,) = lines(log)
    assert (line["event"], line["error"]) == ("crashed", "RuntimeError")
    assert TEXT not in log.getvalue()


def test_level(log: io.StringIO) -> None:
    """Below the level that is set nothing is written."""
    logs.set_up("warning", "json", log)
    structlog.get_logger().info("message_handled")
    structlog.get_logger().warning("channel_off", channel="telegram")
    assert [line["event"] for line in lines(log)] == ["channel_off"]


def test_console(log: io.StringIO) -> None:
    """For eyes, a line holds the event and its keys."""
    logs.set_up("info", "console", log)
    structlog.get_logger().info("listening", host="127.0.0.1", port=8080)
    assert "listening" in log.getvalue()
    assert "port=8080" in log.getvalue()


class FullDisk(io.StringIO):
    """Takes nothing."""

    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_log_that_cannot_be_written(log: io.StringIO) -> None:
    """Where the disk is full or nobody reads the pipe any more, the program goes on without."""
    logs.set_up("debug", "console", FullDisk())
    for level in ("debug", "info", "warning", "error", "critical"):
        getattr(structlog.get_logger(), level)("ready")
    logging.getLogger("library").error("ready")
    assert log.getvalue() == ""
