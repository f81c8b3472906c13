"""What Telegram knows: people, chats, their messages, a forum's topics, as Bot API JSON."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from tests.fakes.telegram_faults import Refusal, bad_request

Json = dict[str, Any]
ChatType = Literal["private", "group", "supergroup", "channel"]
BOT_ID = 7_000_001
ANONYMOUS_ADMIN: Json = {
    "id": 1_087_968_824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
NO_THREAD = "message thread not found"


@dataclass
class Topic:
    """A topic of a forum; General has none."""

    thread: int
    name: str
    closed: bool = False
    deleted: bool = False


@dataclass
class ChatState:
    """One chat, as the bot finds it."""

    id: int
    type: ChatType
    name: str
    is_forum: bool = False
    out: bool = False
    """The bot was blocked, or is no member."""
    moved_to: int | None = None
    """The supergroup that this group has become."""
    rights: Json = field(default_factory=dict)
    """Of the bot as an administrator; empty: it is a plain member."""
    messages: dict[int, Json] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)

    def as_json(self) -> Json:
        """The chat as it stands in a message."""
        named = {"first_name": self.name} if self.type == "private" else {"title": self.name}
        forum = {"is_forum": True} if self.is_forum else {}
        return {"id": self.id, "type": self.type, **named, **forum}


@dataclass(frozen=True)
class Pressable:
    """A button of a message."""

    label: str
    action: str


@dataclass(frozen=True)
class Shown:
    """A message as its chat sees it now."""

    id: int
    text: str
    """Plain: without tags, after edits. A caption, where there is a picture."""
    rows: tuple[tuple[Pressable, ...], ...] = ()
    thread: int | None = None
    by: str = ""
    """First name of who wrote it."""
    by_bot: bool = True
    edited: bool = False
    replies_to: int | None = None
    reactions: tuple[str, ...] = ()
    file: tuple[str, str, bytes] | None = None
    """Of what was sent: photo or document, its name and its content."""

    @property
    def buttons(self) -> tuple[Pressable, ...]:
        return tuple(button for row in self.rows for button in row)

    @property
    def actions(self) -> tuple[str, ...]:
        return tuple(button.action for button in self.buttons)

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(button.label for button in self.buttons)


class Chats:
    """All chats of the bot."""

    def __init__(self, bot: Json, now: Callable[[], datetime]) -> None:
        """now: with time zone."""
        self.bot = bot
        self._now = now
        self._chats: dict[int, ChatState] = {}
        self._users: dict[int, Json] = {}
        self._last_message = 100

    def add(self, chat: ChatState) -> ChatState:
        self._chats[chat.id] = chat
        return chat

    def get(self, id_: int) -> ChatState:
        """A chat that a test speaks of; a private one is made on the way."""
        if id_ not in self._chats:
            assert id_ > 0, f"no group has the id {id_}"
            self.add(ChatState(id_, "private", f"Person {id_}"))
        return self._chats[id_]

    def to_write_to(self, id_: object) -> ChatState:
        """A chat that the bot wants to write to. Raises Refusal."""
        chat = self.found(id_)
        if chat.moved_to is not None:
            raise bad_request(
                "group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.moved_to
            )
        if chat.out and chat.type == "private":
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if chat.out:
            raise Refusal(403, f"Forbidden: bot was kicked from the {chat.type} chat")
        return chat

    def found(self, id_: object) -> ChatState:
        """A chat that the bot names. Raises Refusal."""
        if not isinstance(id_, int) or id_ not in self._chats:
            raise bad_request("chat not found")
        return self._chats[id_]

    def user(self, id_: int, name: str = "", language: str | None = None) -> Json:
        """A person, as in `from`."""
        user = self._users.setdefault(id_, {"id": id_, "is_bot": False, "first_name": ""})
        user["first_name"] = name or user["first_name"] or f"Person {id_}"
        if language is not None:
            user["language_code"] = language
        return deepcopy(user)

    def user_called(self, name: str) -> Json:
        """A member of staff; the same name is the same person."""
        for user in self._users.values():
            if user["first_name"] == name:
                return deepcopy(user)
        return self.user(9000 + len(self._users), name)

    def write(self, chat: ChatState, user: Json, content: Json) -> Json:
        """A new message in a chat. Returns it as the API shows it."""
        self._last_message += 1
        message = {
            "message_id": self._last_message,
            "from": user,
            "chat": chat.as_json(),
            "date": self.seconds(),
            **content,
        }
        chat.messages[self._last_message] = message
        return message

    def in_thread(self, chat: ChatState, thread: int | None) -> Json:
        """What a message of a topic bears. Raises Refusal where there is no such topic."""
        if thread is None:
            return {}
        topic = chat.topics.get(thread)
        if topic is None or topic.deleted:
            raise bad_request(NO_THREAD)
        return {"message_thread_id": thread, "is_topic_message": True}

    def seconds(self) -> int:
        """Now, as the API writes it: whole seconds since 1970."""
        return int(self._now().timestamp())


def shown(message: Json) -> Shown:
    """A message of the API, as eyes see it."""
    keyboard = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    return Shown(
        id=message["message_id"],
        text=message.get("text") or message.get("caption") or "",
        rows=tuple(
            tuple(Pressable(one["text"], one.get("callback_data", "")) for one in row)
            for row in keyboard
        ),
        thread=message.get("message_thread_id"),
        by=message["from"]["first_name"],
        by_bot=message["from"]["id"] == BOT_ID,
        edited="edit_date" in message,
        replies_to=(message.get("reply_to_message") or {}).get("message_id"),
        reactions=tuple(message.get("__reactions", ())),
        file=_file(message),
    )


def _file(message: Json) -> tuple[str, str, bytes] | None:
    if "__body" not in message:
        return None
    kind = "photo" if "photo" in message else "document"
    return kind, message["__name"], message["__body"]


def as_api(message: Json) -> Json:
    """The message without what only this server knows of it."""
    return {key: deepcopy(value) for key, value in message.items() if not key.startswith("__")}
