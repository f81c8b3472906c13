"""A team's last week and its Tuesday morning: cases in every state, put into a running program."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from bot.app import Udha
from bot.store import casework, closing, referrals, replying
from bot.store.referrals import Consent
from handlers.closed_case import case_closed
from handlers.entry_page import entry_words
from handlers.messages import Button, Reply, TicketOpened, TicketReopened, TicketState
from tests.fakes.case_people import CasePeople
from tests.fakes.store_world import MONDAY, MovedClock

LAST_WEEK = (
    ("Sa para duhet të kem me vete në kufi?", "travel", 1),
    ("A duhet ftesë nga kushëriri im në Gent?", "travel", 2),
    ("Si e njoh diplomën e infermierisë?", "study", 3),
    ("Sa kushton leja e vetme e punës?", "work", 3),
    ("A më duhet përkthim i noterizuar për martesën?", "family", 5),
    ("How do I register at the commune?", "travel", 11),
)
"""What was asked, about what, and after how many hours it was answered."""
STORY = (
    "Kisha leje qëndrimi në Itali deri vitin e kaluar. Punova në një magazinë afër Milanos dhe "
    "pastaj erdha te xhaxhai në Antwerpen. Letrat i kam lënë te shtëpia. Tani nuk di nëse mund të "
    "kthehem dhe ku duhet të paraqitem. "
)


@dataclass(frozen=True)
class Week:
    """The numbers of the cases, by what there is to see in them."""

    closed: int = 1
    oldest: int = 7
    long: int = 8
    mine: int = 9
    back: int = 10
    unanswered: int = 11
    waits_for_person: int = 12
    urgent: int = 13


async def a_week_of_cases(udha: Udha, clock: MovedClock, me: str, colleague: str) -> Week:
    """me and colleague: members of staff. The clock then stands at the second Tuesday, at ten."""
    people = CasePeople(udha.parts.store, clock)
    for number, (question, topic, hours) in enumerate(LAST_WEEK, start=1):
        await _answered(people, number, question, topic, hours, colleague)
    clock.now = MONDAY + timedelta(days=7, hours=4)
    await _since_monday(people, udha, me)
    clock.now = MONDAY + timedelta(days=7, hours=22)
    await _this_morning(people, udha, colleague)
    clock.now = MONDAY + timedelta(days=8)
    return Week()


async def _answered(
    people: CasePeople, number: int, question: str, topic: str, hours: int, by: str
) -> None:
    opened = TicketOpened(question, "waiting_for_staff", topic=topic)
    await people.say(question, opened, who=f"last week {number}")
    people.clock.move(hours=hours)
    await people.store.act(lambda tx: casework.claim(tx, number, by))
    await people.store.reply(number, "Po të shkruaj hap pas hapi si bëhet.", by)
    people.clock.move(hours=1)
    await people.store.close_ticket(number, "answered", by)
    people.clock.move(hours=11)


async def _since_monday(people: CasePeople, udha: Udha, me: str) -> None:
    store, clock, content = people.store, people.clock, udha.parts.newest().content
    await _asks(people, "A mund të punoj gjatë 90 ditëve pa vizë?", "travel", "o")
    clock.move(hours=2)
    await _asks(people, STORY * 8, "irregular", "l")
    clock.move(hours=3)
    entry = content.find("visa-free-stay")
    assert entry is not None
    words = entry_words(content.texts, entry, "sq")
    buttons = (Button("Më ndihmoi", "helpful:yes"), Button("Fol me një person", "person"))
    answer = Reply(words, "answer", "sq", buttons, (entry.id,))
    question = "Sa kohë mund të rri te motra në Liège?"
    await people.say(question, who="m", reply=answer)
    opened = TicketOpened(question, "waiting_for_staff", topic="travel")
    await people.press("person", opened, who="m")
    await store.act(lambda tx: casework.claim(tx, 9, me))
    await store.act(lambda tx: casework.add_note(tx, 9, "Motra ka leje qëndrimi, e pyeta.", me))


async def _this_morning(people: CasePeople, udha: Udha, colleague: str) -> None:
    store, clock = people.store, people.clock
    await _came_back(people, udha, colleague)
    await _asks(people, "sa kushton nje dhome ne bruksel", "", "n", "unanswered")
    await _asks(people, "Më kthyen në kufi, çfarë bëj?", "travel", "w")
    text = "A të dhanë një letër me arsyen?"
    await store.act(
        lambda tx: replying.reply(
            tx, 12, text, colleague, replying.words_only, then="waiting_for_person"
        )
    )
    clock.move(minutes=50)
    await people.in_danger("pronari ma ka marrë pasaportën dhe s'më lë të dal", "u", "held")


async def _came_back(people: CasePeople, udha: Udha, colleague: str) -> None:
    farewell = partial(case_closed, udha.parts.newest().content.texts)
    question = "Kur mund ta sjell bashkëshorten?"
    await _asks(people, question, "family", "b")
    await people.store.reply(10, "Lexo te agjencia për të huajt.", colleague)
    await people.store.act(lambda tx: closing.close(tx, 10, "answered", colleague, farewell))
    people.clock.move(minutes=30)
    await people.press("case:notyet:10", TicketReopened(10, ""), who="b")


async def _asks(
    people: CasePeople,
    question: str,
    topic: str,
    who: str,
    state: TicketState = "waiting_for_staff",
) -> None:
    await people.say(question, TicketOpened(question, state, topic=topic), who=who)


async def was_passed_on(udha: Udha, ticket: int, by: str) -> int:
    """A case was passed to a partner; returns the number of the referral."""
    contact = next(iter(udha.parts.newest().content.contacts))
    consent = Consent("consent", "Po, më tha sot në bisedë")
    passed = "Një i ri kërkon këshillë për qëndrimin."
    store = udha.parts.store
    await store.act(lambda tx: referrals.refer(tx, ticket, contact, consent, passed, by))
    (found,) = await store.read(lambda tx: referrals.of_ticket(tx, ticket))
    return found.id
