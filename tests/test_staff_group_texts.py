"""Every word that the group is told is content, and none of it gets into the log."""

import ast
from collections.abc import Iterator
from pathlib import Path

import structlog

from bot.channels.telegram_group.wording import texts_needed
from tests.fakes.scripted_knowledge import ScriptedKnowledge
from tests.fakes.staff_world import StaffWorld, staff_world
from tests.fakes.telegram_faults import bad_request, refused

ROOT = Path(__file__).parents[1]
NOTICES = {"taken", "noted"}
"""The first is said with a name; the second is a mark."""


def calls(folder: str, *names: str) -> Iterator[ast.Call]:
    """Every call of a function or method of these names."""
    for file in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if called in names:
                    yield node


def test_every_text_that_is_said() -> None:
    """A key that the group's files say is in the list of those that there must be."""
    said = [
        str(node.args[0].value)
        for node in calls("bot/channels/telegram_group", "say")
        if node.args and isinstance(node.args[0], ast.Constant)
    ]
    assert len(said) > 20
    assert [key for key in said if "staff_" + key not in texts_needed()] == []


def test_every_notice() -> None:
    """Whatever staff are told about their own message has its text, and no other text is kept."""
    added = {
        str(argument.value)
        for node in calls("bot/store", "add")
        for argument in node.args[2:3]
        if isinstance(argument, ast.Constant)
    }
    texts = {key.removeprefix("staff_notice_") for key in texts_needed() if "_notice_" in key}
    assert texts == (added | NOTICES) - {"noted"}


async def test_the_log_holds_no_words(tmp_path: Path, scripted: ScriptedKnowledge) -> None:
    """No word, name or number of people, staff or the group is logged, whatever goes wrong."""
    with structlog.testing.capture_logs() as logs:
        async with staff_world(tmp_path, scripted.content) as staff:
            await cause_trouble(staff)
    assert {entry["event"] for entry in logs} >= {"staff_group_refused", "staff_group_lacks_rights"}
    written = str(logs)
    for word in ("vizën", "Mira", "takim", "1234567890", staff.server.token):
        assert word not in written


async def cause_trouble(staff: StaffWorld) -> None:
    staff.server.fails("sendMessage", refused(bad_request("vizën is not allowed")))
    await staff.asks("vizën?")
    await staff.shows()
    staff.time.move(minutes=2)
    await staff.shows()
    await staff.writes("Me takim.", "Mira")
    await staff.server.gives_rights({})
    await staff.takes()
    await staff.shows()
