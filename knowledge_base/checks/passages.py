"""Every text that people read, wherever in the content it stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from knowledge_base.model import LANGUAGES, Both, Content, Language, Place
from knowledge_base.problems import Problem, Severity


@dataclass(frozen=True)
class Passage:
    """One text in one language."""

    owner: str
    """Id of the entry, topic or contact, or the key of the text."""
    part: str
    """Such as "answer"; empty for a text of `texts/`."""
    language: Language
    words: str
    place: Place
    """Where it begins."""
    lines: tuple[Place, ...]
    """Where each of its lines stands."""

    @property
    def where(self) -> str:
        """The way to it, in an editor's words."""
        return ", ".join(part for part in (self.owner, self.part, self.language) if part)

    def problem(
        self, what: str, advice: str, at: int | None = None, severity: Severity = "error"
    ) -> Problem:
        """A problem of this text, or of its line that holds the character `at`."""
        line = 0 if at is None else self.words.count("\n", 0, at)
        place = self.place if at is None else self.lines[line]
        return Problem(place, self.where, what, advice, severity)


def passages(content: Content) -> Iterator[Passage]:
    """Labels, questions and answers of topics and entries, contacts, and all texts."""
    for topic in content.topics.values():
        yield from _both(topic.id, "label", topic.label, topic.places, topic.place)
    for entry in content.entries.values():
        for part in ("label", "question", "answer"):
            yield from _both(entry.id, part, getattr(entry, part), entry.places, entry.place)
    for contact in content.contacts.values():
        for part in ("name", "what_for", "hours"):
            words = getattr(contact, part)
            if words is not None:
                yield from _both(contact.id, part, words, contact.places, contact.place)
    for text in content.texts:
        yield from _both(text.key, "", text.words, text.places, text.place)


def _both(
    owner: str, part: str, words: Both, places: Mapping[str, Place], fallback: Place
) -> Iterator[Passage]:
    for language in LANGUAGES:
        if words[language]:
            way = f"{part}.{language}" if part else language
            place = places.get(way, fallback)
            lines = tuple(
                places.get(f"{way}[{index}]", place)
                for index in range(words[language].count("\n") + 1)
            )
            yield Passage(owner, part, language, words[language], place, lines)
