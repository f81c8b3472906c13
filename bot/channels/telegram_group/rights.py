"""What the staff's group must allow, and what of it is missing."""

from dataclasses import dataclass

from telegram import Bot, ChatMemberAdministrator, ChatMemberOwner
from telegram.error import BadRequest, Forbidden


@dataclass(frozen=True)
class Missing:
    """Something that the group does not allow."""

    kind: str
    sentence: str
    """What it is and what to do about it, for whoever looks after Udha."""
    keeps_from_writing: bool = False
    """The group cannot be told either."""
    keeps_from_work: bool = True


NOT_FOUND = Missing(
    "not_found",
    "TELEGRAM_STAFF_CHAT_ID names a chat that the bot is not in: "
    "add the bot to the group, and look at the number.",
    keeps_from_writing=True,
)
NO_TOPICS = Missing(
    "no_topics", "The staff group has no topics: turn them on in the group's settings."
)
NOT_ADMIN = Missing(
    "not_admin",
    "The bot is no administrator of the staff group: make it one, with the right to manage topics.",
)
NO_RIGHT_TO_TOPICS = Missing(
    "no_right_to_topics",
    "The bot may not manage topics in the staff group: "
    "give it this right under the group's administrators.",
)
NO_RIGHT_TO_DELETE = Missing(
    "no_right_to_delete",
    "The bot may not delete messages in the staff group: "
    "until it may, the topics of deleted cases stay there.",
    keeps_from_work=False,
)


async def missing_rights(bot: Bot, chat_id: int) -> Missing | None:
    """The first thing that is missing; None: all is there.

    Raises TelegramError when that cannot be found out, such as ChatMigrated or NetworkError.
    """
    try:
        chat = await bot.get_chat(chat_id)
        if not chat.is_forum:
            return NO_TOPICS
        me = await bot.get_chat_member(chat_id, (await bot.get_me()).id)
    except (BadRequest, Forbidden):
        return NOT_FOUND
    if isinstance(me, ChatMemberOwner):
        return None
    if not isinstance(me, ChatMemberAdministrator):
        return NOT_ADMIN
    if not me.can_manage_topics:
        return NO_RIGHT_TO_TOPICS
    return None if me.can_delete_messages else NO_RIGHT_TO_DELETE
