"""Does Viber know the bot, and does it call us?"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from bot.channels.viber.door import PATH
from bot.channels.viber.statuses import ALARMS
from bot.commands.examining.asking import Answer, NoAnswer, ask
from bot.commands.examining.clock import ServerTimes
from bot.commands.examining.finding import Finding
from bot.settings import Environment

NAME = "viber"


async def viber(environment: Environment, times: ServerTimes) -> Sequence[Finding]:
    """A line for the token, and one for the webhook."""
    if not environment.viber_token:
        return [Finding("off", NAME, "VIBER_AUTH_TOKEN is not set.")]
    url = f"{environment.viber_api}/get_account_info"
    try:
        answer = await ask(url, token=environment.viber_token)
    except NoAnswer as failed:
        said = f"{environment.viber_api} does not answer ({failed}). Is there a way out?"
        return [Finding("wrong", NAME, said)]
    times.note("Viber", answer.server_time)
    status = answer.body.get("status")
    if answer.status != 200 or not isinstance(status, int):
        said = f"Viber answers with HTTP {answer.status}. Try again later."
        return [Finding("wrong", NAME, said)]
    if status != 0:
        reason = ALARMS.get(status, f"Viber refuses (status {status})")
        return [Finding("wrong", NAME, f"{reason[0].upper()}{reason[1:]}. {_advice(status)}")]
    bot = Finding("ok", NAME, f"The bot is {answer.body.get('name', 'without a name')}.")
    return [bot, _webhook(environment, answer)]


def _advice(status: int) -> str:
    if status == 2:
        return "Copy it again from the account's settings into VIBER_AUTH_TOKEN."
    return "Look into the account at https://partners.viber.com."


def _webhook(environment: Environment, answer: Answer) -> Finding:
    subject = "viber webhook"
    there = answer.body.get("webhook") or ""
    if not environment.public_url:
        if there:
            host = urlsplit(there).hostname
            return Finding("note", subject, f"Set to {host}. UDHA_PUBLIC_URL is not set.")
        return Finding("wrong", subject, "Viber calls nobody. Set UDHA_PUBLIC_URL.")
    if there == environment.public_url + PATH:
        return Finding("ok", subject, f"Set to {environment.public_url}.")
    where = f"It is set to {urlsplit(there).hostname}" if there else "It is not set"
    return Finding("note", subject, f"{where}. `udha run` sets it to {environment.public_url}.")
