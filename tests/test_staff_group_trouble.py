"""Whatever happens to Telegram, the group or Udha: staff lose no case, and nothing floods."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.channels.telegram_group.rights import missing_rights
from tests.fakes.scripted_knowledge import ScriptedKnowledge
from tests.fakes.staff_world import GROUP, Died, StaffWorld, staff_world
from tests.fakes.store_world import opened
from tests.fakes.telegram_faults import (
    Fault,
    answer,
    bad_gateway,
    bad_request,
    page_instead,
    refused,
    reset_after,
    reset_before,
    too_many,
)
from tests.fakes.telegram_forum import ALL_RIGHTS

NO_RIGHT_TO_TOPICS = ALL_RIGHTS | {"can_manage_topics": False}


@pytest.fixture
async def staff(
    tmp_path: Path, engine: str, scripted: ScriptedKnowledge
) -> AsyncIterator[StaffWorld]:
    async with staff_world(tmp_path, scripted.content) as world:
        yield world


async def test_crash_after_posting(staff: StaffWorld) -> None:
    """A process that ends between posting and noting it down posts one message twice, no more."""
    await staff.asks("vizën?")
    await staff.shows()
    await staff.adds("nesër nisem")
    staff.records.dies = True
    with pytest.raises(Died):
        await staff.shows()
    staff.restarted()
    await staff.adds("me autobus")
    await staff.shows()
    assert staff.texts()[1:] == [
        "Personi: nesër nisem",
        "Personi: nesër nisem\n\nPersoni: me autobus",
    ]
    assert await staff.shows() == []


async def test_another_process_goes_on(staff: StaffWorld) -> None:
    """What one process has shown, the next does not show again."""
    await staff.asks("vizën?")
    await staff.shows()
    staff.restarted()
    await staff.adds("nesër nisem")
    assert await staff.shows() == ["Personi: nesër nisem"]
    assert len(staff.titles()) == 1


async def test_two_processes_side_by_side(staff: StaffWorld, tmp_path: Path, engine: str) -> None:
    """Of two processes one shows the cases; when it ends, the other goes on by itself."""
    if engine == "sqlite":
        pytest.skip("on a file one process works")
    other = await opened(tmp_path, staff.time)
    running = [asyncio.create_task(group.run()) for group in (staff.group, staff.group_of(other))]
    await staff.asks("vizën?")
    await staff.is_shown()
    await ended(running.pop(0))
    await staff.adds("nesër nisem")
    await staff.is_shown()
    assert len(staff.titles()) == 1
    assert staff.texts()[1:] == ["Personi: nesër nisem"]
    await ended(running.pop())
    await other.close()


async def test_while_the_store_is_away(staff: StaffWorld) -> None:
    """A store that is away stops nothing for ever: afterwards it goes on by itself."""
    await staff.asks("vizën?")
    staff.records.away = 3
    running = asyncio.create_task(staff.group.run())
    await staff.server.has(GROUP, 2)
    await staff.is_shown()
    await ended(running)
    assert staff.time.slept[:3] == [5.0, 5.0, 5.0]


async def test_stopped_while_it_posts(staff: StaffWorld) -> None:
    """A stop in the middle of a post lets it be noted down: nothing comes twice afterwards."""
    await staff.asks("vizën?")
    running = asyncio.create_task(staff.group.run())
    await staff.server.has(GROUP, 2)
    staff.group.stop()
    await asyncio.wait_for(running, 5)
    staff.restarted()
    assert await staff.shows() == []


async def ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("fault", [bad_gateway(), page_instead(), reset_before(), too_many()])
async def test_not_sent_for_now(staff: StaffWorld, fault: Fault) -> None:
    """What Telegram could not do a moment ago is done a little later, and once."""
    staff.server.fails("createForumTopic", fault)
    await staff.asks("vizën?")
    await staff.shows()
    assert staff.titles() == [f"PRET · {staff.name()}"]
    staff.server.fails("sendMessage", fault)
    await staff.adds("nesër nisem")
    await staff.shows()
    assert staff.texts()[1:] == ["Personi: nesër nisem"]


async def test_perhaps_sent(staff: StaffWorld) -> None:
    """What may have arrived is posted once more at most, however often nobody hears of it."""
    await staff.asks("vizën?")
    await staff.shows()
    staff.server.fails("sendMessage", *[reset_after()] * 5)
    await staff.adds("nesër nisem")
    await staff.shows()
    assert staff.texts()[1:] == ["Personi: nesër nisem"] * 2


async def test_told_to_wait(staff: StaffWorld) -> None:
    """After "too many requests" nothing is sent before the time that Telegram names."""
    staff.server.fails("createForumTopic", too_many(35))
    await staff.asks("vizën?")
    await staff.shows()
    first, second = staff.server.called("createForumTopic")
    assert second.at - first.at >= 35
    assert staff.titles() == [f"PRET · {staff.name()}"]


async def test_urgent_while_it_waits(staff: StaffWorld) -> None:
    """A case that becomes urgent while Telegram lets us wait goes before what was to be posted."""
    await staff.asks("vizën?")
    staff.server.fails("createForumTopic", too_many(35))
    assert await staff.group.step()
    await staff.in_danger("më rreh", "bea")
    await staff.shows()
    assert staff.titles()[0] == f"URGJENT · {staff.name(2)}"


async def test_an_hour_away(staff: StaffWorld) -> None:
    """After an hour without Telegram each case is shown in one post, and one call is made."""
    staff.server.down = reset_before()
    await staff.asks("vizën?")
    await staff.in_danger("më rreh", "bea")
    for _ in range(70):
        assert await staff.group.step()
    assert staff.time.monotonic() > 3600
    await staff.adds("nesër nisem")
    staff.server.down = None
    await staff.shows()
    assert staff.titles() == [f"URGJENT · {staff.name(2)}", f"PRET · {staff.name(1)}"]
    assert (len(staff.posts(1)), len(staff.posts(2)), len(staff.general())) == (1, 1, 1)
    assert "Personi: nesër nisem" in staff.texts(1)[0]


async def test_a_deleted_topic(staff: StaffWorld) -> None:
    """A topic that somebody deletes is made again, and all of the case is told there again."""
    await staff.asks("vizën?")
    await staff.shows()
    await staff.writes("Me takim.")
    await staff.server.deletes_topic(staff.thread())
    await staff.adds("nesër nisem")
    await staff.shows()
    assert staff.titles() == [f"NË PUNË · {staff.name()}"]
    (post,) = staff.posts()
    for part in ("Pyetja: vizën?", "Mira nga ekipi: Me takim.", "Personi: nesër nisem"):
        assert part in post.text
    await staff.writes("Mirë.")
    assert await staff.receives() == ["Me takim.", "Mirë."]


async def test_a_deleted_topic_of_a_closed_case(staff: StaffWorld) -> None:
    """A topic that was deleted with its case closed stays away."""
    await staff.asks("vizën?")
    await staff.shows()
    await staff.server.deletes_topic(staff.thread())
    await staff.store.close_ticket(1, "answered", "Ana")
    await staff.shows()
    assert staff.titles() == []


async def test_one_case_that_is_refused(staff: StaffWorld) -> None:
    """A case that Telegram refuses for no known reason is tried later, and stops no other."""
    await staff.asks("vizën?")
    staff.server.fails("createForumTopic", refused(bad_request("something new")))
    await staff.asks("pasaportën?", "bea")
    await staff.shows()
    assert staff.titles() == [f"PRET · {staff.name(2)}"]
    staff.time.move(minutes=1)
    await staff.shows()
    assert staff.titles() == [f"PRET · {staff.name(2)}", f"PRET · {staff.name(1)}"]


@pytest.mark.parametrize(
    ("rights", "forum", "kind"),
    [
        ({}, True, "not_admin"),
        (NO_RIGHT_TO_TOPICS, True, "no_right_to_topics"),
        (None, False, "no_topics"),
    ],
)
async def test_missing_rights(
    staff: StaffWorld, rights: dict[str, bool] | None, forum: bool, kind: str
) -> None:
    """What is missing is said in one sentence, in the group too, once; then the cases are shown."""
    await staff.server.gives_rights(rights, forum=forum)
    await staff.takes()
    await staff.asks("vizën?")
    assert await staff.shows() == [staff.text(f"missing_{kind}")]
    assert staff.group.state.startswith("off: The ")
    assert await staff.shows() == []
    await staff.server.gives_rights()
    await staff.takes()
    await staff.shows()
    assert staff.group.state == "on"
    assert staff.titles() == [f"PRET · {staff.name()}"]


async def test_rights_are_looked_at_again(staff: StaffWorld) -> None:
    """Also where nobody tells the bot, what was missing is looked for again after some minutes."""
    group = staff.server.chats.get(GROUP)
    group.is_forum = False
    await staff.asks("vizën?")
    await staff.shows()
    group.is_forum = True
    assert await staff.shows() == []
    staff.time.move(minutes=3)
    await staff.shows()
    assert staff.titles() == [f"PRET · {staff.name()}"]


async def test_rights_that_are_taken_away(staff: StaffWorld) -> None:
    """Rights that go while it works are noticed at the first refusal; nothing is lost by it."""
    await staff.asks("vizën?")
    await staff.shows()
    group = staff.server.chats.get(GROUP)
    group.rights = NO_RIGHT_TO_TOPICS
    await staff.asks("pasaportën?", "bea")
    assert await staff.shows() == [staff.text("missing_no_right_to_topics")]
    group.rights = dict(ALL_RIGHTS)
    staff.time.move(minutes=3)
    await staff.shows()
    assert len(staff.titles()) == 2


async def test_thrown_out(staff: StaffWorld) -> None:
    """A bot that is thrown out says where to look, and goes on when it is back."""
    await staff.asks("vizën?")
    await staff.shows()
    group = staff.server.chats.get(GROUP)
    group.out = True
    await staff.adds("nesër nisem")
    await staff.shows()
    assert "names a chat that the bot is not in" in staff.group.state
    group.out = False
    staff.time.move(minutes=3)
    assert await staff.shows() == ["Personi: nesër nisem"]


async def test_no_right_to_delete(staff: StaffWorld) -> None:
    """Without the right to delete all else is shown; it is said what is missing."""
    await staff.server.gives_rights(ALL_RIGHTS | {"can_delete_messages": False})
    await staff.takes()
    await staff.asks("vizën?")
    await staff.shows()
    assert staff.titles() == [f"PRET · {staff.name()}"]
    assert staff.group.state.startswith("on: The bot may not delete messages")


async def test_the_doctor_asks(staff: StaffWorld) -> None:
    """Whoever looks after Udha can ask what is missing: one sentence, or nothing."""
    assert await missing_rights(staff.bot, GROUP) is None
    missing = await missing_rights(staff.bot, -1009)
    assert missing is not None
    assert "add the bot to the group" in missing.sentence


async def test_the_group_gets_another_number(staff: StaffWorld) -> None:
    """A group that Telegram gives another number is served under it; which setting to change is
    said."""
    await staff.server.becomes_supergroup(GROUP, -1009)
    await staff.asks("vizën?")
    await staff.shows()
    assert staff.titles() == [f"PRET · {staff.name()}"]
    assert staff.group.chat_id == -1009
    assert staff.group.state == (
        "on: the group has a new number, set TELEGRAM_STAFF_CHAT_ID to -1009"
    )


async def test_another_group(staff: StaffWorld) -> None:
    """Where another group is set, its members find all open cases there, told from the start."""
    await staff.asks("vizën?")
    await staff.shows()
    await staff.adds("nesër nisem")
    await staff.shows()
    staff.server.has_staff_group(-1009)
    staff.group.chat_id = -1009
    await staff.shows()
    assert staff.titles() == [f"PRET · {staff.name()}"]
    (post,) = staff.server.shown(-1009, staff.thread())[1:]
    assert "Personi: nesër nisem" in post.text


async def test_a_token_that_is_refused(staff: StaffWorld) -> None:
    """With a token that Telegram does not know, the group says so and asks seldom."""
    body = {"ok": False, "error_code": 401, "description": "Unauthorized"}
    staff.server.down = answer(body, 401)
    for _ in range(10):
        await staff.group.step()
    assert staff.group.state == "off: Telegram refuses the bot's token"
    assert staff.time.monotonic() > 200
