"""Who gets into the console, and who does not."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Never

import pytest

from bot.app import Udha
from bot.store import accounts, sessions
from bot.store.accounts import Role
from bot.store.errors import StoreAway
from bot.store.store import Store
from tests.fakes.console_door import PASSWORD, has_account, visitor
from tests.fakes.console_people import browser, colleague


async def test_strangers_are_sent_to_sign_in(udha: Udha) -> None:
    """Who is not signed in sees the sign-in page, whatever they ask for."""
    async with browser(udha) as http, http.get("/console/") as response:
        assert response.url.path == "/console/sign-in"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]


async def test_staff_see_the_queue(udha: Udha) -> None:
    """A member who is signed in gets to the cases."""
    async with colleague(udha) as ana:
        assert (await ana.opens("/")).status == 200


async def test_a_form_of_another_session(udha: Udha) -> None:
    """A form with another session's token changes nothing."""
    async with colleague(udha) as ana, colleague(udha, "Besa") as besa:
        besa.csrf = ana.csrf
        assert (await besa.sends("/sign-out")).status == 403
        assert (await besa.opens("/")).url == "/console/"


async def test_signing_out(udha: Udha) -> None:
    """Who has signed out is asked to sign in again."""
    async with colleague(udha) as ana:
        await ana.sends("/sign-out")
        assert (await ana.opens("/")).url == "/console/sign-in"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_form_of_another_site(udha: Udha, headers: dict[str, str]) -> None:
    """What another site's page sends changes nothing, whatever it knows; not even at the door."""
    await has_account(udha)
    async with visitor(udha) as ana:
        page = await ana.sends("/sign-in", headers, name="Ana", password=PASSWORD)
        assert page.status == 403
        assert not await ana.is_in()
        await ana.signs_in()
        page = await ana.sends("/sign-out", headers)
        assert page.status == 403
        assert "another site" in page.text or "faqe tjetër" in page.text
        assert await ana.is_in()


async def test_a_form_of_ours(udha: Udha) -> None:
    """A form of our own page is taken, with all that browsers say of where it came from."""
    async with colleague(udha) as ana:
        headers = {"Origin": udha.server.url, "Sec-Fetch-Site": "same-origin"}
        form = {"csrf": ana.csrf, "language": "sq"}
        async with ana.http.post("/console/account/language", data=form, headers=headers) as answer:
            assert answer.status == 200


@pytest.mark.parametrize("csrf", ["", "wrong", "ë\x00"])
async def test_a_form_without_its_token(udha: Udha, csrf: str) -> None:
    """A form without the right token changes nothing, and the page says what to do."""
    async with colleague(udha) as ana:
        ana.csrf = csrf
        page = await ana.sends("/account/language", language="sq")
        assert page.status == 403
        assert "Go back, reload it and try once more." in page.text
        async with ana.http.post("/console/account/language") as answer:
            assert answer.status == 403
        assert '<html lang="en">' in (await ana.opens("/account")).html


async def test_a_token_in_the_header(udha: Udha) -> None:
    """What htmx sends bears the token in a header; a wrong one there is wrong."""
    async with colleague(udha) as ana:
        for token, status in ((ana.csrf, 200), ("wrong", 403)):
            headers = {"X-CSRF-Token": token}
            async with ana.http.post(
                "/console/account/language", data={"language": "en"}, headers=headers
            ) as answer:
                assert answer.status == status


@pytest.mark.parametrize("role", ["staff", "editor"])
@pytest.mark.parametrize("path", ["/staff", "/audit"])
async def test_pages_for_admins(udha: Udha, role: Role, path: str) -> None:
    """Accounts and the log are for admins; others are told so, and see no link to them."""
    async with colleague(udha, "Ana", role) as ana, colleague(udha, "Drita", "admin") as drita:
        page = await ana.opens(path)
        assert page.status == 403
        assert "This page is not for your role" in page.text
        assert f'href="/console{path}"' not in page.html
        assert f'href="/console{path}" aria-current="page"' in (await drita.opens(path)).html


@pytest.mark.parametrize(
    "path", ["/staff", "/staff/1/role", "/staff/1/link", "/staff/1/disable", "/staff/1/sessions"]
)
async def test_steps_for_admins(udha: Udha, path: str) -> None:
    """Nobody but an admin changes an account of somebody else, nor their own role."""
    async with colleague(udha) as ana:
        fields = {"name": "Besa", "role": "admin", "language": "en"}
        assert (await ana.sends(path, **fields)).status == 403
        assert (await ana.opens("/staff")).status == 403


async def test_a_session_that_was_ended(udha: Udha) -> None:
    """A session that somebody ended opens nothing, from the next step on; a form is not taken."""
    async with colleague(udha) as ana:
        await udha.parts.store.write(lambda tx: sessions.end_all(tx, ana.id))
        page = await ana.sends("/account/language", language="sq")
        assert page.url == "/console/sign-in"
        member = await udha.parts.store.read(lambda tx: accounts.member(tx, ana.id))
        assert member is not None
        assert member.language == "en"


async def test_what_is_not_there(udha: Udha) -> None:
    """A page that is not there is said in the reader's language, with a way back."""
    async with colleague(udha) as ana:
        page = await ana.opens("/nowhere")
        assert page.status == 404
        assert "There is nothing here" in page.text
        assert 'href="/console/"' in page.html


async def test_the_store_is_away(udha: Udha) -> None:
    """While the store is away the page says so, and who comes back later is still signed in."""
    async with colleague(udha) as ana:
        with store_away(udha.parts.store):
            page = await ana.opens("/")
            assert page.status == 503
            assert "Provo përsëri pas një minute." in page.text
            assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert (await ana.opens("/")).url == "/console/"


@contextmanager
def store_away(store: Store) -> Iterator[None]:
    """Nothing can be read, as while a server starts again."""

    async def away(operation: object) -> Never:
        raise StoreAway("gone")

    read, store.read = store.read, away  # type: ignore[method-assign]
    try:
        yield
    finally:
        store.read = read  # type: ignore[method-assign]
