"""What each of Telegram's refusals means for a reply."""

from datetime import datetime, timedelta

from telegram.error import (
    BadRequest,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.channels.channel import Gone, Later, Outcome, Refused, Unknown

NOT_SENT = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError"})
"""The names of the transport's errors after which nothing can have arrived. By name: the transport
is the library's, not ours."""
NOBODY_THERE = ("chat not found", "peer_id_invalid", "user not found")
"""How Telegram calls an address that it does not know, or does not know any more."""


def outcome(error: TelegramError, now: datetime) -> Outcome:
    """What became of a reply. Order matters: BadRequest is a NetworkError, to the library."""
    match error:
        case RetryAfter():
            return Later("too many at once", at=now + seconds_of(error))
        case Forbidden():
            return Gone(error.message)
        case InvalidToken():
            return Later("the token is refused")
        case BadRequest() if any(says(error, words) for words in NOBODY_THERE):
            return Gone(error.message)
        case BadRequest():
            return Refused(error.message)
        case NetworkError() if not_sent(error):
            return Later("Telegram cannot be reached")
        case _:
            # A time-out, a 5xx, a page instead of an answer: it may have arrived.
            return Unknown("no clear answer came")


def not_sent(error: NetworkError) -> bool:
    """Is it sure that nothing was done? A 429 that names no time comes as one of these too."""
    return type(error.__cause__).__name__ in NOT_SENT or says(error, "too many requests")


def seconds_of(error: RetryAfter) -> timedelta:
    """For how long Telegram wants nothing."""
    found = error.retry_after
    return found if isinstance(found, timedelta) else timedelta(seconds=found)


def says(error: TelegramError, words: str) -> bool:
    """Does it say so? The library capitalises Telegram's words."""
    return words in error.message.lower()
