"""What Telegram offers staff who type "/" in their group, in place of what it offers people."""

from telegram import Bot, BotCommand, BotCommandScopeChat

from bot.channels.telegram_group.wording import MENU, Wording


async def publish_menu(bot: Bot, chat_id: int, wording: Wording) -> None:
    """Publish the group's commands where they differ from what is there. Raises TelegramError."""
    scope = BotCommandScopeChat(chat_id)
    wanted = [BotCommand(name, wording.say(f"command_{name}")) for name in MENU]
    if list(await bot.get_my_commands(scope)) != wanted:
        await bot.set_my_commands(wanted, scope)
