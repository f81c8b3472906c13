"""One message on its way through the routing table, with all that handlers ask about it."""

from dataclasses import dataclass
from datetime import timedelta

from handlers.actions import Action, command
from handlers.desk import Desk
from handlers.entry_at_hand import entry_at_hand
from handlers.messages import Button, Chat, Message, OpenTicket, Reply, ReplyDecision
from knowledge_base.decision import Decision
from knowledge_base.model import Language

HANDOVER_LASTS = timedelta(hours=24)
"""After a human's last words the bot keeps silent for this long."""


@dataclass(frozen=True)
class Turn:
    """A message, its chat, the desk, and what was understood."""

    message: Message
    chat: Chat
    desk: Desk
    decision: Decision | None
    """What understanding says; only for texts."""
    action: Action | None
    """What a button, a command or a typed request asks for."""
    language: Language
    """The language to reply in: the one that was written in, or else the chat's."""

    @classmethod
    def of(cls, message: Message, chat: Chat, desk: Desk) -> "Turn":
        """Understand a message once, for all rows of the table."""
        known = message.language if chat.new and message.language else chat.language
        if message.kind == "button":
            return cls(message, chat, desk, None, Action.parse(message.text), known)
        if message.kind != "text":
            return cls(message, chat, desk, None, None, known)
        decision = desk.knowledge.decide(message.text, known, entry_at_hand(chat, desk.now))
        # A command is the same word in every language: it says nothing about the person's.
        language = known if command(message.text) else decision.language
        return cls(message, chat, desk, decision, _asked_for(message.text, chat, desk), language)

    @property
    def handed_over(self) -> bool:
        """A human has written within a day: the person's texts go to staff, the bot is silent."""
        ticket = self.chat.ticket
        return (
            ticket is not None
            and ticket.staff_wrote_at is not None
            # Also where whoever wrote has let go of the case since: a colleague goes on.
            and ticket.state != "unanswered"
            and self.desk.now - ticket.staff_wrote_at < HANDOVER_LASTS
            and not self.chat.to_bot
        )

    @property
    def promised(self) -> OpenTicket | None:
        """The open ticket, where the person knows of it: a promise was made."""
        ticket = self.chat.ticket
        return None if ticket is None or ticket.state == "unanswered" else ticket

    def say(self, key: str, **values: object) -> str:
        """A text in the language of the reply."""
        return self.desk.knowledge.content.texts.say(key, self.language, **values)

    def button(self, action: str, label: str | None = None) -> Button:
        """A button with the label of its action's name."""
        name = Action.parse(action).name
        return Button(label or self.say(f"button_{name}"), action)

    def reply(
        self,
        key: str,
        *actions: str,
        decision: ReplyDecision = "info",
        replaces: bool = False,
        **values: object,
    ) -> Reply:
        """A reply of one text with buttons named after their actions."""
        buttons = tuple(self.button(action) for action in actions)
        return Reply(self.say(key, **values), decision, self.language, buttons, replaces=replaces)


def _asked_for(text: str, chat: Chat, desk: Desk) -> Action | None:
    """A command; a suggestion picked by its number or label; or a request in words."""
    if (asked := command(text)) is not None:
        return asked
    if (picked := _picked(text, chat, desk)) is not None:
        return Action("entry", picked)
    request = desk.knowledge.request(text)
    return Action.parse(request) if request is not None else None


def _picked(text: str, chat: Chat, desk: Desk) -> str | None:
    written = text.strip().rstrip(".)").casefold()
    for number, entry_id in enumerate(chat.offered, start=1):
        entry = desk.knowledge.content.find(entry_id)
        if entry is None:
            continue
        labels = {label.casefold() for label in entry.label.values()}
        if written == str(number) or written in labels:
            return entry_id
    return None
