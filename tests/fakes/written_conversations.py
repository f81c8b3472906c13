"""The conversations of tests/conversations, and how one is played. Form: docs/conversation.md."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import yaml

from bot.store.cases import Ticket
from handlers.messages import Reply
from knowledge_base.decision import Decision
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.model import Content, Language, Texts

FOLDER = Path(__file__).parents[1] / "conversations"
CHANNELS = ("web", "terminal", "telegram polling", "telegram webhook", "viber")
BROKEN = "a text that no understanding survives"

Turn = Mapping[str, Any]


@dataclass(frozen=True)
class Conversation:
    """One of a file."""

    file: str
    name: str
    turns: Sequence[Turn]
    language: Language | None
    """What the app says that its owner reads."""
    guessable: bool
    """A stranger could find the chat's address."""
    channels: Sequence[str]
    """On which it can be had."""

    def __str__(self) -> str:
        return f"{self.file}: {self.name}"

    def on(self, channel: str) -> "Conversation":
        """As it goes on a channel: some turns are not for it."""
        turns = [turn for turn in self.turns if channel in _channels(turn)]
        return Conversation(
            self.file, self.name, turns, self.language, self.guessable, self.channels
        )


def written() -> list[Conversation]:
    """All conversations."""
    return [
        Conversation(
            file.stem,
            one["name"],
            one["turns"],
            one.get("language"),
            one.get("guessable", False),
            _channels(one),
        )
        for file in sorted(FOLDER.glob("*.yaml"))
        for one in yaml.safe_load(file.read_text(encoding="utf-8"))
    ]


def _channels(one: Mapping[str, Any]) -> Sequence[str]:
    """`only` and `not_on` name channels; "telegram" means both ways of it."""
    only, not_on = one.get("only"), one.get("not_on", [])
    return [
        channel
        for channel in CHANNELS
        if (only is None or _named(channel, only)) and not _named(channel, not_on)
    ]


def _named(channel: str, names: Sequence[str]) -> bool:
    return channel in names or channel.partition(" ")[0] in names


@dataclass(frozen=True)
class Breakable:
    """The real knowledge base, but one text breaks it."""

    real: KnowledgeBase

    @property
    def content(self) -> Content:
        return self.real.content

    def decide(
        self, text: str, language: Language | None = None, shown: str | None = None
    ) -> Decision:
        if text == BROKEN:
            raise RuntimeError("understanding failed")
        return self.real.decide(text, language, shown)

    def request(self, text: str) -> str | None:
        return self.real.request(text)


class Talker(Protocol):
    """Who plays the person's part. Each step returns the replies that it led to."""

    closed: int
    """The number of the case that staff closed last."""

    async def starts(self, payload: str = "") -> list[Reply]: ...

    async def says(self, *texts: str) -> list[Reply]: ...

    async def presses(self, action: str) -> list[Reply]: ...

    async def sends_a_picture(self) -> list[Reply]: ...

    async def writes_in_a_group(self) -> list[Reply]: ...

    async def is_answered(self, text: str) -> list[Reply]: ...

    async def case_is_closed(self, outcome: str) -> list[Reply]: ...

    async def lets_pass(self, hours: float) -> list[Reply]: ...

    async def ticket(self) -> Ticket | None: ...


async def play(turns: Sequence[Turn], talker: Talker, texts: Texts) -> None:
    """Everything comes as it is written, or this raises AssertionError."""
    for written in turns:
        turn = _with_number(written, talker)
        if "ticket" in turn:
            compare_ticket(await talker.ticket(), turn["ticket"])
        else:
            replies = await happens(turn, talker)
            gets = _with_number(written, talker).get("gets", "nothing")
            compare_replies(replies, gets, texts)


def _with_number(value: Any, talker: Talker) -> Any:
    """What is written of the case that was closed, with its number."""
    match value:
        case str():
            return value.replace("{ticket}", str(talker.closed))
        case list():
            return [_with_number(one, talker) for one in value]
        case dict():
            return {key: _with_number(one, talker) for key, one in value.items()}
    return value


async def happens(turn: Turn, talker: Talker) -> list[Reply]:
    """One step of a conversation."""
    match turn:
        case {"starts": payload}:
            return await talker.starts("" if payload is True else payload)
        case {"says": list(texts)}:
            return await talker.says(*texts)
        case {"says": text}:
            return await talker.says(text)
        case {"presses": action}:
            return await talker.presses(action)
        case {"sends": "picture"}:
            return await talker.sends_a_picture()
        case {"sends": "broken"}:
            return await talker.says(BROKEN)
        case {"writes_in": "group"}:
            return await talker.writes_in_a_group()
        case {"staff": text}:
            return await talker.is_answered(text)
        case {"closes": outcome}:
            return await talker.case_is_closed(outcome)
        case {"later": hours}:
            return await talker.lets_pass(hours)
        case _:
            raise ValueError(f"not a step of a conversation: {turn}")


def compare_replies(replies: Sequence[Reply], gets: Any, texts: Texts) -> None:
    """The replies are those of the file: one, several, or nothing."""
    expected = [] if gets == "nothing" else gets if isinstance(gets, list) else [gets]
    assert len(replies) == len(expected), [reply.text for reply in replies]
    for reply, one in zip(replies, expected, strict=True):
        compare_reply(reply, one, texts)


def compare_reply(reply: Reply, expected: Mapping[str, Any], texts: Texts) -> None:
    """All that the file says of a reply holds for it."""
    for key, value in expected.items():
        match key:
            case "decision" | "language":
                assert getattr(reply, key) == value, reply.text
            case "entries":
                assert list(reply.entries)[: len(value)] == value, reply.entries
            case "text":
                assert value in texts_that_begin(reply, texts), reply.text
            case "begins":
                assert reply.text.startswith(value), reply.text
            case "has":
                assert [part for part in value if part not in reply.text] == [], reply.text
            case "buttons":
                assert set(value) <= {button.action for button in reply.buttons}
            case _:
                raise ValueError(f"nothing of a reply is called {key}")


def compare_ticket(ticket: Ticket | None, expected: Any) -> None:
    """The open ticket is as the file says; "none" is written for no open ticket."""
    if expected == "none":
        assert ticket is None or ticket.person is None
        return
    assert ticket is not None
    assert {key: getattr(ticket, key) for key in expected} == expected


def texts_that_begin(reply: Reply, texts: Texts) -> set[str]:
    """The keys of the texts that a reply may have been made of; "entry" for an entry's page."""
    found = {"entry"} if reply.decision == "answer" else set()
    for text in texts:
        pattern = re.sub(r"\\\{\w+\\\}", ".+?", re.escape(text.words[reply.language]))
        if re.match(rf"{pattern}(\n|$)", reply.text, re.DOTALL):
            found.add(text.key)
    return found
