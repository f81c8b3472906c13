"""The language of the chat."""

from handlers.messages import Button, Effects, LanguageSet, Reply
from handlers.turn import Turn
from knowledge_base.model import LANGUAGES


async def switch(turn: Turn) -> Effects:
    """Speak the language that was chosen; without one, ask which, in both languages."""
    texts = turn.desk.knowledge.content.texts
    chosen = turn.action.argument if turn.action else ""
    for language in LANGUAGES:
        if language == chosen:
            topics = Button(texts.say("button_topics", language), "topics")
            reply = Reply(texts.say("language_set", language), "info", language, (topics,))
            return Effects((reply,), (LanguageSet(language),))
    question = "\n".join(texts.say("which_language", language) for language in LANGUAGES)
    buttons = tuple(
        Button(texts.say("language_name", language), f"language:{language}")
        for language in LANGUAGES
    )
    return Effects((Reply(question, "info", turn.language, buttons),))
