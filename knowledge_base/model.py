"""What the content team's files hold, as typed, frozen values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple, get_args

Language = Literal["sq", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

DangerKind = Literal["violence", "trafficking", "held", "threats", "self_harm", "missing", "child"]
"""Kinds of danger. "held" is locked in, or papers taken; "threats" includes blackmail."""
DANGER_KINDS: tuple[DangerKind, ...] = get_args(DangerKind)

Both = Mapping[Language, str]
"""One text in both languages."""


class Place(NamedTuple):
    """Where something stands in the content folder, to be said to an editor.

    Every line has one, and tuples are made and forgotten quickest.
    """

    file: str
    """Relative to the content folder, with forward slashes."""
    line: int
    """Counted from 1; 0 where it is a folder."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True)
class Source:
    """Where an answer's facts were read."""

    url: str
    title: str
    date: str | None
    """The source's own date as "2024", "2024-06" or "2024-06-30"; None: it shows none."""


@dataclass(frozen=True)
class Review:
    """A named person has checked it."""

    by: str
    date: date


@dataclass(frozen=True)
class Variant:
    """A way of asking for an entry."""

    text: str
    language: Language
    place: Place


@dataclass(frozen=True)
class Entry:
    """One question that Udha can answer, both languages side by side."""

    id: str
    topic: str
    aliases: tuple[str, ...]
    """Former ids. They live for ever: buttons in old chats still name them."""
    status: Literal["draft", "published"]
    owner: str
    label: Both
    """At most 30 characters: for buttons."""
    question: Both
    """At most 90 characters: for suggestions."""
    answer: Both
    asked: tuple[Variant, ...]
    sources: tuple[Source, ...]
    """The first is the one that an answer shows."""
    review_by: date
    reviewed: Review | None
    related: tuple[str, ...]
    contacts: tuple[str, ...]
    danger: DangerKind | None
    """The kind of danger in which this entry is offered beside the hotlines."""
    place: Place
    places: Mapping[str, Place] = field(default_factory=dict)
    """Where each key stands: "answer.sq", "related[1]", of "|" texts each line: "answer.sq[0]"."""


@dataclass(frozen=True)
class Topic:
    """A page of the topic menu: the entries of one file, in the file's order."""

    id: str
    label: Both
    entries: tuple[str, ...]
    """Ids of the published entries."""
    place: Place
    places: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True)
class Contact:
    """An institution that answers may name."""

    id: str
    name: Both
    what_for: Both
    country: Literal["al", "be", "bg"]
    region: str
    phones: tuple[str, ...]
    website: str | None
    hours: Both | None
    at_any_hour: bool
    """Whoever calls one of the phones at night is answered."""
    source: Source
    verified: Review | None
    place: Place
    places: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True)
class Text:
    """A sentence of the bot's or the console's, with placeholders such as {count}."""

    key: str
    words: Both
    place: Place
    places: Mapping[str, Place] = field(default_factory=dict)


class Texts:
    """Every sentence that Udha says, by key."""

    def __init__(self, texts: Mapping[str, Text]) -> None:
        self._texts = texts

    def __iter__(self) -> Iterator[Text]:
        return iter(self._texts.values())

    def __len__(self) -> int:
        return len(self._texts)

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def say(self, key: str, language: Language, **values: object) -> str:
        """The text of a key with its placeholders filled. Raises KeyError for an unknown key."""
        return self._texts[key].words[language].format(**values)


@dataclass(frozen=True)
class PseudonymWords:
    """What cases are called by: one of the first words, then one of the second."""

    first: tuple[str, ...]
    second: tuple[str, ...]


@dataclass(frozen=True)
class Content:
    """The whole content folder, sound and loaded."""

    entries: Mapping[str, Entry]
    """By id, drafts included, in the order of the files."""
    topics: Mapping[str, Topic]
    contacts: Mapping[str, Contact]
    texts: Texts
    version: str
    """The first 12 hex digits of a SHA-256 over all files: goes with every answer."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Former id → id."""
    pseudonyms: PseudonymWords = PseudonymWords((), ())

    def find(self, entry_id: str) -> Entry | None:
        """The published entry of this id or former id."""
        entry = self.entries.get(self.aliases.get(entry_id, entry_id))
        return entry if entry is not None and entry.status == "published" else None
