"""The connection to Telegram's Bot API that all who speak to Telegram share."""

import os
from urllib.parse import urlsplit

import telegram
from telegram.request import HTTPXRequest

from bot.loopback import is_loopback

CONNECTIONS = 64
"""At once: thirty replies, the answers to as many presses, the staff group, one long poll."""
ANSWERS_WITHIN = 20.0
"""Seconds. Shorter than a sending may last, so that what became of it is known by then."""

Bot = telegram.Bot
"""For who hands it on: nothing outside the channels imports a platform."""


def build_bot(token: str, api_url: str) -> Bot:
    """A bot that is not connected yet.

    api_url: calls go to <api_url>/bot<token>/<method>. A proxy that the environment names is used,
    unless the interface is on this machine.
    """
    # The library's own switch: else it warns at every 429, and gives bare numbers.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    api_url = api_url.rstrip("/")
    local = is_loopback(urlsplit(api_url).hostname or "")
    return telegram.Bot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=_request(CONNECTIONS, trust_env=not local),
        # Never used: see polling.py. Its default would listen to the environment.
        get_updates_request=_request(1, trust_env=not local),
    )


def bot_id(token: str) -> str:
    """The bot's own number: what stands before the colon of its token."""
    return token.partition(":")[0]


def _request(connections: int, *, trust_env: bool) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=connections,
        connect_timeout=5,
        pool_timeout=5,
        read_timeout=ANSWERS_WITHIN,
        write_timeout=ANSWERS_WITHIN,
        httpx_kwargs={"trust_env": trust_env},
    )
