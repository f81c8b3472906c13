"""May the bot do in the staff's Telegram group what it has to do there?"""

from collections.abc import Sequence

from bot.channels.telegram.bot import build_bot
from bot.channels.telegram_group.rights import missing_rights
from bot.commands.examining.finding import Finding
from bot.settings import Environment

NAME = "staff group"


async def staff_group(environment: Environment) -> Sequence[Finding]:
    """A line for the group."""
    if not environment.telegram_staff_chat:
        return [Finding("off", NAME, "TELEGRAM_STAFF_CHAT_ID is not set.")]
    if not environment.telegram_token:
        return [Finding("wrong", NAME, "It needs a Telegram bot: set TELEGRAM_BOT_TOKEN.")]
    try:
        async with build_bot(environment.telegram_token, environment.telegram_api) as bot:
            missing = await missing_rights(bot, int(environment.telegram_staff_chat))
    except Exception as error:  # noqa: BLE001 - of the library's only the class may be told
        return [Finding("wrong", NAME, f"Telegram does not tell ({type(error).__name__}).")]
    if missing is None:
        return [Finding("ok", NAME, "It has topics, and the bot may manage them.")]
    return [Finding("wrong" if missing.keeps_from_work else "note", NAME, missing.sentence)]
