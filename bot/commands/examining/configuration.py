"""What can be seen from the settings alone."""

from collections.abc import Sequence

from bot.commands.examining.finding import Finding
from bot.settings import Settings, nearest_variable

NAME = "configuration"


async def configuration(settings: Settings) -> Sequence[Finding]:
    """A line for the settings, and one for each that is probably not meant."""
    return [Finding("ok", NAME, "It can be used."), *_unknown(settings), *_public_url(settings)]


def _unknown(settings: Settings) -> Sequence[Finding]:
    return [
        Finding("note", NAME, f"{name} is not known. {_meant(name)}")
        for name in settings.unknown_variables
    ]


def _meant(name: str) -> str:
    nearest = nearest_variable(name)
    return f"Is {nearest} meant?" if nearest else "It is of no use."


def _public_url(settings: Settings) -> Sequence[Finding]:
    environment = settings.environment
    if not environment.public_url.startswith("http://"):
        return []
    said = "UDHA_PUBLIC_URL begins with http://. Telegram and Viber call only https:// addresses."
    return [Finding("note", NAME, said)]
