"""What stands in the log of who did what."""

import re
from collections.abc import AsyncIterator
from html import unescape

import pytest

from bot.app import Udha
from bot.store import audit
from bot.store.audit import Deed
from bot.store.transaction import Transaction
from tests.fakes.console_door import PASSWORD, QUICK, has_account, visitor
from tests.fakes.console_people import Colleague, colleague
from tests.fakes.store_world import MovedClock


@pytest.fixture
async def admin(udha: Udha) -> AsyncIterator[Colleague]:
    udha.console.desk.passwords.hasher = QUICK
    async with colleague(udha, "Drita", "admin") as signed_in:
        yield signed_in


async def deeds(udha: Udha) -> list[tuple[str, str, str]]:
    """All, the oldest first: who, what, about what."""
    found: list[Deed] = await udha.parts.store.read(lambda tx: audit.read(tx, 1000))
    return [(one.by, one.what, one.detail) for one in reversed(found)]


async def test_signing_in(udha: Udha) -> None:
    """Who came in, who was not let in, which account was closed, who left: never what was typed."""
    await has_account(udha)
    async with visitor(udha) as ana:
        await ana.signs_in(password="wrong but long enough")
        await ana.signs_in("a password in the wrong field", "x")
        await ana.signs_in()
        await ana.sends("/sign-out")
        for _ in range(5):
            await ana.signs_in(password="wrong")
    assert await deeds(udha) == [
        ("Ana", "failed", ""),
        ("", "failed", ""),
        ("Ana", "signed_in", ""),
        ("Ana", "signed_out", ""),
        *[("Ana", "failed", "")] * 5,
        ("Ana", "locked", ""),
    ]


async def test_accounts(udha: Udha, admin: Colleague) -> None:
    """Each change of an account is noted, with whose it is; what changed nothing is not."""
    number = await has_account(udha)
    await admin.sends("/staff", name="Besa", role="staff", language="sq")
    for what, fields in (
        ("link", {}),
        ("role", {"role": "editor"}),
        ("role", {"role": "editor"}),
        ("sessions", {}),
        ("disable", {}),
        ("disable", {}),
        ("enable", {}),
        ("enable", {}),
    ):
        await admin.sends(f"/staff/{number}/{what}", **fields)
    assert await deeds(udha) == [
        ("Drita", "account_added", "Besa"),
        ("Drita", "link_made", "Ana"),
        ("Drita", "role_changed", "Ana: staff → editor"),
        ("Drita", "sessions_ended", "Ana"),
        ("Drita", "disabled", "Ana"),
        ("Drita", "enabled", "Ana"),
    ]


async def test_own_password(udha: Udha) -> None:
    """Choosing a password is noted, however it was done."""
    await has_account(udha)
    async with visitor(udha) as ana:
        await ana.signs_in()
        await ana.opens("/account")
        await ana.sends("/account/password", old="wrong", new="a b c d e f g")
        await ana.sends("/account/password", old=PASSWORD, new="a b c d e f g")
    assert [what for _, what, _ in await deeds(udha)] == ["signed_in", "failed", "password_chosen"]


async def test_the_page(udha: Udha, admin: Colleague) -> None:
    """The newest deed stands first, in words; one that has none stands as it is."""

    def happened(tx: Transaction) -> None:
        audit.note(tx, "answered", "Ana", ticket=7)
        audit.note(tx, "danced", "Ana", detail="<b>twice</b>")
        audit.note(tx, "failed", "")

    await udha.parts.store.write(happened)
    page = await admin.opens("/audit")
    assert page.text.index("unknown name was not let in") < page.text.index("Ana danced")
    assert page.text.index("Ana danced") < page.text.index("Ana answered 7")
    assert "<b>twice</b>" not in page.html


async def test_one_member_one_case(udha: Udha, admin: Colleague) -> None:
    """The log is asked for what one member did, what was done about one case, or both."""

    def happened(tx: Transaction) -> None:
        for by in ("Ana", "Besa"):
            for ticket in (7, 8):
                audit.note(tx, "answered", by, ticket=ticket)

    await udha.parts.store.write(happened)
    await has_account(udha, "Ana")
    for query, rows in (
        ("", 4),
        ("?by=Ana", 2),
        ("?by=ana", 2),
        ("?case=8", 2),
        ("?by=Ana&case=8", 1),
        ("?by=Nobody", 0),
        ("?case=9", 0),
        ("?case=8x", 0),
        ("?case=99999999999999999999", 0),
    ):
        page = await admin.opens(f"/audit{query}")
        assert page.status == 200
        assert page.html.count("<td>answered</td>") == rows, query
    assert "There is nothing of that kind." in (await admin.opens("/audit?case=9")).text
    assert "Write only the number of the case." in (await admin.opens("/audit?case=8x")).text


async def test_page_by_page(udha: Udha, admin: Colleague) -> None:
    """Fifty at a time, each once; what is asked for stays asked for."""

    def happened(tx: Transaction) -> None:
        for number in range(1, 121):
            audit.note(tx, "answered", "Ana", ticket=number)
            audit.note(tx, "answered", "Besa", ticket=1000 + number)

    await udha.parts.store.write(happened)
    path: str | None = "/audit?by=Ana"
    seen: list[int] = []
    while path is not None:
        page = await admin.opens(path)
        seen += map(int, re.findall(r"<td>answered</td>\s*<td>(\d+)</td>", page.html))
        older = re.search(r'<a class="button second" href="([^"]+)"', page.html)
        path = f"/audit{unescape(older[1])}" if older else None
    assert seen == list(range(120, 0, -1))


async def test_deeds_go_after_two_years(udha: Udha, clock: MovedClock) -> None:
    """What was done is kept for two years."""
    store = udha.parts.store
    await store.write(lambda tx: audit.note(tx, "answered", "Ana", ticket=1))
    clock.move(days=729)
    await store.expire()
    assert len(await deeds(udha)) == 1
    clock.move(days=1)
    await store.expire()
    assert await deeds(udha) == []
