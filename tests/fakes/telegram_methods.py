"""The Bot API's methods about messages, checked as the real ones check them."""

from collections.abc import Sequence
from typing import Any

from aiohttp.web import FileField

from tests.fakes.telegram_chats import BOT_ID, Chats, ChatState, as_api
from tests.fakes.telegram_faults import bad_request
from tests.fakes.telegram_html import CannotParse, parsed, units

Json = dict[str, Any]
LONGEST_TEXT, LONGEST_CAPTION, LONGEST_DATA = 4096, 1024, 64
MOST_BUTTONS = 100
LARGEST_PHOTO, LARGEST_DOCUMENT = 10_485_760, 52_428_800
"""Bytes."""
KEPT = ("text", "caption", "entities", "photo", "document", "voice", "sticker")
"""What of a message is copied or forwarded."""
REACTIONS = frozenset(
    "👍👎❤🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚🌭💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾😡"
)
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


class MessageMethods:
    """Sending, editing, pressing, reacting. Every method raises Refusal for what it refuses."""

    def __init__(self, chats: Chats, queries: dict[str, bool]) -> None:
        """queries: callback queries by their id; True: already answered."""
        self._chats = chats
        self._queries = queries

    def send_message(self, parameters: Json) -> Json:
        return self._send(parameters, _text(parameters, "text", LONGEST_TEXT))

    def send_photo(self, parameters: Json) -> Json:
        uploaded = _uploaded(parameters, "photo", LARGEST_PHOTO)
        if uploaded["__body"].startswith(b"GIF"):
            raise bad_request("IMAGE_PROCESS_FAILED")
        photo = {"file_id": "photo-1", "file_unique_id": "p1", "width": 90, "height": 90}
        return self._send(parameters, {"photo": [photo], **uploaded, **_caption(parameters)})

    def send_document(self, parameters: Json) -> Json:
        uploaded = _uploaded(parameters, "document", LARGEST_DOCUMENT)
        document = {
            "file_id": "document-1",
            "file_unique_id": "d1",
            "file_name": uploaded["__name"],
        }
        return self._send(parameters, {"document": document, **uploaded, **_caption(parameters)})

    def copy_message(self, parameters: Json) -> Json:
        source = self._chats.found(parameters["from_chat_id"])
        message = _found(source, parameters["message_id"], "message to copy not found")
        content: Json = {key: message[key] for key in KEPT if key in message}
        return {"message_id": self._send(parameters, content)["message_id"]}

    def forward_message(self, parameters: Json) -> Json:
        source = self._chats.found(parameters["from_chat_id"])
        message = _found(source, parameters["message_id"], "message to forward not found")
        origin = {"type": "user", "sender_user": message["from"], "date": message["date"]}
        content: Json = {key: message[key] for key in KEPT if key in message}
        return self._send(parameters, {**content, "forward_origin": origin})

    def edit_message_text(self, parameters: Json) -> Json:
        message = self._own(parameters, "message to edit not found")
        if "text" not in message:
            raise bad_request("there is no text in the message to edit")
        return self._edited(
            message, _text(parameters, "text", LONGEST_TEXT) | _keyboard(parameters)
        )

    def edit_message_reply_markup(self, parameters: Json) -> Json:
        message = self._own(parameters, "message to edit not found")
        kept = {key: message[key] for key in ("text", "entities", "caption") if key in message}
        return self._edited(message, kept | _keyboard(parameters))

    def delete_message(self, parameters: Json) -> bool:
        chat = self._chats.to_write_to(parameters.get("chat_id"))
        _found(chat, parameters.get("message_id"), "message to delete not found")
        del chat.messages[parameters["message_id"]]
        return True

    def set_message_reaction(self, parameters: Json) -> bool:
        chat = self._chats.to_write_to(parameters.get("chat_id"))
        message = _found(chat, parameters.get("message_id"), "message to react not found")
        emoji = [one.get("emoji", "") for one in parameters.get("reaction", [])]
        if any(one not in REACTIONS for one in emoji):
            raise bad_request("REACTION_INVALID")
        message["__reactions"] = emoji
        return True

    def send_chat_action(self, parameters: Json) -> bool:
        """True also for a topic that is gone."""
        self._chats.to_write_to(parameters.get("chat_id"))
        return True

    def answer_callback_query(self, parameters: Json) -> bool:
        id_ = str(parameters.get("callback_query_id", ""))
        if self._queries.get(id_, True):
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )
        self._queries[id_] = True
        return True

    def _send(self, parameters: Json, content: Json) -> Json:
        chat = self._chats.to_write_to(parameters.get("chat_id"))
        around = (
            self._chats.in_thread(chat, parameters.get("message_thread_id"))
            | _reply(chat, parameters)
            | _keyboard(parameters)
        )
        return as_api(self._chats.write(chat, self._chats.bot, content | around))

    def _own(self, parameters: Json, missing: str) -> Json:
        chat = self._chats.to_write_to(parameters.get("chat_id"))
        message = _found(chat, parameters.get("message_id"), missing)
        if message["from"]["id"] != BOT_ID:
            raise bad_request("message can't be edited")
        return message

    def _edited(self, message: Json, content: Json) -> Json:
        changing = ("text", "entities", "caption", "reply_markup")
        if {key: message[key] for key in changing if key in message} == content:
            raise bad_request(NOT_MODIFIED)
        for key in changing:
            message.pop(key, None)
        message.update(content, edit_date=self._chats.seconds())
        return as_api(message)


def _found(chat: ChatState, message_id: object, missing: str) -> Json:
    if not isinstance(message_id, int) or message_id not in chat.messages:
        raise bad_request(missing)
    return chat.messages[message_id]


def _uploaded(parameters: Json, name: str, largest: int) -> Json:
    """What a form brought, as only this server knows it."""
    field = parameters.get(name)
    if not isinstance(field, FileField):
        raise bad_request(f"there is no {name} in the request")
    body = field.file.read()
    if not body:
        raise bad_request("file must be non-empty")
    if len(body) > largest:
        raise bad_request("file is too big")
    return {"__name": field.filename, "__body": body}


def _caption(parameters: Json) -> Json:
    return _text(parameters, "caption", LONGEST_CAPTION) if parameters.get("caption") else {}


def _text(parameters: Json, name: str, longest: int) -> Json:
    """The text without its tags, and the entities that they made."""
    given, mode = str(parameters.get(name, "")), parameters.get("parse_mode")
    try:
        plain, entities = parsed(given) if mode == "HTML" else (given, [])
    except CannotParse as error:
        raise bad_request(f"can't parse entities: {error}") from error
    if mode not in (None, "", "HTML"):
        raise bad_request("unsupported parse_mode")
    if not plain.strip():
        raise bad_request("message text is empty")
    if units(plain) > longest:
        raise bad_request(
            "message is too long" if name == "text" else "message caption is too long"
        )
    marked: Json = {"entities": [one.as_json() for one in entities]} if entities else {}
    return {name: plain.strip(), **marked}


def _keyboard(parameters: Json) -> Json:
    rows: Sequence[Sequence[Json]] = (parameters.get("reply_markup") or {}).get(
        "inline_keyboard", []
    )
    buttons = [button for row in rows for button in row]
    for button in buttons:
        _check_button(button)
    if len(buttons) > MOST_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return {"reply_markup": {"inline_keyboard": rows}} if buttons else {}


def _check_button(button: Json) -> None:
    if not str(button.get("text", "")).strip():
        raise bad_request('can\'t parse inline keyboard button: Field "text" is empty')
    if "url" in button:
        return
    if "callback_data" not in button:
        raise bad_request("Text buttons are unallowed in the inline keyboard")
    if not 1 <= len(str(button["callback_data"]).encode()) <= LONGEST_DATA:
        raise bad_request("BUTTON_DATA_INVALID")


def _reply(chat: ChatState, parameters: Json) -> Json:
    asked = parameters.get("reply_parameters") or {}
    to = asked.get("message_id", parameters.get("reply_to_message_id"))
    if to is None:
        return {}
    if to not in chat.messages:
        if asked.get("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")
    answered = as_api(chat.messages[to])
    answered.pop("reply_to_message", None)
    return {"reply_to_message": answered}
