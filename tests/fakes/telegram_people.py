"""What people and staff do in their apps. Each returns once the update is on its way to the bot."""

from collections.abc import Callable
from typing import Any

from tests.fakes.telegram_chats import (
    ANONYMOUS_ADMIN,
    Chats,
    ChatState,
    ChatType,
    Topic,
    as_api,
)
from tests.fakes.telegram_forum import ALL_RIGHTS, delete, membership
from tests.fakes.telegram_updates import Updates

Json = dict[str, Any]
SAMPLES: Json = {
    "photo": [{"file_id": "f1", "file_unique_id": "u1", "width": 90, "height": 90}],
    "voice": {"file_id": "f2", "file_unique_id": "u2", "duration": 3},
    "audio": {"file_id": "f3", "file_unique_id": "u3", "duration": 3},
    "video": {"file_id": "f4", "file_unique_id": "u4", "width": 9, "height": 9, "duration": 3},
    "video_note": {"file_id": "f5", "file_unique_id": "u5", "length": 9, "duration": 3},
    "document": {"file_id": "f6", "file_unique_id": "u6"},
    "sticker": {
        "file_id": "f7",
        "file_unique_id": "u7",
        "width": 9,
        "height": 9,
        "is_animated": False,
        "is_video": False,
        "type": "regular",
    },
    "contact": {"phone_number": "+355690000000", "first_name": "Arta"},
    "location": {"longitude": 19.8, "latitude": 41.3},
    "dice": {"emoji": "🎲", "value": 4},
    "poll": {
        "id": "p1",
        "question": "?",
        "options": [],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": True,
        "members_only": False,
    },
}
"""One of each kind of content: `sends(5, voice=True)`."""
SOMEBODY = 5000
"""Who writes in a group where no one else is named."""


class Actions:
    """What can be done in an app."""

    def __init__(
        self,
        chats: Chats,
        updates: Updates,
        queries: dict[str, bool],
        changed: Callable[[], None],
    ) -> None:
        self.chats = chats
        self.updates = updates
        self.staff_group: int | None = None
        self._queries = queries
        self._changed = changed

    # People

    async def writes(
        self,
        chat_id: int,
        text: str,
        *,
        language: str | None = "sq",
        by: int | None = None,
        times: int = 1,
        **extra: Any,
    ) -> int:
        """Write a text; returns the message's id. In a group `by` somebody.

        times: how often Telegram delivers the same update. extra: more fields of the message.
        """
        marked: Json = {}
        if text.startswith("/"):
            command = {"type": "bot_command", "offset": 0, "length": len(text.split()[0])}
            marked = {"entities": [command]}
        return self._written(chat_id, by, language, {"text": text, **marked, **extra}, times)

    async def sends(
        self,
        chat_id: int,
        *,
        caption: str = "",
        language: str | None = "sq",
        by: int | None = None,
        **content: Any,
    ) -> int:
        """Send something that is no text: photo=True takes a sample of its kind."""
        filled = {name: SAMPLES[name] if one is True else one for name, one in content.items()}
        captioned = {"caption": caption} if caption else {}
        return self._written(chat_id, by, language, {**filled, **captioned})

    async def edits(self, chat_id: int, message_id: int, text: str) -> None:
        """Correct a text that was written."""
        message = self.chats.get(chat_id).messages[message_id]
        message.update(text=text, edit_date=self.chats.seconds())
        self.updates.add("edited_message", as_api(message))

    async def presses(
        self,
        chat_id: int,
        message_id: int,
        data: str,
        *,
        language: str | None = "sq",
        by: int | None = None,
        inaccessible: bool = False,
        times: int = 1,
    ) -> str:
        """Press a button under a message; returns the query's id.

        inaccessible: the message is too old for Telegram to tell what was in it.
        """
        chat = self.chats.get(chat_id)
        found = chat.messages.get(message_id)
        gone = {"message_id": message_id, "chat": chat.as_json(), "date": 0}
        query_id = f"q{len(self._queries) + 1}"
        self._queries[query_id] = False
        query = {
            "id": query_id,
            "from": self.chats.user(by or chat_id, language=language),
            "chat_instance": f"i{chat_id}",
            "message": gone if inaccessible or found is None else as_api(found),
            "data": data,
        }
        self._add("callback_query", query, times)
        return query_id

    async def blocks(self, chat_id: int) -> None:
        """Stop the bot."""
        self._becomes(self.chats.get(chat_id), out=True)

    async def unblocks(self, chat_id: int) -> None:
        """Restart the bot."""
        self._becomes(self.chats.get(chat_id), out=False)

    # Groups

    def has_group(
        self, group_id: int, title: str = "Udhëtarët", type_: ChatType = "group"
    ) -> ChatState:
        """There is a group that the bot is not in."""
        return self.chats.add(ChatState(group_id, type_, title, out=True))

    async def brings_bot_into(self, group_id: int, by: int = SOMEBODY) -> None:
        """Add the bot to a group, which is made on the way."""
        group = self.has_group(group_id)
        self._becomes(group, out=False, by=by)
        self._written(group_id, by, None, {"new_chat_members": [self.chats.bot]})

    async def becomes_supergroup(self, group_id: int, new_id: int) -> None:
        """A group is upgraded: from now on it has another id."""
        group = self.chats.get(group_id)
        self._written(group_id, SOMEBODY, None, {"migrate_to_chat_id": new_id})
        group.moved_to = new_id
        moved = ChatState(new_id, "supergroup", group.name, group.is_forum, rights=group.rights)
        self.chats.add(moved)
        if self.staff_group == group_id:
            self.staff_group = new_id
        self._written(new_id, SOMEBODY, None, {"migrate_from_chat_id": group_id})

    # The staff's group

    def has_staff_group(
        self,
        group_id: int,
        *,
        forum: bool = True,
        type_: ChatType = "supergroup",
        rights: Json | None = None,
    ) -> ChatState:
        """There is a group of staff with topics, and the bot is an administrator of it.

        rights: the bot's; {} makes it a plain member, None gives it all.
        """
        self.staff_group = group_id
        given = dict(ALL_RIGHTS) if rights is None else rights
        return self.chats.add(ChatState(group_id, type_, "Ekipi", forum, rights=given))

    async def gives_rights(self, rights: Json | None = None, forum: bool = True) -> None:
        """The staff's group is set up otherwise; rights as above."""
        group = self._group()
        old = membership(group, self.chats.bot)
        group.rights = dict(ALL_RIGHTS) if rights is None else rights
        group.is_forum = forum
        self._membership_changed(group, old, SOMEBODY)

    async def staff_writes(
        self,
        thread: int | None,
        user: str,
        text: str,
        *,
        reply_to: int | None = None,
        anonymous: bool = False,
        times: int = 1,
        **extra: Any,
    ) -> int:
        """Write in a topic, or with None in General; returns the message's id.

        user: the first name; the same name is the same person. extra: more fields of the message.
        """
        group = self._group()
        around = self.chats.in_thread(group, thread)
        if reply_to is not None:
            around["reply_to_message"] = as_api(group.messages[reply_to])
        if anonymous:
            around["sender_chat"] = group.as_json()
        who = ANONYMOUS_ADMIN if anonymous else self.chats.user_called(user)
        content = {"text": text, **around, **extra}
        message = self.chats.write(group, who, {k: v for k, v in content.items() if v is not None})
        self._add("message", as_api(message), times)
        return int(message["message_id"])

    async def staff_edits(self, message_id: int, text: str) -> None:
        group = self._group()
        group.messages[message_id].update(text=text, edit_date=self.chats.seconds())
        self.updates.add("edited_message", as_api(group.messages[message_id]))

    async def staff_presses(self, user: str, message_id: int, data: str, times: int = 1) -> str:
        """Press a button in the staff's group; returns the query's id."""
        who = self.chats.user_called(user)
        return await self.presses(
            self._group().id, message_id, data, language=None, by=who["id"], times=times
        )

    @property
    def topics(self) -> list[Topic]:
        """The topics of the staff's group that are there, in the order of their making."""
        return [one for one in self._group().topics.values() if not one.deleted]

    async def deletes_topic(self, thread: int) -> None:
        """Somebody of the staff deletes a topic with all that is in it. The bot is not told."""
        delete(self._group(), thread)

    def reactions(self, message_id: int) -> tuple[str, ...]:
        """The marks on a message of the staff's group."""
        return tuple(self._group().messages[message_id].get("__reactions", ()))

    async def raw_update(self, update: Json) -> int:
        """Any update, well or ill formed; returns its id."""
        return self.updates.put(update)

    def _group(self) -> ChatState:
        assert self.staff_group is not None, "has_staff_group was not called"
        return self.chats.get(self.staff_group)

    def _written(
        self, chat_id: int, by: int | None, language: str | None, content: Json, times: int = 1
    ) -> int:
        chat = self.chats.get(chat_id)
        who = self.chats.user(by or (chat_id if chat_id > 0 else SOMEBODY), language=language)
        message = self.chats.write(chat, who, content)
        self._add("message", as_api(message), times)
        return int(message["message_id"])

    def _add(self, kind: str, content: Json, times: int = 1) -> None:
        id_ = self.updates.add(kind, content)
        for _ in range(times - 1):
            self.updates.put({"update_id": id_, kind: content})
        self._changed()

    def _becomes(self, chat: ChatState, *, out: bool, by: int | None = None) -> None:
        old = membership(chat, self.chats.bot)
        chat.out = out
        self._membership_changed(chat, old, by or chat.id)

    def _membership_changed(self, chat: ChatState, old: Json, by: int) -> None:
        changed = {
            "chat": chat.as_json(),
            "from": self.chats.user(by),
            "date": self.chats.seconds(),
            "old_chat_member": old,
            "new_chat_member": membership(chat, self.chats.bot),
        }
        self._add("my_chat_member", changed)
