"""What staff can put into a reply without writing it: entries, and texts that are ready."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from handlers.desk import Knowledge
from handlers.entry_page import entry_words
from knowledge_base.model import Language, Texts

CANNED = "staff_canned_"
LABEL = "console_canned_"
READ_OF_A_QUESTION = 1_000
"""Characters: ranking a longer one would keep others waiting, and finds nothing better."""
LONGEST_LABEL = 40


@dataclass(frozen=True)
class Offer:
    """An entry that may answer."""

    id: str
    label: str
    question: str
    sure: int
    """Per cent."""
    words: str
    """What the person would read."""


@dataclass(frozen=True)
class Canned:
    """A text that is ready."""

    label: str
    words: str


def offers(knowledge: Knowledge, question: str, language: Language) -> Sequence[Offer]:
    """Entries as understanding ranks them, the best first."""
    asked = question.strip()[:READ_OF_A_QUESTION]
    if not asked:
        return ()
    content = knowledge.content
    ranked = knowledge.decide(asked, language).ranked
    found = ((content.find(one.entry_id), one.confidence) for one in ranked)
    return tuple(
        Offer(
            entry.id,
            entry.label[language],
            entry.question[language],
            round(confidence * 100),
            entry_words(content.texts, entry, language),
        )
        for entry, confidence in found
        if entry is not None
    )


def words_of(knowledge: Knowledge, entry_id: str, language: Language) -> str:
    """What is inserted of an entry. Raises aiohttp's 404 where there is none."""
    entry = knowledge.content.find(entry_id)
    if entry is None:
        raise web.HTTPNotFound
    return entry_words(knowledge.content.texts, entry, language)


def canned(texts: Texts, language: Language, read_in: Language) -> Sequence[Canned]:
    """All texts that are ready, in the person's language, named for whoever reads them."""
    found = []
    for text in texts:
        if text.key.startswith(CANNED):
            words = text.words[language]
            label = f"{LABEL}{text.key.removeprefix(CANNED)}"
            found.append(Canned(_label(texts, label, words, read_in), words))
    return found


def _label(texts: Texts, key: str, words: str, language: Language) -> str:
    if key in texts:
        return texts.say(key, language)
    return words if len(words) <= LONGEST_LABEL else f"{words[: LONGEST_LABEL - 1]}…"
