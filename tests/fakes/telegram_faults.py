"""What can go wrong between Udha and Telegram, one by one, as a test orders it.

`server.fails("sendMessage", too_many(30), bad_gateway())`: the next two calls go wrong like this.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]


class Refusal(Exception):
    """Telegram says no, in its own words."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.body: Json = {"ok": False, "error_code": status, "description": description}
        if parameters:
            self.body["parameters"] = parameters


def bad_request(what: str, **parameters: int) -> Refusal:
    return Refusal(400, f"Bad Request: {what}", **parameters)


@dataclass(frozen=True)
class Fault:
    """How one call goes wrong."""

    ends: Literal["answer", "reset", "hang"] = "answer"
    """reset: the connection is cut. hang: nothing ever comes."""
    delivers: bool = False
    """What was asked for is done all the same."""
    status: int = 200
    body: Json | str = ""
    """JSON, or the text of a page."""
    headers: Mapping[str, str] = field(default_factory=dict)


def refused(refusal: Refusal) -> Fault:
    return Fault(status=refusal.status, body=refusal.body)


def too_many(retry_after: int | None = None) -> Fault:
    """429; None: without saying for how long, as a proxy before Telegram does.

    retry_after: seconds.
    """
    if retry_after is None:
        return refused(Refusal(429, "Too Many Requests"))
    words = f"Too Many Requests: retry after {retry_after}"
    return refused(Refusal(429, words, retry_after=retry_after))


def blocked() -> Fault:
    return refused(Refusal(403, "Forbidden: bot was blocked by the user"))


def chat_not_found() -> Fault:
    return refused(bad_request("chat not found"))


def cannot_parse() -> Fault:
    words = 'can\'t parse entities: Unsupported start tag "x" at byte offset 0'
    return refused(bad_request(words))


def too_old() -> Fault:
    """For answerCallbackQuery."""
    words = "query is too old and response timeout expired or query ID is invalid"
    return refused(bad_request(words))


def bad_gateway(delivers: bool = False) -> Fault:
    """502 with a web page as its body."""
    page = "<html><head><title>502 Bad Gateway</title></head></html>"
    return Fault(status=502, body=page, delivers=delivers)


def page_instead() -> Fault:
    """200 with a web page as its body, as a hotel's network answers."""
    return Fault(status=200, body="<html>Please sign in</html>")


def reset_before() -> Fault:
    """The connection is cut before anything was done."""
    return Fault("reset")


def reset_after() -> Fault:
    """It is done, and then the connection is cut: nobody hears of it."""
    return Fault("reset", delivers=True)


def hang_after() -> Fault:
    """It is done, and no answer ever comes."""
    return Fault("hang", delivers=True)


def answer(body: Json, status: int = 200) -> Fault:
    """Any JSON in place of the answer."""
    return Fault(status=status, body=body)
