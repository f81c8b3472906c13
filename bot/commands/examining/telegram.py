"""Does Telegram know the bot, and how do its messages come?

Never asks for updates: those belong to the server that runs.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from bot.commands.examining.asking import Answer, NoAnswer, ask
from bot.commands.examining.clock import ServerTimes
from bot.commands.examining.finding import Finding
from bot.settings import Environment

WEBHOOK = "/telegram/webhook"
NAME = "telegram"

Json = Mapping[str, Any]


async def telegram(environment: Environment, times: ServerTimes) -> Sequence[Finding]:
    """A line for the token, and one for the webhook."""
    if not environment.telegram_token:
        return [Finding("off", NAME, "TELEGRAM_BOT_TOKEN is not set.")]
    try:
        me = await _call(environment, "getMe")
    except NoAnswer as failed:
        said = f"{environment.telegram_api} does not answer ({failed}). Is there a way out?"
        return [Finding("wrong", NAME, said)]
    times.note("Telegram", me.server_time)
    if me.status in (401, 404):
        advice = "Copy it again from @BotFather into TELEGRAM_BOT_TOKEN."
        return [Finding("wrong", NAME, f"Telegram does not know the token. {advice}")]
    if not me.body.get("ok"):
        return [Finding("wrong", NAME, f"Telegram answers with HTTP {me.status}. Try again later.")]
    bot = Finding("ok", NAME, f"The bot is @{me.body['result'].get('username')}.")
    return [bot, await _webhook(environment)]


async def _webhook(environment: Environment) -> Finding:
    subject = "telegram webhook"
    try:
        answer = await _call(environment, "getWebhookInfo")
    except NoAnswer as failed:
        return Finding("wrong", subject, f"Telegram does not answer ({failed}).")
    info: Json = answer.body.get("result", {})
    there = info.get("url", "")
    if not environment.public_url:
        return _polled(subject, there)
    if there != environment.public_url + WEBHOOK:
        where = f"It is set to {_host(there)}" if there else "It is not set"
        return Finding("note", subject, f"{where}. `udha run` sets it to {environment.public_url}.")
    waiting = info.get("pending_update_count", 0)
    if wrong := info.get("last_error_message"):
        advice = f"Look whether {environment.public_url}/healthz can be reached from outside."
        return Finding("wrong", subject, f"Telegram says: {wrong} ({waiting} wait). {advice}")
    return Finding("ok", subject, f"Set to {environment.public_url}; {waiting} updates wait.")


def _polled(subject: str, there: str) -> Finding:
    if there:
        said = f"Set to {_host(there)}, which receives the messages. `udha run` takes it away."
        return Finding("note", subject, said)
    return Finding("ok", subject, "None is set: `udha run` asks for messages itself.")


def _host(url: str) -> str:
    """Other programs' webhooks often hold a secret in their path."""
    return urlsplit(url).hostname or "an address that cannot be read"


async def _call(environment: Environment, method: str) -> Answer:
    return await ask(f"{environment.telegram_api}/bot{environment.telegram_token}/{method}")
