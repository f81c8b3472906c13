"""What the staff's group is shown of the cases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.channel import Gone, Refused, Unknown
from bot.store import casework, merging
from handlers.messages import Effects, Forgotten, Reply, TicketClosed, TicketOpened, TicketRaised
from tests.fakes.scripted_knowledge import ScriptedKnowledge
from tests.fakes.staff_world import GROUP, StaffWorld, staff_world
from tests.fakes.store_world import effects, handled, reply, said
from tests.fakes.telegram_faults import bad_request, refused

REACTION_INVALID = refused(bad_request("REACTION_INVALID"))


@pytest.fixture
async def staff(
    tmp_path: Path, engine: str, scripted: ScriptedKnowledge
) -> AsyncIterator[StaffWorld]:
    async with staff_world(tmp_path, scripted.content) as world:
        yield world


async def test_a_case_gets_a_topic(staff: StaffWorld) -> None:
    """Who was promised an answer has a topic under a pseudonym that says the state in words."""
    await staff.asks("Si e marr vizën?")
    await staff.shows()
    assert staff.titles() == [f"PRET · {staff.name()}"]


async def test_the_first_post(staff: StaffWorld) -> None:
    """It tells channel and language, the question once, what was said, and how to answer."""
    await handled(staff.store, said("tung"), effects("Përshëndetje! " + "Unë jam Udha. " * 40))
    await staff.asks("Si e marr vizën?")
    await staff.shows()
    (post,) = staff.posts()
    assert post.text.startswith("Rasti nr. 1 (faqja e bisedës, shqip).\n\nPyetja: Si e marr vizën?")
    assert post.text.count("Si e marr vizën?") == 1
    assert "Personi: tung\nUdha: Përshëndetje! Unë jam Udha." in post.text
    assert len(post.text) < 1000
    assert post.text.endswith(staff.text("how"))
    assert post.labels == ("E marr unë", "Mbylle")


async def test_nothing_tells_who_it_is(staff: StaffWorld) -> None:
    """No address, name or number of the person's gets into the group."""
    await staff.asks("Si e marr vizën?", "session-of-drita")
    await staff.shows()
    shown = [*staff.titles(), *(one.text for one in staff.server.shown(GROUP))]
    assert not any("drita" in text.lower() for text in shown)


async def test_who_asked_nobody_gets_no_topic(staff: StaffWorld) -> None:
    """A question that nobody was promised an answer to has none, until a person is asked for."""
    await staff.asks("Si e marr vizën?", state="unanswered")
    await staff.shows()
    assert staff.titles() == []
    await staff.leads_to("një person", TicketRaised("waiting_for_staff"))
    await staff.shows()
    assert staff.titles() == [f"PRET · {staff.name()}"]


async def test_no_case_was_there_to_close(staff: StaffWorld) -> None:
    """What the person took back before the group saw it is not shown, unless it was urgent."""
    await staff.asks("vizën?")
    await staff.leads_to("anulo", TicketClosed("cancelled"))
    await staff.in_danger("më rreh", "bea")
    await staff.leads_to("anulo", TicketClosed("cancelled"), who="bea")
    await staff.shows()
    assert staff.titles() == [f"MBYLLUR · {staff.name(2)}"]
    assert "Rastin e mbylli vetë personi: u anulua." in staff.texts(2)[0]


async def test_urgent_goes_first(staff: StaffWorld) -> None:
    """An urgent case is shown before all that came earlier, and everybody is called to it."""
    await staff.asks("vizën?")
    await staff.in_danger("më rreh", "bea")
    await staff.shows()
    assert staff.titles() == [f"URGJENT · {staff.name(2)}", f"PRET · {staff.name(1)}"]
    assert staff.texts(2)[0].startswith("URGJENT: dhunë. Rasti nr. 2")
    assert staff.texts(2)[0].endswith(staff.text("how_urgent"))
    (call,) = staff.general()
    assert call.text == f"Rast URGJENT: {staff.name(2)} (dhunë)."
    assert call.labels == ("Hape temën",)


async def test_danger_in_an_open_case(staff: StaffWorld) -> None:
    """A case that becomes urgent says so in topic and title, and calls all, claimed or not."""
    await staff.asks("vizën?")
    await staff.shows()
    await staff.writes("/claim")
    await staff.leads_to("më rreh", TicketRaised("waiting_for_staff", "urgent", "violence"))
    await staff.shows()
    assert staff.titles() == [f"URGJENT · {staff.name()}"]
    assert "Tani është URGJENT: dhunë." in staff.texts()[-1]
    assert [one.text for one in staff.general()] == [f"Rast URGJENT: {staff.name()} (dhunë)."]


async def test_called_again_until_claimed(staff: StaffWorld) -> None:
    """An urgent case that nobody claims is called every ten minutes, in topic and General."""
    await staff.in_danger("më rreh")
    await staff.shows()
    staff.time.move(minutes=9)
    assert await staff.shows() == []
    staff.time.move(minutes=1)
    again = f"Ende URGJENT, dhe askush nuk e ka marrë: {staff.name()} (dhunë). Kush e merr?"
    assert await staff.shows() == [again, again]
    assert staff.posts()[-1].text == again
    await staff.presses("E marr unë")
    staff.time.move(minutes=30)
    assert await staff.shows() == []


async def test_called_once_after_an_hour(staff: StaffWorld) -> None:
    """After an hour in which nobody could call, there is one call and no flood; also by another
    process."""
    await staff.in_danger("më rreh")
    await staff.shows()
    staff.time.move(hours=1)
    staff.restarted()
    assert len(await staff.shows()) == 2
    assert await staff.shows() == []


async def test_what_the_person_writes(staff: StaffWorld) -> None:
    """It goes to the topic; several messages at once go in one post, in their order."""
    await staff.asks("vizën?")
    await staff.shows()
    await staff.adds("nesër nisem")
    await staff.adds("me autobus")
    assert await staff.shows() == ["Personi: nesër nisem\n\nPersoni: me autobus"]
    assert await staff.shows() == []


async def test_what_the_bot_answers_meanwhile(staff: StaffWorld) -> None:
    """What the person asks the bot while the case waits is shown with the answer, in short."""
    await staff.asks("vizën?")
    await staff.shows()
    answer = effects("Deri në 90 ditë. " * 50)
    await handled(staff.store, said("sa ditë?"), answer)
    await handled(staff.store, said("flm"), Effects((reply("S'ka përse!", "smalltalk"),)))
    (post,) = await staff.shows()
    assert post.startswith("Personi: sa ditë?\n\nUdha: Deri në 90 ditë. Deri në")
    assert len(post) < 350


async def test_the_numbers_that_were_given(staff: StaffWorld) -> None:
    """Of an urgent case staff see which numbers the person has been given."""
    urgent = TicketOpened("më rreh", "waiting_for_staff", "urgent", "violence")
    numbers = Effects((reply("112 – telefono tani.", "urgent"),), (urgent,))
    await handled(staff.store, said("më rreh"), numbers)
    await staff.shows()
    assert "Udha: 112 – telefono tani." in staff.texts()[0]
    assert staff.texts()[0].count("më rreh") == 1


async def test_words_of_any_length(staff: StaffWorld) -> None:
    """A message as long as a person can write arrives whole, in as many posts as it takes."""
    await staff.asks("vizën?")
    await staff.shows()
    words = " ".join(f"fjala{number}😀" for number in range(600))
    await staff.adds(words)
    posts = await staff.shows()
    assert len(posts) == 2
    assert " ".join(posts) == f"Personi: {words}"


async def test_what_colleagues_write_elsewhere(staff: StaffWorld) -> None:
    """An answer from another place is shown with who wrote it, and how it fared."""
    await staff.asks("vizën?")
    await staff.shows()
    await staff.store.reply(1, "Me takim.", "Ana")
    assert await staff.shows() == ["Ana nga ekipi: Me takim."]
    assert staff.titles() == [f"NË PUNË · {staff.name()}"]
    await staff.receives(Refused("too long"))
    assert staff.posts()[-1].text == "Ky mesazh nuk i mbërriti personit. Arsyeja: too long"
    assert staff.posts()[-1].replies_to == staff.posts()[-2].id


async def test_closed_elsewhere(staff: StaffWorld) -> None:
    """A case that is closed anywhere is told, and its topic is closed and says so."""
    await staff.asks("vizën?")
    await staff.shows()
    await staff.store.close_ticket(1, "answered by phone", "Ana")
    await staff.shows()
    assert staff.texts()[-1] == "Rastin e mbylli Ana: answered by phone."
    assert staff.titles() == [f"MBYLLUR · {staff.name()}"]
    assert staff.server.topics[0].closed


async def test_the_person_closes_it(staff: StaffWorld) -> None:
    """A case that the person takes back is told as theirs; their next one is another topic, under
    the same name."""
    await staff.asks("vizën?")
    await staff.shows()
    await staff.leads_to("u zgjidh", TicketClosed("solved"))
    await staff.asks("dhe pasaportën?")
    await staff.shows()
    assert staff.texts(1)[-1] == "Rastin e mbylli vetë personi: u zgjidh."
    assert staff.titles() == [f"MBYLLUR · {staff.name()}", f"PRET · {staff.name()}"]


async def test_the_person_leaves(staff: StaffWorld) -> None:
    """That the person cannot be reached, and that they can again, stands in the topic."""
    await staff.asks("vizën?")
    await staff.shows()
    await staff.store.person_left("web", "ana")
    await staff.store.person_back("web", "ana")
    assert await staff.shows() == [f"{staff.text('person_left')}\n\n{staff.text('person_back')}"]


async def test_it_arrived(staff: StaffWorld) -> None:
    """Staff's message gets a mark when it has arrived, and none before."""
    await staff.asks("vizën?")
    await staff.shows()
    message = await staff.writes("Me takim.")
    assert staff.server.reactions(message) == ()
    assert await staff.receives() == ["Me takim."]
    assert staff.server.reactions(message) == ("👍",)


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (Refused(""), "Ky mesazh nuk i mbërriti personit."),
        (
            Gone("bot was blocked by the user"),
            "Ky mesazh nuk i mbërriti personit. Arsyeja: bot was blocked by the user",
        ),
        (
            Unknown("time-out"),
            "Nuk dihet nëse ky mesazh i mbërriti personit. Për siguri, shkruaje përsëri.",
        ),
    ],
)
async def test_it_did_not_arrive(
    staff: StaffWorld, outcome: Refused | Gone | Unknown, told: str
) -> None:
    """Where words of staff did not arrive, the reason stands under them, once."""
    await staff.asks("vizën?")
    await staff.shows()
    message = await staff.writes("Me takim.")
    await staff.receives(outcome)
    under = [one.text for one in staff.posts() if one.replies_to == message]
    assert under == [told]
    assert staff.server.reactions(message) == ()


async def test_marks_are_forbidden(staff: StaffWorld) -> None:
    """In a group without marks, "it has arrived" is said in words."""
    await staff.asks("vizën?")
    await staff.shows()
    message = await staff.writes("Me takim.")
    staff.server.fails("setMessageReaction", REACTION_INVALID)
    await staff.receives()
    assert (staff.posts()[-1].text, staff.posts()[-1].replies_to) == ("Mbërriti.", message)


async def test_the_person_deletes_everything(staff: StaffWorld) -> None:
    """The topic goes, with all the words in it."""
    await staff.asks("vizën?")
    await staff.shows()
    await staff.leads_to("/deletemydata", Forgotten())
    await staff.shows()
    assert staff.titles() == []
    assert staff.server.shown(GROUP, everyone=True) == []


async def test_the_person_deletes_an_urgent_case(staff: StaffWorld) -> None:
    """Of an urgent case a topic without a word stays, so that it does not vanish unseen."""
    await staff.in_danger("më rreh burri")
    await staff.shows()
    await staff.leads_to("/deletemydata", Forgotten())
    await staff.shows()
    assert staff.titles() == ["URGJENT · Rasti nr. 1"]
    assert staff.text("forgotten") in staff.texts()[0]
    assert not any("burri" in one.text for one in staff.server.shown(GROUP, everyone=True))


async def test_old_cases_go_from_the_group_too(staff: StaffWorld) -> None:
    """With a closed ticket that has been kept long enough, its topic is deleted."""
    await staff.asks("vizën?")
    await staff.shows()
    await staff.store.close_ticket(1, "answered", "Ana")
    await staff.shows()
    staff.time.move(days=91)
    await staff.store.expire()
    await staff.shows()
    assert await staff.store.tickets(all_=True) == []
    assert staff.titles() == []


async def test_no_more_than_twenty_a_minute(staff: StaffWorld) -> None:
    """A flood of cases is shown no faster than the group takes it, and the urgent one first."""
    for number in range(20):
        await staff.asks("vizën?", f"person {number}")
    await staff.in_danger("më rreh", "bea")
    await staff.shows()
    counted = [
        one.at
        for one in staff.server.calls
        if one.method in ("sendMessage", "createForumTopic", "editForumTopic")
    ]
    assert len(counted) == 43
    assert all(late - early >= 60 for early, late in zip(counted, counted[20:], strict=False))
    assert staff.titles()[0] == f"URGJENT · {staff.name(21)}"


async def test_in_english(tmp_path: Path, scripted: ScriptedKnowledge) -> None:
    """The group reads the language that is set; the person's own stays theirs."""
    async with staff_world(tmp_path, scripted.content, language="en") as staff:
        await staff.asks("Si e marr vizën?")
        await staff.shows()
        assert staff.titles() == [f"WAITING · {staff.name()}"]
        assert staff.texts()[0].startswith("Case no. 1 (chat page, Albanian).")


async def test_one_who_deletes_while_it_is_shown(staff: StaffWorld) -> None:
    """A ticket that goes while its topic is being made leaves no topic behind."""
    await staff.asks("vizën?")
    staff.records.meanwhile = lambda: staff.leads_to("/deletemydata", Forgotten())
    await staff.shows()
    assert len(staff.server.called("createForumTopic")) == 1
    assert staff.titles() == []


async def test_what_is_done_in_the_console(staff: StaffWorld) -> None:
    """That a case was released, handed over, or is no longer urgent is told in its topic, and the
    title follows."""
    await staff.in_danger("më rreh")
    await staff.shows()
    for deed, told, title in (
        (lambda tx: casework.claim(tx, 1, "Ana"), "Rastin e mori Ana.", "URGJENT"),
        (lambda tx: casework.calm(tx, 1, "Ana"), "Rasti nuk është më urgjent (Ana).", "NË PUNË"),
        (
            lambda tx: casework.hand_over(tx, 1, "Besa", "Ana"),
            "Ana e kaloi rastin te Besa.",
            "NË PUNË",
        ),
        (
            lambda tx: casework.release(tx, 1, "Besa"),
            "Besa e la rastin. Pret dikë tjetër nga ekipi.",
            "PRET",
        ),
    ):
        await staff.store.act(deed)
        await staff.shows()
        assert staff.texts()[-1] == told
        assert staff.titles() == [f"{title} · {staff.name()}"]


async def test_cases_that_are_merged(staff: StaffWorld) -> None:
    """A case that is merged into another says where to go on, and its topic is closed."""
    await staff.asks("vizën?")
    await staff.shows()
    await staff.store.close_ticket(1, "answered", "Ana")
    await staff.asks("dhe pasaportën?")
    await staff.shows()
    await staff.store.act(lambda tx: merging.merge(tx, 2, 1, "Ana"))
    await staff.shows()
    assert staff.texts(1)[-1] == "Personi: dhe pasaportën?\n\nAna bashkoi këtu rastin nr. 2."
    assert staff.titles() == [f"PRET · {staff.name()}", f"MBYLLUR · {staff.name()}"]
    assert "Ana e bashkoi këtë rast me rastin nr. 1. Vazhdo atje." in staff.texts(2)[-1]


async def test_menus_are_not_shown(staff: StaffWorld) -> None:
    """Which menus the person looks at does not fill the topic; what the bot answers does."""
    await staff.asks("vizën?")
    await staff.shows()
    menu, answer = Reply("Zgjidh një temë.", "info", "sq"), Reply("90 ditë.", "answer", "sq")
    await handled(staff.store, said("/topics"), Effects((menu,)))
    assert await staff.shows() == []
    await handled(staff.store, said("sa ditë?"), Effects((answer,)))
    assert await staff.shows() == ["Personi: sa ditë?\n\nUdha: 90 ditë."]
    texts = [line.text for line in (await staff.ticket()).lines]
    assert texts[1:] == ["/topics", "Zgjidh një temë.", "sa ditë?", "90 ditë."]
