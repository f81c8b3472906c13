"""A human's words on their way to the person."""

from handlers.messages import Button, Reply
from knowledge_base.model import Language, Texts


def staff_reply(texts: Texts, text: str, language: Language) -> Reply:
    """The words as they were written, with the way back to the bot. They never expire."""
    buttons = tuple(
        Button(texts.say(f"button_{action}", language), action) for action in ("bot", "solved")
    )
    return Reply(text, "staff", language, buttons)
