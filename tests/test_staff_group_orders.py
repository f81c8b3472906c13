"""What staff write in their group, and what comes of it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import telegram

from bot.channels.telegram_group import orders
from bot.channels.telegram_group.records import Written
from bot.channels.telegram_group.wording import MENU
from bot.store.errors import StoreAway
from bot.store.group import GroupRecords
from bot.store.replying import words_only
from handlers.messages import Forgotten
from tests.fakes.scripted_knowledge import ScriptedKnowledge
from tests.fakes.staff_world import GROUP, StaffWorld, staff_world
from tests.fakes.store_world import opened
from tests.fakes.telegram_chats import Topic
from tests.fakes.telegram_faults import too_old
from tests.fakes.telegram_people import SAMPLES

OUTCOMES = (
    "U dha përgjigje",
    "U drejtua diku tjetër",
    "Nuk duhej përgjigje",
    "Personi nuk u përgjigj më",
    "Mesazh i padëshiruar",
)


@pytest.fixture
async def staff(
    tmp_path: Path, engine: str, scripted: ScriptedKnowledge
) -> AsyncIterator[StaffWorld]:
    """A group with one case in it."""
    async with staff_world(tmp_path, scripted.content) as world:
        await world.asks("Si e marr vizën?")
        await world.shows()
        yield world


async def test_plain_text_goes_to_the_person(staff: StaffWorld) -> None:
    """What staff write in a topic is what the person reads, and nothing else; the ticket knows by
    whom."""
    await staff.writes("Përshëndetje!\nMe takim.")
    assert await staff.receives() == ["Përshëndetje!\nMe takim."]
    line = (await staff.ticket()).lines[-1]
    assert (line.text, line.by, line.arrival) == ("Përshëndetje!\nMe takim.", "Mira", "sent")


async def test_under_the_words_are_the_ways_back(staff: StaffWorld) -> None:
    """The person can go back to the bot or say that it is solved, as with every human's words."""
    await staff.writes("Me takim.")
    (due,) = await staff.store.due("web", 1)
    assert due.outgoing.reply.decision == "staff"
    assert [button.action for button in due.outgoing.reply.buttons] == ["bot", "solved"]


async def test_who_answers_has_the_case(staff: StaffWorld) -> None:
    """The first answer claims the case, and its title says that it is in hand."""
    await staff.writes("Me takim.")
    assert staff.titles() == [f"NË PUNË · {staff.name()}"]
    await staff.writes("Edhe pasaportën.")
    assert await staff.receives() == ["Me takim.", "Edhe pasaportën."]


async def test_waiting_for_the_person(staff: StaffWorld) -> None:
    """/wait leaves the next word to the person, who brings the case back with it."""
    await staff.writes("/wait")
    ticket = await staff.ticket()
    assert (ticket.state, ticket.claimed_by) == ("waiting_for_person", "Mira")
    assert staff.titles() == [f"NË PUNË · {staff.name()}"]
    await staff.writes("/wait")
    assert staff.texts()[-1] == "Rasti tashmë pret përgjigje nga personi."


async def test_a_reply_to_a_colleague_goes_out_too(staff: StaffWorld) -> None:
    """Text under another message is for the person as well: only /note is not."""
    first = await staff.writes("Me takim.")
    await staff.server.staff_writes(staff.thread(), "Mira", "Nesër.", reply_to=first)
    await staff.takes()
    assert await staff.receives() == ["Me takim.", "Nesër."]


async def test_repeated_update(staff: StaffWorld) -> None:
    """A message that Telegram brings three times goes to the person once."""
    await staff.writes("Me takim.", times=3)
    assert await staff.receives() == ["Me takim."]


async def test_not_taken_while_the_store_is_away(staff: StaffWorld) -> None:
    """What could not be kept raises, so that Telegram brings it again; then it is done once."""
    await staff.server.staff_writes(staff.thread(), "Mira", "Me takim.")
    store = staff.store
    await store.close()
    with pytest.raises(Exception, match="Closed"):
        await staff.takes()
    assert len(staff.server.updates.pending) == 1


@pytest.mark.parametrize(
    "text", ["/note e njoh rastin", "/note\ne njoh rastin", "/NOTE e njoh rastin"]
)
async def test_a_note_stays_here(staff: StaffWorld, text: str) -> None:
    """A note never goes to the person; it is kept in the case, marked, and not said again."""
    message = await staff.writes(text)
    assert await staff.receives() == []
    event = (await staff.ticket()).events[-1]
    assert (event.what, event.by, event.detail) == ("note", "Mira", "e njoh rastin")
    assert staff.server.reactions(message) == ("✍",)
    assert len(staff.posts()) == 1
    assert (await staff.ticket()).state == "waiting_for_staff"


async def test_an_empty_note(staff: StaffWorld) -> None:
    """A note without words is asked for again."""
    await staff.writes("/note")
    assert staff.texts()[1:] == [staff.text("notice_empty_note")]


async def test_claim(staff: StaffWorld) -> None:
    """Whoever claims a case has it, and all see who; twice is no more than once."""
    await staff.writes("/claim", "Ana")
    assert staff.texts()[-1] == "Rastin e mori Ana."
    assert (await staff.ticket()).state == "with_staff"
    await staff.writes("/claim", "Ana")
    assert staff.texts()[-1] == staff.text("notice_yours_already")


async def test_claim_from_a_colleague(staff: StaffWorld) -> None:
    """A case can be taken over; then the new holder's words go straight to the person."""
    await staff.writes("Me takim.", "Mira")
    await staff.presses("E marr unë", "Ana")
    assert staff.texts()[-1] == "Rastin e mori Ana."
    await staff.writes("Jam Ana.", "Ana")
    assert await staff.receives() == ["Me takim.", "Jam Ana."]


async def test_two_at_once(staff: StaffWorld) -> None:
    """Where a colleague has the case, words are held back until the writer says so again."""
    await staff.writes("Me takim.", "Mira")
    second = await staff.writes("Pa takim.", "Ana")
    asked = staff.posts()[-1]
    assert asked.text.startswith("Këtë rast e ka Mira")
    assert asked.replies_to == second
    assert await staff.receives() == ["Me takim."]
    await staff.presses("Dërgoje gjithsesi", "Ana")
    assert await staff.receives() == ["Pa takim."]
    assert (await staff.ticket()).lines[-1].by == "Ana"
    assert staff.server.reactions(second) == ("👍",)


async def test_two_in_the_same_moment(staff: StaffWorld) -> None:
    """Of two who answer before either is shown anything, one goes out and the other is asked."""
    for by, text in (("Mira", "Me takim."), ("Ana", "Pa takim.")):
        await staff.server.staff_writes(staff.thread(), by, text)
    await staff.takes()
    assert await staff.receives() == ["Me takim."]
    assert staff.posts()[-1].labels == ("Dërgoje gjithsesi",)


async def test_sent_anyway_once(staff: StaffWorld) -> None:
    """A button that is pressed twice, or comes twice, sends once; it goes when it has served."""
    await staff.writes("Me takim.", "Mira")
    await staff.writes("Pa takim.", "Ana")
    asked = staff.posts()[-1]
    (button,) = asked.buttons
    await staff.server.staff_presses("Ana", asked.id, button.action, times=2)
    await staff.server.staff_presses("Ana", asked.id, button.action)
    await staff.takes()
    assert await staff.receives() == ["Me takim.", "Pa takim."]
    assert [one.buttons for one in staff.posts() if one.id == asked.id] == [()]
    assert staff.texts()[-1] == staff.text("notice_sent_already")


async def test_a_draft_that_was_changed(staff: StaffWorld) -> None:
    """Words that were held back go out as they were corrected meanwhile."""
    await staff.writes("Me takim.", "Mira")
    message = await staff.writes("Pa takm.", "Ana")
    await staff.server.staff_edits(message, "Pa takim.")
    await staff.takes()
    await staff.presses("Dërgoje gjithsesi", "Ana")
    assert await staff.receives() == ["Me takim.", "Pa takim."]


async def test_a_change_comes_too_late(staff: StaffWorld) -> None:
    """Who corrects a message that was sent is told that the person has the first version."""
    message = await staff.writes("Me takm.")
    await staff.server.staff_edits(message, "Me takim.")
    await staff.takes()
    await staff.shows()
    assert (staff.posts()[-1].text, staff.posts()[-1].replies_to) == (
        staff.text("notice_first_version"),
        message,
    )
    assert await staff.receives() == ["Me takm."]


async def test_a_note_that_is_changed(staff: StaffWorld) -> None:
    """Correcting what never went to the person needs no word."""
    message = await staff.writes("/note e njoh")
    await staff.server.staff_edits(message, "/note e njoh mirë")
    await staff.takes()
    assert await staff.shows() == []


async def test_close(staff: StaffWorld) -> None:
    """Closing asks for the outcome by buttons; the topic is closed, and offers reopening."""
    await staff.writes("/close")
    assert staff.posts()[-1].labels == OUTCOMES
    await staff.presses("U drejtua diku tjetër")
    ticket = await staff.ticket()
    assert (ticket.state, ticket.outcome) == ("closed", "referred")
    assert staff.texts()[-1] == "Rastin e mbylli Mira: u drejtua diku tjetër."
    assert staff.posts()[-1].labels == ("Hape përsëri",)
    assert staff.titles() == [f"MBYLLUR · {staff.name()}"]
    assert staff.server.topics[0].closed


async def test_the_outcome_is_chosen_once(staff: StaffWorld) -> None:
    """A second outcome changes nothing, and that is said."""
    await staff.presses("Mbylle")
    asked = staff.posts()[-1]
    for button in asked.buttons[:2]:
        await staff.server.staff_presses("Mira", asked.id, button.action)
    await staff.takes()
    await staff.shows()
    assert (await staff.ticket()).outcome == "answered"
    assert staff.text("notice_closed") in staff.texts()


async def test_reopen(staff: StaffWorld) -> None:
    """A case that is opened again has its topic open again, and words go to the person."""
    await staff.writes("/close")
    await staff.presses("U dha përgjigje")
    await staff.presses("Hape përsëri", "Ana")
    assert staff.texts()[-1] == "Ana e hapi përsëri rastin."
    assert staff.titles() == [f"PRET · {staff.name()}"]
    assert not staff.server.topics[0].closed
    await staff.writes("Edhe kjo.", "Ana")
    assert await staff.receives() == ["Edhe kjo."]


async def test_reopen_beside_a_newer_case(staff: StaffWorld) -> None:
    """Where the person has a newer case that is open, the old one stays closed."""
    await staff.writes("/close")
    await staff.presses("U dha përgjigje")
    await staff.asks("dhe pasaportën?")
    await staff.presses("Hape përsëri")
    assert staff.texts()[-1] == staff.text("notice_newer_case")
    assert (await staff.ticket()).state == "closed"


async def test_writing_into_a_closed_case(staff: StaffWorld) -> None:
    """Nothing is sent, and the writer is told so under the message."""
    await staff.store.close_ticket(1, "answered", "Ana")
    message = await staff.writes("Edhe kjo.")
    told = [one for one in staff.posts() if one.replies_to == message]
    assert [one.text for one in told] == [staff.text("notice_closed")]
    assert await staff.receives() == []


async def test_writing_to_one_who_has_gone(staff: StaffWorld) -> None:
    """Nothing is sent to who deleted everything, and the writer is told so."""
    await staff.in_danger("më rreh", "bea")
    await staff.shows()
    await staff.leads_to("/deletemydata", Forgotten(), who="bea")
    await staff.shows()
    message = await staff.writes("A je mirë?", ticket=2)
    told = [one for one in staff.posts(2) if one.replies_to == message]
    assert [one.text for one in told] == [staff.text("notice_gone")]


async def test_urgent(staff: StaffWorld) -> None:
    """Staff can put a case on top: all are called to it, and it is not said twice."""
    await staff.writes("/urgent")
    assert staff.titles() == [f"URGJENT · {staff.name()}"]
    assert staff.texts()[-1] == "Tani është URGJENT: rrezik."
    assert [one.text for one in staff.general()] == [f"Rast URGJENT: {staff.name()} (rrezik)."]
    await staff.writes("/urgent")
    assert staff.texts()[-1] == staff.text("notice_urgent_already")


async def test_help(staff: StaffWorld) -> None:
    """What can be done in a topic is told there."""
    await staff.writes("/help")
    assert staff.texts()[-1] == staff.text("notice_help")


async def test_commands_by_name(staff: StaffWorld) -> None:
    """A command may name the bot; one that names another bot is for that one."""
    await staff.server.staff_writes(staff.thread(), "Mira", "/claim@other_bot")
    await staff.takes()
    assert await staff.shows() == []
    await staff.writes("/claim@Udha_Bot")
    assert staff.texts()[-1] == "Rastin e mori Mira."


async def test_a_command_that_does_not_exist(staff: StaffWorld) -> None:
    """It is not sent to the person, and that is said."""
    await staff.writes("/mbylle")
    assert staff.texts()[-1] == staff.text("notice_not_known")
    assert await staff.receives() == []


async def test_commands_in_general(staff: StaffWorld) -> None:
    """In General a command is led to a topic; what colleagues say there is their business."""
    await staff.server.staff_writes(None, "Mira", "/claim")
    await staff.server.staff_writes(None, "Ana", "Kush e ka?")
    await staff.server.staff_writes(None, "Ana", "", photo=SAMPLES["photo"])
    await staff.takes()
    assert await staff.shows() == [staff.text("notice_only_in_topics")]
    assert staff.general()[0].text == staff.text("notice_only_in_topics")
    assert await staff.receives() == []


async def test_a_topic_that_is_nobodys(staff: StaffWorld) -> None:
    """In a topic that staff made for themselves nothing is sent to anybody."""
    staff.server.chats.get(GROUP).topics[77] = Topic(77, "Kafeja")
    await staff.server.staff_writes(77, "Mira", "Kush bën kafe?")
    await staff.takes()
    assert await staff.shows() == []
    assert await staff.receives() == []


@pytest.mark.parametrize("kind", ["photo", "voice", "document", "sticker", "location"])
async def test_only_text(staff: StaffWorld, kind: str) -> None:
    """What is no text is not passed on, also with a caption, and that is said."""
    await staff.server.staff_writes(
        staff.thread(), "Mira", "", caption="shih", **{kind: SAMPLES[kind]}
    )
    await staff.takes()
    assert await staff.shows() == [staff.text("notice_only_text")]
    assert await staff.receives() == []


async def test_an_album(staff: StaffWorld) -> None:
    """For ten pictures at once one line is enough."""
    for _ in range(10):
        await staff.server.staff_writes(staff.thread(), "Mira", "", photo=SAMPLES["photo"])
    await staff.takes()
    assert await staff.shows() == [staff.text("notice_only_text")]


async def test_the_menu(staff: StaffWorld) -> None:
    """Who types "/" in the group is offered the group's commands, published once."""
    (commands,) = [one.parameters for one in staff.server.called("setMyCommands")]
    assert commands["scope"] == {"type": "chat", "chat_id": GROUP}
    assert [one["command"] for one in commands["commands"]] == list(MENU)
    staff.restarted()
    await staff.shows()
    assert len(staff.server.called("setMyCommands")) == 1


async def test_two_processes_take_at_once(staff: StaffWorld, tmp_path: Path) -> None:
    """Two answers that come to two processes in the same moment never both go out unasked."""
    other = await opened(tmp_path, staff.time)
    for by, text in (("Mira", "Me takim."), ("Ana", "Pa takim.")):
        await staff.server.staff_writes(staff.thread(), by, text)
    taken = [
        orders.read(telegram.Update.de_json(update, staff.bot), "udha_bot", "Ekipi")
        for update in staff.server.updates.pending
    ]
    doors = (staff.records, GroupRecords(other, words_only))
    await asyncio.gather(
        *(until_kept(door, one) for door, one in zip(doors, taken, strict=True) if one)
    )
    assert len(await staff.receives()) == 1
    assert staff.posts()[-1].labels == ("Dërgoje gjithsesi",)
    await other.close()


async def until_kept(door: GroupRecords, written: Written) -> None:
    """Bring an update again as long as it could not be kept, as Telegram does."""
    while True:
        try:
            await door.take(written)
        except StoreAway:
            continue
        return


async def test_service_messages(staff: StaffWorld) -> None:
    """That a topic was renamed, a message pinned, a member came, is nobody's words."""
    happened: tuple[dict[str, Any], ...] = (
        {"forum_topic_edited": {"name": "x"}},
        {"new_chat_members": []},
    )
    for content in happened:
        await staff.server.staff_writes(staff.thread(), "Mira", "", **content)
    await staff.takes()
    assert await staff.shows() == []
    assert await staff.receives() == []


async def test_an_anonymous_admin(staff: StaffWorld) -> None:
    """Who writes as the group itself works as the team."""
    await staff.server.staff_writes(staff.thread(), "x", "Me takim.", anonymous=True)
    await staff.takes()
    assert await staff.receives() == ["Me takim."]
    assert (await staff.ticket()).lines[-1].by == "Ekipi"


async def test_other_bots(staff: StaffWorld) -> None:
    """What another bot or a channel posts in a topic goes to nobody."""
    channel: Any = {"id": -100999, "type": "channel", "title": "Lajme"}
    await staff.server.staff_writes(staff.thread(), "Lajme", "Reklamë", sender_chat=channel)
    bot: dict[str, Any] = {"from": {"id": 5, "is_bot": True, "first_name": "Tjetri"}}
    await staff.server.staff_writes(staff.thread(), "x", "Reklamë", **bot)
    await staff.takes()
    assert await staff.receives() == []


@pytest.mark.parametrize(
    "data", ["staff:close:nonsense", "staff:send:x", "staff:send:99999999999999999999", "person"]
)
async def test_buttons_that_are_none(staff: StaffWorld, data: str) -> None:
    """What no button of ours carries changes nothing, and the app does not wait for it."""
    query = await staff.server.staff_presses("Mira", staff.posts()[0].id, data)
    await staff.takes()
    assert await staff.shows() == []
    answered = [
        one.parameters["callback_query_id"] for one in staff.server.called("answerCallbackQuery")
    ]
    assert answered == [query]


async def test_a_late_answer_to_a_press(staff: StaffWorld) -> None:
    """A press that Telegram has given up waiting for is done all the same."""
    staff.server.fails("answerCallbackQuery", too_old())
    await staff.presses("E marr unë", "Ana")
    assert staff.texts()[-1] == "Rastin e mori Ana."


async def test_nothing_of_staff_is_a_persons(staff: StaffWorld) -> None:
    """Nothing that is written in the group gets into the inbox of people."""
    await staff.writes("Me takim.")
    await staff.server.staff_writes(None, "Mira", "më rreh burri")
    await staff.takes()
    assert await staff.store.lease() is None
    assert [one.id for one in await staff.store.tickets()] == [1]
