"""Telegram's updates in our words. Nothing is looked up and nothing is sent here."""

import re
from dataclasses import dataclass
from datetime import datetime

import telegram
from telegram.constants import ChatMemberStatus, ChatType

from handlers.messages import Message, MessageKind
from knowledge_base.model import LANGUAGES, Language

CHANNEL = "telegram"
GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
PRESENT = (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.RESTRICTED)
_START = re.compile(r"/start(?:@\w+)?(?:\s+(?P<payload>[A-Za-z0-9_-]{1,64}))?\s*", re.IGNORECASE)
SERVICE = (
    *("new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo"),
    *("delete_chat_photo", "group_chat_created", "supergroup_chat_created"),
    *("channel_chat_created", "message_auto_delete_timer_changed", "migrate_to_chat_id"),
    *("migrate_from_chat_id", "pinned_message", "users_shared", "chat_shared"),
    *("connected_website", "write_access_allowed", "passport_data", "proximity_alert_triggered"),
    *("boost_added", "chat_background_set", "forum_topic_created", "forum_topic_edited"),
    *("forum_topic_closed", "forum_topic_reopened", "general_forum_topic_hidden"),
    *("general_forum_topic_unhidden", "giveaway_created", "giveaway_completed"),
    *("video_chat_scheduled", "video_chat_started", "video_chat_ended"),
    *("video_chat_participants_invited", "successful_payment", "refunded_payment"),
    *("checklist_tasks_done", "checklist_tasks_added", "direct_message_price_changed"),
    "paid_message_price_changed",
)
"""What Telegram itself writes into a chat. All else, also what is new to us, came from somebody who
waits for a word."""


@dataclass(frozen=True)
class Left:
    """The person of an address has blocked the bot."""

    address: str


@dataclass(frozen=True)
class Back:
    """The person of an address has unblocked the bot."""

    address: str


@dataclass(frozen=True)
class Ignored:
    """Nothing follows from the update."""

    kind: str
    """A word for the day's figures."""


Meaning = Message | Left | Back | Ignored


def meaning(update: telegram.Update, key: str, now: datetime) -> Meaning:
    """What an update is to us.

    key: the update's own in the channel; now: when it was received, with time zone.
    """
    if update.message is not None:
        return _message(update.message, key, now)
    if update.edited_message is not None:
        return _edited(update.edited_message, key, now)
    if update.callback_query is not None:
        return _pressed(update.callback_query, key, now)
    if update.my_chat_member is not None:
        return _membership(update.my_chat_member, key, now)
    return Ignored(kind_of(update.to_dict()))


def salvaged(raw: object, key: str, now: datetime) -> Message | None:
    """What somebody wrote in an update that the library cannot read as a whole, because something
    else in it is newer than the library or not as it should be."""
    match raw:
        case {"message": {"chat": {"id": int(address), "type": "private"}} as message}:
            texts = (message.get(name) for name in ("text", "caption"))
            text = next((one for one in texts if isinstance(one, str)), "")
            return _said(address, text, key, now, None)
    return None


def kind_of(update: object) -> str:
    """An update's kind as Telegram calls it, such as "message"."""
    if not isinstance(update, dict):
        return "unreadable"
    names = (name for name in update if name != "update_id")
    return next((n for n in names if re.fullmatch("[a-z_]{1,40}", str(n))), "unknown")


def lane_of(raw: object) -> int | None:
    """The chat whose updates are kept one after the other; None: it belongs to none that we read.

    raw: an update as JSON gave it, whatever it is.
    """
    match raw:
        case (
            {"message": {"chat": {"id": int(id_)}}}
            | {"edited_message": {"chat": {"id": int(id_)}}}
            | {"callback_query": {"message": {"chat": {"id": int(id_)}}}}
            | {"my_chat_member": {"chat": {"id": int(id_)}}}
        ):
            return id_
    return None


def chat_of(update: telegram.Update) -> int | None:
    """The id of the chat that an update belongs to."""
    return None if update.effective_chat is None else update.effective_chat.id


def _message(message: telegram.Message, key: str, now: datetime) -> Meaning:
    if any(getattr(message, name, None) for name in SERVICE):
        return Ignored("service")
    if message.from_user is not None and message.from_user.is_bot:
        return Ignored("by_a_bot")
    if message.chat.type in GROUPS:
        return _of(message.chat.id, key, "group", now, _language(message.from_user))
    if message.chat.type != ChatType.PRIVATE:
        return Ignored("elsewhere")
    text = message.text or message.caption or ""
    return _said(message.chat.id, text, key, now, _language(message.from_user))


def _said(address: int, text: str, key: str, now: datetime, language: Language | None) -> Message:
    """What somebody sent in the private chat: a caption counts as a text."""
    if started := _START.fullmatch(text):
        payload = started["payload"] or ""
        return _of(address, key, "start", now, language, payload=payload)
    if not text.strip():
        return _of(address, key, "unreadable", now, language)
    return _of(address, key, "text", now, language, text=text)


def _edited(message: telegram.Message, key: str, now: datetime) -> Meaning:
    """A corrected text is a new one. A moving location, or a preview that appeared, is not."""
    corrected = message.edit_date is not None and (message.text or message.caption)
    if message.chat.type != ChatType.PRIVATE or not corrected:
        return Ignored("edited_message")
    return _message(message, key, now)


def _pressed(query: telegram.CallbackQuery, key: str, now: datetime) -> Meaning:
    """A button. Of a message that is too old only its id is told, and that is enough."""
    message = query.message
    if message is None or message.chat.type != ChatType.PRIVATE or not query.data:
        return Ignored("callback_query")
    return _of(
        message.chat.id,
        key,
        "button",
        now,
        _language(query.from_user),
        text=query.data,
        pressed=str(message.message_id),
    )


def _membership(changed: telegram.ChatMemberUpdated, key: str, now: datetime) -> Meaning:
    address, new = changed.chat.id, changed.new_chat_member.status
    if changed.chat.type == ChatType.PRIVATE:
        if new == ChatMemberStatus.BANNED:
            return Left(str(address))
        return Back(str(address)) if new == ChatMemberStatus.MEMBER else Ignored("my_chat_member")
    came = new in PRESENT and changed.old_chat_member.status not in PRESENT
    if came and changed.chat.type in GROUPS:
        return _of(address, key, "group", now, _language(changed.from_user))
    return Ignored("my_chat_member")


def _of(
    address: int,
    key: str,
    kind: MessageKind,
    now: datetime,
    language: Language | None,
    *,
    text: str = "",
    payload: str = "",
    pressed: str = "",
) -> Message:
    return Message(
        CHANNEL,
        str(address),
        key,
        kind,
        now,
        text=text,
        language=language,
        payload=payload,
        pressed=pressed,
    )


def _language(user: telegram.User | None) -> Language | None:
    """What the person's app speaks, such as "sq-AL", where it is a language of ours."""
    code = ((user.language_code if user else None) or "").split("-")[0].lower()
    return next((language for language in LANGUAGES if language == code), None)
