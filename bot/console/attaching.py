"""A file that goes with a reply: can one be sent, and is this one that can?"""

from bot.console.forms import ChosenFile
from bot.file_links import can_fetch
from bot.settings import Settings
from bot.uploads import Upload, upload


def can_attach(settings: Settings, channel: str) -> bool:
    """Does the channel take files? Viber fetches them from us, by a public address with https."""
    return channel != "viber" or can_fetch(settings.environment.public_url)


def sound(chosen: ChosenFile | None) -> Upload | None:
    """What was chosen, ready to be sent; None: nothing was. Raises NotTaken."""
    return None if chosen is None else upload(chosen.name, chosen.body)
