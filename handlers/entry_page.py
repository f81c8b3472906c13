"""An entry as the person sees it: the answer, its source with the source's own date, buttons."""

from handlers.messages import Button, Reply
from handlers.turn import Turn
from knowledge_base.model import Entry, Language, Source, Texts

RELATED_SHOWN = 2


def entry_page(turn: Turn, entry: Entry, *, before: str = "", also: Entry | None = None) -> Reply:
    """The reply that shows an entry.

    `before`: a line above it, such as a greeting. `also`: the entry of another question that was
    asked in the same message; it is offered.
    """
    parts = [before, entry_words(turn.desk.knowledge.content.texts, entry, turn.language)]
    offered = (also,) if also is not None else ()
    parts += [turn.say("also_asked", question=other.question[turn.language]) for other in offered]
    return Reply(
        "\n\n".join(part for part in parts if part),
        "answer",
        turn.language,
        (*(entry_button(turn, other) for other in offered), *_buttons(turn, entry)),
        (entry.id, *(other.id for other in offered)),
    )


def entry_words(texts: Texts, entry: Entry, language: Language) -> str:
    """The answer, and beneath it where it comes from."""
    origin = _origin(texts, entry, language)
    return "\n\n".join(part for part in (entry.answer[language].strip(), origin) if part)


def entry_button(turn: Turn, entry: Entry) -> Button:
    """Shows the entry when pressed."""
    return turn.button(f"entry:{entry.id}", entry.label[turn.language])


def _origin(texts: Texts, entry: Entry, language: Language) -> str:
    lines = [_source(texts, entry.sources[0], language)] if entry.sources else []
    if entry.reviewed is not None:
        day = entry.reviewed.date.strftime("%d.%m.%Y")
        lines.append(texts.say("checked_by", language, by=entry.reviewed.by, date=day))
    return "\n".join(lines)


def _source(texts: Texts, source: Source, language: Language) -> str:
    key = "source_dated" if source.date else "source_undated"
    date = _day(source.date or "")
    return texts.say(key, language, title=source.title, date=date, url=source.url)


def _day(date: str) -> str:
    """ "2024-06-30" as 30.06.2024, "2024-06" as 06.2024, "2024" as it is."""
    return ".".join(reversed(date.split("-")))


def _buttons(turn: Turn, entry: Entry) -> tuple[Button, ...]:
    related = (turn.desk.knowledge.content.find(entry_id) for entry_id in entry.related)
    buttons = [
        turn.button(f"helpful:yes:{entry.id}", turn.say("button_helpful_yes")),
        turn.button(f"helpful:no:{entry.id}", turn.say("button_helpful_no")),
    ]
    buttons += [
        entry_button(turn, other)
        for other in [other for other in related if other is not None][:RELATED_SHOWN]
    ]
    buttons.append(turn.button("add" if turn.promised is not None else "person"))
    return tuple(buttons)
