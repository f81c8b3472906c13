"""Telegram updates of the staff's group → what staff want done."""

from telegram import Message, Update, User

from bot.channels.telegram_group.records import (
    OUTCOMES,
    Attached,
    Claim,
    Close,
    Corrected,
    Help,
    Iam,
    Note,
    NotKnown,
    Order,
    Raise,
    Reopen,
    Said,
    SendAnyway,
    Wait,
    Written,
)

CLAIM, CLOSE, REOPEN, SEND = "staff:claim", "staff:close", "staff:reopen", "staff:send"
"""What buttons carry; after another colon: an outcome, the number of a notice."""
COMMANDS: dict[str, Order] = {
    "/claim": Claim(),
    "/wait": Wait(),
    "/close": Close(),
    "/reopen": Reopen(),
    "/urgent": Raise(),
    "/help": Help(),
    "/start": Help(),
}


def read(update: Update, username: str, team: str) -> Written | None:
    """What somebody of staff wants; None: nobody of staff said anything, or not to Udha.

    username: the bot's. team: whom those are taken for who write as the group itself.
    """
    if update.callback_query is not None:
        return _pressed(update)
    message = update.message or update.edited_message
    if message is None or (writer := _writer(message, team)) is None:
        return None
    order = _order(message, username, corrected=update.edited_message is not None)
    if order is None:
        return None
    return Written(
        str(update.update_id),
        message.chat.id,
        _thread(message),
        message.message_id,
        *writer,
        order,
    )


def _pressed(update: Update) -> Written | None:
    query = update.callback_query
    if query is None or query.message is None:
        return None
    order = _order_of_button(query.data or "")
    if order is None:
        return None
    message = query.message
    # Of a message that is too old Telegram tells no thread: then it is nobody's topic.
    thread = _thread(message) if isinstance(message, Message) else None
    return Written(
        str(update.update_id),
        message.chat.id,
        thread,
        message.message_id,
        *_who(query.from_user),
        order,
    )


def _order_of_button(data: str) -> Order | None:
    action, detail = ":".join(data.split(":")[:2]), ":".join(data.split(":")[2:])
    match action:
        case "staff:claim":
            return Claim()
        case "staff:reopen":
            return Reopen()
        case "staff:close" if detail == "" or detail in OUTCOMES:
            return Close(detail)
        case "staff:send" if detail.isascii() and detail.isdigit() and len(detail) < 16:
            return SendAnyway(int(detail))
    return None


def _order(message: Message, username: str, *, corrected: bool) -> Order | None:
    text = message.text or ""
    if text.startswith("/"):
        return None if corrected else _command(text, username)
    if text:
        return Corrected(text) if corrected else Said(text)
    # Pinned messages, new members and the like are no attachments, and nothing to speak of.
    return Attached() if message.effective_attachment and not corrected else None


def _command(text: str, username: str) -> Order | None:
    """The command's order; None where it is for another bot."""
    parts = text.split(maxsplit=1)
    name, _, bot = parts[0].lower().partition("@")
    if bot and bot != username.lower():
        return None
    rest = parts[1].strip() if len(parts) > 1 else ""
    if name == "/note":
        return Note(rest)
    if name == "/iam":
        return Iam(rest)
    return COMMANDS.get(name, NotKnown())


def _writer(message: Message, team: str) -> tuple[str, str | None] | None:
    """Name and number of who wrote it; None: another bot, or a channel that posts here."""
    if message.sender_chat is not None:
        return (team, None) if message.sender_chat.id == message.chat.id else None
    if message.from_user is None or message.from_user.is_bot:
        return None
    return _who(message.from_user)


def _who(user: User) -> tuple[str, str]:
    return " ".join(user.first_name.split()) or "?", str(user.id)


def _thread(message: Message) -> int | None:
    # In General, a reply has the number of a thread as well, but is no topic's.
    return message.message_thread_id if message.is_topic_message else None
