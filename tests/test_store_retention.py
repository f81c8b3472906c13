"""What is deleted: by itself when its time has come, and at once when the person wants it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.channel import Away, Sent
from bot.store import audit, referrals, retention
from bot.store.referrals import Consent
from bot.store.retention import Keeping
from bot.store.store import Store
from handlers.messages import Effects, Forgotten, TicketOpened, Unresolved
from tests.fakes.other_eyes import change, rows
from tests.fakes.store_world import (
    MovedClock,
    chat_of,
    effects,
    handled,
    leased,
    opened,
    said,
)

pytestmark = pytest.mark.usefixtures("engine")

UNANSWERED = Effects((), (TicketOpened("can I?", "unanswered"),))
PROMISED = Effects((), (TicketOpened("can I?", "waiting_for_staff"),))
DELETED = effects("deleted", changes=(Forgotten(),))


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def store(tmp_path: Path, clock: MovedClock) -> AsyncIterator[Store]:
    store = await opened(tmp_path, clock)
    yield store
    await store.close()


async def send_all(store: Store) -> None:
    while due := await store.due("web", 50):
        for one in due:
            await store.record(one.id, Sent(f"m{one.id}"))


async def test_done_rows_have_no_words(store: Store, tmp_path: Path) -> None:
    """What is handled and sent leaves only keyed hashes, and after two days nothing."""
    await handled(store, said("1"), effects("one"))
    await send_all(store)
    assert rows(tmp_path, "SELECT message, chat FROM inbox") == [(None, None)]
    assert rows(tmp_path, "SELECT reply, address, chat FROM outbox") == [(None, None, None)]


async def test_done_rows_go_after_two_days(store: Store, tmp_path: Path, clock: MovedClock) -> None:
    """Until then a repeated update is recognised: platforms repeat for up to a day."""
    await handled(store, said("1"), effects("one"))
    await send_all(store)
    clock.move(days=1, hours=23)
    await store.expire()
    assert not await store.keep(said("1"))
    clock.move(hours=2)
    await store.expire()
    assert rows(tmp_path, "SELECT id FROM inbox UNION SELECT id FROM outbox") == []


async def test_unanswered_tickets_go_after_a_week(store: Store, clock: MovedClock) -> None:
    """What nobody was promised anything in goes a week after the last word in it."""
    await handled(store, said("1"), UNANSWERED)
    await handled(store, said("1", "bora"), PROMISED)
    clock.move(days=6)
    await store.expire()
    assert len(await store.tickets()) == 2
    clock.move(days=2)
    await store.expire()
    assert [one.state for one in await store.tickets()] == ["waiting_for_staff"]


async def test_closed_tickets_go_after_their_time(tmp_path: Path, clock: MovedClock) -> None:
    """How long closed tickets are kept is a setting; their lines and events go with them."""
    store = await opened(tmp_path, clock, Keeping(closed_tickets=timedelta(days=30)))
    await handled(store, said("1"), PROMISED)
    await store.close_ticket(1, "done", "Mira")
    clock.move(days=31)
    await store.expire()
    await store.close()
    for table in ("tickets", "ticket_lines", "ticket_events"):
        assert rows(tmp_path, f"SELECT * FROM {table}") == []  # noqa: S608


async def test_people_go_after_a_year(store: Store, tmp_path: Path, clock: MovedClock) -> None:
    """Twelve months after the last message nothing is left of a person, counts aside."""
    await handled(store, said("1"), effects("one"))
    clock.move(days=364)
    await store.expire()
    assert not (await chat_of(store)).new
    clock.move(days=2)
    await store.expire()
    assert rows(tmp_path, "SELECT id FROM people") == []


async def test_people_never_answered_go_too(
    store: Store, tmp_path: Path, clock: MovedClock
) -> None:
    """Who wrote once, and whose message could not be handled, is forgotten like everybody else."""
    await store.keep(said("bad"))
    await store.set_aside(await leased(store), "ValueError at x.py:1 f", None)
    clock.move(days=366)
    await store.expire()
    assert rows(tmp_path, "SELECT id FROM people UNION SELECT id FROM inbox") == []


async def test_people_with_a_case_stay(store: Store, tmp_path: Path, clock: MovedClock) -> None:
    """While a ticket is open its person can still be answered."""
    await handled(store, said("1"), PROMISED)
    clock.move(days=400)
    await store.expire()
    await store.reply(1, "Sorry that it took so long", "Mira")
    assert len(await store.due("web", 5)) == 1


async def test_deleting_everything(store: Store, tmp_path: Path) -> None:
    """Nothing is left but the confirmation, and after it has arrived nothing at all."""
    await handled(store, said("can I?"), Effects(effects("hi").replies, PROMISED.changes))
    await handled(store, said("1", "bora"), effects("hi"))
    await handled(store, said("/deletemydata"), DELETED)
    due = {one.outgoing.address: one.outgoing.reply.text for one in await store.due("web", 5)}
    assert due == {"ana": "deleted", "bora": "hi"}
    await store.record(3, Sent("m"))
    assert len(rows(tmp_path, "SELECT id FROM people")) == 1
    for query in (
        "SELECT * FROM tickets",
        "SELECT * FROM ticket_lines",
        "SELECT * FROM ticket_events",
        "SELECT * FROM outbox WHERE id = 3 AND coalesce(reply, address, chat) IS NOT NULL",
        "SELECT * FROM context WHERE person_id = 1",
    ):
        assert rows(tmp_path, query) == []


async def test_deleting_what_was_set_aside(store: Store, tmp_path: Path) -> None:
    """A message that failed and was kept with its words is deleted as well."""
    await store.keep(said("bad"))
    for _ in range(3):
        await store.failed(await leased(store), "ValueError at x.py:1 f", None)
    assert rows(tmp_path, "SELECT count(message) FROM inbox") == [(1,)]
    await handled(store, said("/deletemydata"), DELETED)
    assert rows(tmp_path, "SELECT count(message) FROM inbox") == [(0,)]


async def test_after_deletion_everything_is_new(store: Store) -> None:
    """Who comes back after deleting everything is met as somebody new."""
    await handled(store, said("1"), effects("one"))
    await handled(store, said("/deletemydata"), DELETED)
    chat = await chat_of(store)
    assert chat.new
    assert (chat.context, chat.ticket) == ((), None)


async def test_messages_behind_a_deletion_are_handled(store: Store) -> None:
    """What the person wrote after asking for deletion is not deleted unread."""
    await store.keep(said("/deletemydata"))
    await store.keep(said("and one more thing"))
    await store.finish(await leased(store), DELETED)
    after = await leased(store)
    assert (after.message.text, after.chat.new) == ("and one more thing", True)


async def test_a_reply_in_flight_while_all_is_deleted(store: Store) -> None:
    """What was on its way when everything was deleted does not come back."""
    await handled(store, said("1"), effects("one"))
    (one,) = await store.due("web", 5)
    await handled(store, said("/deletemydata"), DELETED)
    await store.record(one.id, Away())
    assert [due.outgoing.reply.text for due in await store.due("web", 5)] == ["deleted"]


async def test_my_data(store: Store, clock: MovedClock) -> None:
    """A person can see since when and how much is kept."""
    first = clock()
    await handled(store, said("1"), Effects(effects("one").replies, PROMISED.changes))
    clock.move(hours=1)
    data = await store.my_data(said("?"))
    assert (data.first_seen, data.messages, data.tickets) == (first, 2, 1)
    assert (await store.my_data(said("?", "nobody"))).messages == 0


async def test_the_question_at_hand_goes_after_a_day(
    store: Store, tmp_path: Path, clock: MovedClock
) -> None:
    """What a person asked last is words too: after a silent day nothing is at hand any more."""
    await handled(store, said("1"), Effects((), (Unresolved("can I?", ("etias",)),)))
    clock.move(hours=23)
    await store.expire()
    assert (await chat_of(store, "ana")).question == "can I?"
    clock.move(hours=25)
    await store.expire()
    assert rows(tmp_path, "SELECT state FROM people") == [(None,)]
    chat = await chat_of(store, "ana")
    assert (chat.question, chat.offered, chat.unresolved, chat.new) == ("", (), 0, False)


async def test_nothing_of_a_case_is_left(store: Store, tmp_path: Path, clock: MovedClock) -> None:
    """With a case go its files, its referrals, and who was writing in it; a case that was merged
    into it stays for its own time and names it no more."""
    await handled(store, said("1"), PROMISED)
    await store.reply(1, "Po.", "Ana")
    consent = Consent("consent", "po")
    await store.write(lambda tx: referrals.refer(tx, 1, "al-police", consent, "words", "Ana"))
    await store.close_ticket(1, "answered", "Ana")
    change(tmp_path, "UPDATE tickets SET closed_at = :at WHERE id = 1", at=str(clock.now)[:19])
    file = {"at": str(clock.now)[:19], "sealed": b"x"}
    change(
        tmp_path,
        "INSERT INTO files (ticket_id, at, name, media_type, size, body) "
        "VALUES (1, :at, :sealed, 'image/png', 1, :sealed)",
        **file,
    )
    clock.move(days=80)
    await handled(store, said("2"), PROMISED)
    change(tmp_path, "UPDATE tickets SET merged_into = 1 WHERE id = 2")
    clock.move(days=11)
    await store.expire()
    for table in ("files", "referrals", "ticket_lines", "ticket_events"):
        of_case = f"SELECT count(*) FROM {table} WHERE ticket_id = 1"  # noqa: S608 - a name of ours
        assert rows(tmp_path, of_case) == [(0,)], table
    assert rows(tmp_path, "SELECT id, merged_into FROM tickets") == [(2, None)]


async def test_referrals_go_with_the_person(store: Store, tmp_path: Path) -> None:
    """Who deletes everything deletes also what was passed on; of an urgent case the shell stays."""
    urgent = Effects((), (TicketOpened("help", "waiting_for_staff", "urgent", "held"),))
    await handled(store, said("1"), urgent)
    consent = Consent("life", "locked in")
    await store.write(lambda tx: referrals.refer(tx, 1, "al-police", consent, "words", "Ana"))
    await handled(store, said("delete"), DELETED)
    assert rows(tmp_path, "SELECT count(*) FROM referrals") == [(0,)]
    assert rows(tmp_path, "SELECT count(*) FROM tickets") == [(1,)]


async def test_thousands_go_in_portions(
    store: Store, tmp_path: Path, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many cases are over, all go at once, a portion in each transaction."""
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    for number in range(5):
        await handled(store, said("1", f"person {number}"), UNANSWERED)
    clock.move(days=8)
    await store.expire()
    assert rows(tmp_path, "SELECT count(*) FROM tickets") == [(0,)]


async def test_what_staff_did_is_forgotten_too(
    store: Store, tmp_path: Path, clock: MovedClock
) -> None:
    """After two years nobody knows any more who opened which case."""
    await store.write(lambda tx: audit.note(tx, "read", "Ana", ticket=1))
    clock.move(days=729)
    await store.expire()
    assert rows(tmp_path, "SELECT count(*) FROM audit") == [(1,)]
    clock.move(days=1)
    await store.expire()
    assert rows(tmp_path, "SELECT count(*) FROM audit") == [(0,)]


async def test_a_silent_case_is_called_out_once_a_week(store: Store, clock: MovedClock) -> None:
    """After two weeks without a word staff are reminded, then each week, and nothing is deleted."""
    await handled(store, said("1"), PROMISED)
    await handled(store, said("1", "bora"), UNANSWERED)
    clock.move(days=13)
    await store.expire()
    assert await _reminders(store) == 0
    for week in (1, 2, 3):
        clock.move(days=7)
        await store.expire()
        await store.expire()
        assert await _reminders(store) == week
    assert [ticket.state for ticket in await store.tickets()] == ["waiting_for_staff"]


async def _reminders(store: Store) -> int:
    case = await store.ticket(1)
    assert case is not None
    return [event.what for event in case.events].count("stale")
