"""The staff's Telegram group, built from what everything stands on, where its number is set."""

from typing import TYPE_CHECKING

from bot.channels.telegram.bot import Bot
from bot.channels.telegram_group.group import StaffGroup
from bot.channels.telegram_group.wording import Wording
from bot.pseudonyms import name_of_case
from bot.store.group import GroupRecords
from handlers.closed_case import case_closed
from handlers.messages import Reply
from handlers.staff_reply import staff_reply
from knowledge_base.model import Language

if TYPE_CHECKING:
    from bot.app import Parts


def staff_group_of(parts: "Parts", bot: Bot) -> StaffGroup | None:
    """The group, which works once `run` does; None: no number is set."""
    number = parts.settings.environment.telegram_staff_chat
    if not number:
        return None

    def compose(text: str, language: Language) -> Reply:
        return staff_reply(parts.newest().content.texts, text, language)

    def farewell(ticket: int, language: Language) -> Reply:
        return case_closed(parts.newest().content.texts, ticket, language)

    language = parts.settings.staff.language
    wording = Wording(
        texts=lambda: parts.newest().content.texts,
        language=language,
        name=lambda ticket, person: name_of_case(ticket, person, parts.newest().content, language),
    )
    return StaffGroup(
        bot,
        int(number),
        GroupRecords(parts.store, compose, farewell),
        wording,
        sleep=parts.sleep,
        monotonic=parts.monotonic,
    )
