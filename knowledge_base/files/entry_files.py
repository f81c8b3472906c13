"""faq/<topic>.yaml → a topic and its entries."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import cast

from knowledge_base.files.marked_yaml import Fields, Marked
from knowledge_base.model import (
    DANGER_KINDS,
    LANGUAGES,
    DangerKind,
    Entry,
    Review,
    Source,
    Topic,
    Variant,
)

_REQUIRED = (
    "id",
    "status",
    "owner",
    "label",
    "question",
    "answer",
    "asked",
    "sources",
    "review_by",
)
_OPTIONAL = ("aliases", "reviewed", "related", "contacts", "danger")
_UNDATED = "undated"


@dataclass(frozen=True)
class TopicFile:
    """What one file holds."""

    topic: Topic
    order: int
    """The topic's place in the menu: the smallest comes first."""
    entries: tuple[Entry, ...]


def read_topic(top: Marked) -> TopicFile:
    """The topic of a file. What is wrong is noted; what can be used is returned."""
    fields = top.fields(["topic", "label", "entries"], ["order"])
    topic_id = PurePosixPath(top.file).stem
    written = fields.text("topic")
    if written not in ("", topic_id):
        fields["topic"].problem(
            f'the file is called "{topic_id}.yaml", so this is not "{written}".',
            f'Write "topic: {topic_id}", or rename the file.',
        )
    found = [_entry(item, topic_id, n) for n, item in enumerate(fields.list("entries"), 1)]
    entries = tuple(entry for entry in found if entry.id)
    return TopicFile(
        topic=Topic(
            id=topic_id,
            label=fields.both("label"),
            entries=tuple(entry.id for entry in entries if entry.status == "published"),
            place=top.place,
            places=top.places(),
        ),
        order=fields["order"].number() if "order" in fields else 0,
        entries=entries,
    )


def read_source(value: Marked) -> Source:
    """A source: url, title, and its own date or the word "undated"."""
    fields = value.fields(["url", "title", "date"])
    day = _source_date(fields["date"]) if "date" in fields else None
    return Source(fields.text("url"), fields.text("title"), day)


def read_review(value: Marked) -> Review:
    """Who has checked it, and on which day."""
    fields = value.fields(["by", "date"])
    return Review(fields.text("by"), fields.date("date"))


def _entry(item: Marked, topic_id: str, number: int) -> Entry:
    item = item.named(item.written("id") or f"entry {number}")
    fields = item.fields(_REQUIRED, _OPTIONAL)
    return Entry(
        id=fields["id"].name() if "id" in fields else "",
        topic=topic_id,
        aliases=tuple(alias.name() for alias in fields.list("aliases")),
        status="published" if _status(fields) == "published" else "draft",
        owner=fields.text("owner"),
        label=fields.both("label"),
        question=fields.both("question"),
        answer=fields.both("answer"),
        asked=_asked(fields["asked"]) if "asked" in fields else (),
        sources=tuple(read_source(source) for source in fields.list("sources")),
        review_by=fields.date("review_by"),
        reviewed=read_review(fields["reviewed"]) if "reviewed" in fields else None,
        related=fields.texts("related"),
        contacts=fields.texts("contacts"),
        danger=_danger(fields),
        place=item.place,
        places=item.places(),
    )


def _status(fields: Fields) -> str:
    return fields["status"].choice(["published", "draft"]) if "status" in fields else "draft"


def _asked(value: Marked) -> tuple[Variant, ...]:
    fields = value.fields(LANGUAGES)
    return tuple(
        Variant(text, language, item.place)
        for language in LANGUAGES
        for item in fields.list(language)
        if (text := item.text())
    )


def _danger(fields: Fields) -> DangerKind | None:
    if "danger" not in fields:
        return None
    return cast(DangerKind, fields["danger"].choice(DANGER_KINDS))


def _source_date(value: Marked) -> str | None:
    text = value.text()
    if text in ("", _UNDATED):
        return None
    try:
        if not re.fullmatch(r"\d{4}(-\d{2}){0,2}", text):
            raise ValueError(text)
        date.fromisoformat(f"{text}-01-01"[: len("2024-06-30")])
    except ValueError:
        value.problem(
            f'"{text}" is not the date of a source.',
            f'Write 2024, 2024-06, 2024-06-30, or "{_UNDATED}" where the source shows none.',
        )
        return None
    return text
