"""Conversations of tests/conversations with the real understanding (form: docs/conversation.md).

What a person says leads to the replies, and to the ticket, that the file promises.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from handlers.messages import Reply
from knowledge_base.decision import Decision
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.model import Content, Language, Texts
from tests.fakes.conversation import Person, World
from tests.test_conversation_table import texts_that_begin

FILES = sorted((Path(__file__).parent / "conversations").glob("*.yaml"))
BROKEN = "a text that no understanding survives"

Turn = Mapping[str, Any]


@dataclass(frozen=True)
class Breakable:
    """The real knowledge base, but one text breaks it."""

    real: KnowledgeBase

    @property
    def content(self) -> Content:
        return self.real.content

    def decide(self, text: str, language: Language | None = None) -> Decision:
        if text == BROKEN:
            raise RuntimeError("understanding failed")
        return self.real.decide(text, language)

    def request(self, text: str) -> str | None:
        return self.real.request(text)


def conversations() -> list[Any]:
    return [
        pytest.param(one, id=f"{file.stem}: {one['name']}")
        for file in FILES
        for one in yaml.safe_load(file.read_text(encoding="utf-8"))
    ]


@pytest.fixture
async def world(tmp_path: Path, knowledge: KnowledgeBase) -> AsyncIterator[World]:
    world = await World.made(tmp_path, Breakable(knowledge))
    yield world
    await world.store.close()


@pytest.mark.parametrize("conversation", conversations())
async def test_conversation(world: World, conversation: Mapping[str, Any]) -> None:
    """What is said leads to what the file promises."""
    person = Person(world, private=not conversation.get("guessable", False))
    for turn in conversation["turns"]:
        if "ticket" in turn:
            await compare_ticket(person, turn["ticket"])
        elif "later" in turn:
            world.clock.move(hours=turn["later"])
        else:
            replies = await happens(person, turn)
            compare_replies(replies, turn["gets"], world.knowledge.content.texts)


async def happens(person: Person, turn: Turn) -> list[Reply]:
    """One step of a conversation."""
    match turn:
        case {"starts": payload}:
            return await person.starts("" if payload is True else payload)
        case {"says": list(texts)}:
            return await person.says(*texts)
        case {"says": text}:
            return await person.says(text)
        case {"presses": action}:
            return await person.presses(action)
        case {"sends": "picture"}:
            return await person.sends_a_picture()
        case {"sends": "broken"}:
            return await person.says(BROKEN)
        case {"staff": text}:
            return await person.is_answered(text)
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


async def compare_ticket(person: Person, expected: Any) -> None:
    """The open ticket is as the file says; "none" is written for no open ticket."""
    ticket = await person.ticket()
    if expected == "none":
        assert ticket is None or ticket.person is None
        return
    assert ticket is not None
    assert {key: getattr(ticket, key) for key in expected} == expected
