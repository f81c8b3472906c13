"""Does the mail server for alarms let us in?"""

from collections.abc import Sequence

from bot.commands.examining.finding import Finding
from bot.mail import Mail, MailRefused
from bot.settings import Settings

NAME = "mail"


async def mail(settings: Settings) -> Sequence[Finding]:
    """A line for the alarm by mail. Nothing is sent."""
    to, server = settings.alarm.email_to, settings.environment.smtp
    if not to and server is None:
        return [Finding("off", NAME, "alarm.email_to and UDHA_SMTP_URL are not set.")]
    if server is None:
        said = "Nobody is written to about an urgent case: set UDHA_SMTP_URL."
        return [Finding("wrong", NAME, said)]
    if not to:
        said = "Nobody is written to about an urgent case: set alarm.email_to in config.yaml."
        return [Finding("wrong", NAME, said)]
    try:
        await Mail(server).look()
    except MailRefused as refused:
        reason = str(refused)
        return [Finding("wrong", NAME, f"{reason[0].upper()}{reason[1:]}. Look at UDHA_SMTP_URL.")]
    after = settings.alarm.after_minutes
    said = f"{server.host} lets us in. After {after} minutes a mail goes to {to}."
    return [Finding("ok", NAME, said)]
