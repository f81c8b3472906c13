"""What the bot's profile says before the first word: its commands and what it is, by language."""

from collections.abc import Mapping

import telegram

from knowledge_base.model import LANGUAGES, Language, Texts

COMMANDS: Mapping[Language, Mapping[str, str]] = {
    "sq": {
        "temat": "topics",
        "person": "person",
        "news": "news",
        "cancel": "cancel",
        "gjuha": "language",
        "mydata": "mydata",
        "deletemydata": "deletemydata",
        "ndihme": "help",
    },
    "en": {
        "topics": "topics",
        "person": "person",
        "news": "news",
        "cancel": "cancel",
        "language": "language",
        "mydata": "mydata",
        "deletemydata": "deletemydata",
        "help": "help",
    },
}
"""The menu in its order: command → whose text describes it. Telegram takes no ë in a command."""
TO_EVERYBODY_ELSE: Language = "sq"
"""What somebody reads whose app speaks neither."""


async def publish(bot: telegram.Bot, texts: Texts) -> None:
    """Publish what differs from what is there. Raises TelegramError."""
    for code in (*LANGUAGES, ""):
        language = next((one for one in LANGUAGES if one == code), TO_EVERYBODY_ELSE)
        await _publish_commands(bot, texts, language, code or None)
        await _publish_descriptions(bot, texts, language, code or None)


async def _publish_commands(
    bot: telegram.Bot, texts: Texts, language: Language, code: str | None
) -> None:
    wanted = [
        telegram.BotCommand(command, texts.say(f"telegram_command_{name}", language))
        for command, name in COMMANDS[language].items()
    ]
    if list(await bot.get_my_commands(language_code=code)) != wanted:
        await bot.set_my_commands(wanted, language_code=code)


async def _publish_descriptions(
    bot: telegram.Bot, texts: Texts, language: Language, code: str | None
) -> None:
    long = texts.say("telegram_description", language)
    if (await bot.get_my_description(code)).description != long:
        await bot.set_my_description(long, code)
    short = texts.say("telegram_short_description", language)
    if (await bot.get_my_short_description(code)).short_description != short:
        await bot.set_my_short_description(short, code)
