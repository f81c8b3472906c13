"""Conversations of tests/conversations with the real understanding (form: docs/conversation.md).

On every channel, through the program put together and all that stands between it and a person: what
is said leads to the replies, as the app shows them, and to the ticket, that the file promises.
"""

from collections.abc import AsyncIterator, Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from knowledge_base.knowledge import KnowledgeBase
from tests.fakes.people_on.channels import Scenes, opened_scene
from tests.fakes.people_on.somebody import Somebody
from tests.fakes.written_conversations import CHANNELS, Breakable, Conversation, play, written


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scenes(new_home: Callable[[], Path], knowledge: KnowledgeBase) -> AsyncIterator[Scenes]:
    """One program for all conversations of a channel, each with somebody else, on each engine."""
    brain = Breakable(knowledge)
    scenes = Scenes(lambda channel: opened_scene(new_home(), brain, channel))
    yield scenes
    await scenes.close()


def conversations() -> list[Any]:
    return [
        pytest.param(channel, one.on(channel), id=f"{channel}, {one}")
        for channel in CHANNELS
        for one in written()
        if channel in one.channels
    ]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("channel", "conversation"), conversations())
async def test_conversation(scenes: Scenes, channel: str, conversation: Conversation) -> None:
    """What is said leads to what the file promises."""
    scene = await scenes.on(channel)
    name = sha256(str(conversation).encode()).hexdigest()[: 8 if conversation.guessable else 32]
    async with scene.app(name, conversation.language) as app:
        somebody = Somebody(scene.stage, app)
        if channel == "terminal" and "starts" not in conversation.turns[0]:
            await somebody.starts()
        await play(conversation.turns, somebody, scene.stage.knowledge.content.texts)
