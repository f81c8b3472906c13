"""The conversations of tests/conversations take every row of the routing table, on every channel.

What they reach is not written down anywhere: it is recorded while they are played.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from handlers import routing
from handlers.messages import Effects
from handlers.routing import ROUTES, Row
from handlers.turn import Turn
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.model import LANGUAGES
from tests.fakes.conversation import Person, World
from tests.fakes.written_conversations import CHANNELS, Breakable, Conversation, play, written

IMPOSSIBLE = {
    "group": ("web", "terminal", "viber"),
    "unreadable": ("web", "terminal"),
    "unknown button": ("terminal", "viber"),
}
"""Rows that nobody can reach on a channel: only Telegram has groups that a bot can be brought into,
page and terminal take nothing but words, a terminal knows the numbers of the last buttons, and to
Viber a press is a text: one that is no action of ours is taken for a question."""

Reached = set[tuple[str, str]]
"""Row and language."""


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> Reached:
    """Fills itself while messages are handled."""
    reached: Reached = set()

    def recorded(row: Row) -> Row:
        async def handler(turn: Turn) -> Effects:
            reached.add((row.name, turn.language))
            return await row.handler(turn)

        return replace(row, handler=handler)

    monkeypatch.setattr(routing, "ROUTES", tuple(map(recorded, ROUTES)))
    return reached


async def test_every_row(tmp_path: Path, knowledge: KnowledgeBase, reached: Reached) -> None:
    """Every row of the routing table is taken in both languages on every channel that can."""
    found: dict[str, Reached] = {channel: set() for channel in CHANNELS}
    for number, (conversation, channels) in enumerate(variants()):
        reached.clear()
        folder = tmp_path / str(number)
        folder.mkdir()
        await played(folder, Breakable(knowledge), conversation)
        for channel in channels:
            found[channel] |= reached
    missing = {
        f"{row.name}, {language}, {channel}"
        for row in ROUTES
        for language in LANGUAGES
        for channel in CHANNELS
        if (row.name, language) not in found[channel]
        and channel not in IMPOSSIBLE.get(row.name, ())
    }
    assert not missing, "\n".join(sorted(missing))


def variants() -> Iterator[tuple[Conversation, list[str]]]:
    """Each conversation in the ways in which channels have it."""
    for one in written():
        ways: list[tuple[Conversation, list[str]]] = []
        for channel in one.channels:
            way = one.on(channel)
            same = next((channels for other, channels in ways if other == way), None)
            if same is None:
                ways.append((way, [channel]))
            else:
                same.append(channel)
        yield from ways


async def played(folder: Path, knowledge: Breakable, conversation: Conversation) -> None:
    """Play a conversation through a channel that only remembers."""
    world = await World.made(folder, knowledge)
    try:
        person = Person(world, language=conversation.language, private=not conversation.guessable)
        await play(conversation.turns, person, knowledge.content.texts)
    finally:
        await world.store.close()
