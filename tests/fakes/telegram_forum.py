"""The Bot API's methods about groups: what a chat is, who is in it, a forum's topics."""

from typing import Any

from tests.fakes.telegram_chats import BOT_ID, Chats, ChatState, Topic
from tests.fakes.telegram_faults import bad_request

Json = dict[str, Any]
LONGEST_NAME = 128
_RIGHTS = (
    *("can_manage_chat", "can_delete_messages", "can_manage_video_chats"),
    *("can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users"),
    *("can_post_stories", "can_edit_stories", "can_delete_stories", "can_pin_messages"),
    "can_manage_topics",
)
ALL_RIGHTS: Json = dict.fromkeys(_RIGHTS, True)
NO_RIGHTS: Json = dict.fromkeys(_RIGHTS, False)


class ForumMethods:
    """Every method raises Refusal for what it refuses."""

    def __init__(self, chats: Chats) -> None:
        self._chats = chats

    def get_chat(self, parameters: Json) -> Json:
        chat = self._chats.to_write_to(parameters.get("chat_id"))
        gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
        return {
            **chat.as_json(),
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys((*gifts, "gifts_from_channels"), False),
        }

    def get_chat_member(self, parameters: Json) -> Json:
        chat = self._chats.to_write_to(parameters.get("chat_id"))
        user_id = parameters.get("user_id")
        if user_id == BOT_ID:
            return membership(chat, self._chats.bot)
        for message in chat.messages.values():
            if message["from"]["id"] == user_id:
                return {"status": "member", "user": message["from"]}
        raise bad_request("PARTICIPANT_ID_INVALID")

    def create_forum_topic(self, parameters: Json) -> Json:
        chat = self._forum(parameters)
        name = _name(parameters)
        created = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        thread = self._chats.write(chat, self._chats.bot, created)["message_id"]
        chat.messages[thread].update(message_thread_id=thread, is_topic_message=True)
        chat.topics[thread] = Topic(thread, name)
        return {"message_thread_id": thread, "name": name, "icon_color": 7322096}

    def edit_forum_topic(self, parameters: Json) -> bool:
        topic, name = self._topic(parameters), _name(parameters)
        if topic.name == name:
            raise bad_request("TOPIC_NOT_MODIFIED")
        topic.name = name
        return True

    def close_forum_topic(self, parameters: Json) -> bool:
        return self._set_closed(parameters, True)

    def reopen_forum_topic(self, parameters: Json) -> bool:
        return self._set_closed(parameters, False)

    def delete_forum_topic(self, parameters: Json) -> bool:
        topic = self._topic(parameters)
        delete(self._forum(parameters), topic.thread)
        return True

    def _set_closed(self, parameters: Json, closed: bool) -> bool:
        topic = self._topic(parameters)
        if topic.closed == closed:
            raise bad_request("TOPIC_NOT_MODIFIED")
        topic.closed = closed
        return True

    def _forum(self, parameters: Json) -> ChatState:
        chat = self._chats.to_write_to(parameters.get("chat_id"))
        if not chat.is_forum:
            raise bad_request("the chat is not a forum")
        if not chat.rights.get("can_manage_topics"):
            raise bad_request("not enough rights to create a topic")
        return chat

    def _topic(self, parameters: Json) -> Topic:
        topic = self._forum(parameters).topics.get(parameters.get("message_thread_id", 0))
        if topic is None or topic.deleted:
            raise bad_request("TOPIC_ID_INVALID")
        return topic


def membership(chat: ChatState, bot: Json) -> Json:
    """What the bot is in a chat."""
    if chat.out:
        kicked = {"status": "kicked", "user": bot, "until_date": 0}
        return kicked if chat.type == "private" else {"status": "left", "user": bot}
    if not chat.rights:
        return {"status": "member", "user": bot}
    all_rights = NO_RIGHTS | chat.rights
    return {
        "status": "administrator",
        "user": bot,
        "can_be_edited": False,
        "is_anonymous": False,
        **all_rights,
    }


def delete(chat: ChatState, thread: int) -> None:
    """A topic goes, with all that was written in it."""
    chat.topics[thread].deleted = True
    for id_ in [id_ for id_, one in chat.messages.items() if in_thread(one, thread)]:
        del chat.messages[id_]


def in_thread(message: Json, thread: int) -> bool:
    return message.get("message_thread_id") == thread


def _name(parameters: Json) -> str:
    name = str(parameters.get("name", "")).strip()
    if not name:
        raise bad_request("topic name must be non-empty")
    if len(name) > LONGEST_NAME:
        raise bad_request("TOPIC_TITLE_INVALID")
    return name
