"""Cases are found by words, names and numbers; what is deleted is found no more."""

import re
from pathlib import Path

from bot.app import Udha
from bot.console.search import LINGERS, Search
from bot.console.word_index import Indexed, WordIndex
from bot.pseudonyms import name_of_case
from bot.store import casework, retention
from bot.store.retention import Keeping
from handlers.messages import Forgotten, TicketMessage
from tests.fakes.console_cases import asks, leads_to
from tests.fakes.console_ears import listening
from tests.fakes.console_people import Colleague, colleague
from tests.fakes.scripted_knowledge import ScriptedKnowledge
from tests.fakes.store_world import MONDAY, MovedClock, opened


async def finds(who: Colleague, words: str, more: str = "") -> list[int]:
    """The numbers that a search shows, from top to bottom."""
    async with who.http.get(f"/console/?{more}", params={"q": words}) as response:
        assert response.status == 200
        return [int(number) for number in re.findall(r'id="open-(\d+)"', await response.text())]


async def test_words(udha: Udha) -> None:
    """Words are found by their beginning, without diacritics and capitals, all of them."""
    store = udha.parts.store
    await asks(store, "Çfarë dokumentesh duhen për vizë?", "a")
    await asks(store, "Punë në Gent", "b")
    await leads_to(store, TicketMessage("kam pasaportë biometrike"), who="b")
    await store.act(lambda tx: casework.add_note(tx, 2, "called the embassy", "Besa"))
    async with colleague(udha) as ana:
        assert await finds(ana, "cfare") == [1]
        assert await finds(ana, "ÇFARË") == [1]
        assert await finds(ana, "dokum viz") == [1]
        assert await finds(ana, "viz gent") == []
        assert await finds(ana, "pasap") == [2]
        assert await finds(ana, "embass") == [2]
        assert await finds(ana, "mbass") == []
        assert await finds(ana, "?!") == []


async def test_name_and_number(udha: Udha) -> None:
    """A case is found by its pseudonym and by its number."""
    store = udha.parts.store
    await asks(store, "a visa for 2 people", "a")
    await asks(store, "work", "b")
    name = name_of_case(2, 2, udha.parts.newest().content, "sq")
    async with colleague(udha) as ana:
        assert await finds(ana, name) == [2]
        assert await finds(ana, "2") == [2, 1]
        assert await finds(ana, "#1") == [1]


async def test_closed_ones_come_last(udha: Udha, clock: MovedClock) -> None:
    """Closed cases are found too, after those that are open; filters hold."""
    store = udha.parts.store
    for who in "abc":
        await asks(store, "visa", who, topic="travel" if who == "c" else "")
        clock.move(minutes=1)
    await store.close_ticket(2, "answered", "Ana")
    async with colleague(udha) as ana:
        assert await finds(ana, "visa") == [3, 1, 2]
        assert await finds(ana, "visa", "topic=travel") == [3]


async def test_what_is_new(udha: Udha) -> None:
    """What was said a moment ago is found, from another process too; what is deleted is not."""
    store = udha.parts.store
    await asks(store, "visa", "a")
    async with colleague(udha) as ana:
        assert await finds(ana, "residence") == []
        await leads_to(store, TicketMessage("residence card"), who="a")
        assert await finds(ana, "residence") == [1]
        await leads_to(store, Forgotten(), who="a")
        assert await finds(ana, "residence") == []


async def test_another_process(udha: Udha, tmp_path: Path, clock: MovedClock) -> None:
    """What another process keeps or deletes is known as soon as it is heard of."""
    await asks(udha.parts.store, "visa", "a")
    elsewhere = await opened(tmp_path, clock)
    async with colleague(udha) as ana, listening(ana) as ears:
        assert await finds(ana, "visa") == [1]
        await asks(elsewhere, "visa again", "b")
        await ears.hears("case-2")
        assert await finds(ana, "visa") == [1, 2]
        await elsewhere.close_ticket(1, "answered", "Mira")
        clock.move(days=91)
        await elsewhere.write(lambda tx: retention.expire(tx, Keeping()))
    async with colleague(udha, "Besa") as besa:
        assert await finds(besa, "visa") == [2]
    await elsewhere.close()


async def test_an_urgent_shell(udha: Udha) -> None:
    """Of an urgent case whose person deleted everything no word is found any more."""
    store = udha.parts.store
    await asks(store, "locked in", "a", priority="urgent", danger="held")
    async with colleague(udha) as ana:
        assert await finds(ana, "locked") == [1]
        await leads_to(store, Forgotten(), who="a")
        assert await finds(ana, "locked") == []
        assert await finds(ana, "1") == [1]


async def test_words_are_forgotten(tmp_path: Path, scripted: ScriptedKnowledge) -> None:
    """An hour after the last search the words are no longer in memory; stopping forgets at once."""
    store = await opened(tmp_path, MovedClock())
    await asks(store, "visa")
    now = 0.0
    search = Search(store, lambda: scripted, monotonic=lambda: now, fresh_every=0.01)
    assert await search.find("visa") == [1]
    assert search.held == 1
    now = LINGERS + 1
    await search.forgotten()
    assert search.held == 0
    assert await search.find("visa") == [1]
    await search.stop()
    assert search.held == 0
    await store.close()


def case(number: int, words: str, *, closed: bool = False) -> Indexed:
    return Indexed(number, number, closed, MONDAY, f" {words}")


def test_the_index_is_bounded() -> None:
    """Beyond its size the oldest closed cases are left out, never an open one."""
    index = WordIndex(most_letters=40)
    index.put(case(number, "visa visum", closed=number < 3) for number in range(1, 5))
    assert sorted(index.find("visa", lambda number, person: "")) == [2, 3, 4]
    index.put(case(number, "visa visum") for number in range(5, 8))
    assert sorted(index.find("visa", lambda number, person: "")) == [3, 4, 5, 6, 7]


def test_a_case_that_changes() -> None:
    """A case that is taken in again stands there once, with its newest words."""
    index = WordIndex(most_letters=20)
    for _ in range(10):
        index.put([case(1, "visa", closed=True)])
    index.put([case(1, "work", closed=True)])
    assert index.find("visa", lambda number, person: "") == []
    assert index.find("work", lambda number, person: "") == [1]
