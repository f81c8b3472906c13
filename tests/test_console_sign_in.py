"""Signing in to the console: by name and password, from nowhere else, and not for ever."""

import unicodedata
from contextlib import closing
from dataclasses import replace
from http.cookies import Morsel

import pytest
from argon2 import PasswordHasher

from bot.app import Parts, Udha
from bot.console.passwords import Passwords
from bot.console.tries import MOST, REMEMBERED, Tries
from bot.server import bind
from bot.settings import Environment
from bot.store import accounts, managing, sessions
from tests.fakes.console_door import PASSWORD, QUICK, Visitor, has_account, visitor
from tests.fakes.store_world import MONDAY, MovedClock

COOKIE = "udha_console"
WRONG = "nothing like it at all"


async def test_name_and_password(udha: Udha) -> None:
    """Who knows both sees the cases; a name may be spelled in other capitals."""
    await has_account(udha, "Ana Prifti")
    async with visitor(udha) as ana:
        page = await ana.signs_in(" ana  PRIFTI")
        assert (page.status, page.url) == (200, "/console/")
        assert await ana.is_in()


async def test_the_cookie(udha: Udha) -> None:
    """No script reads the cookie, no other site's page and no other page of ours gets it."""
    await has_account(udha)
    async with visitor(udha) as ana:
        form = {"name": "Ana", "password": PASSWORD}
        async with ana.http.post("/console/sign-in", data=form, allow_redirects=False) as answer:
            (cookie,) = answer.headers.getall("Set-Cookie")
        assert cookie.startswith(f"{COOKIE}=")
        assert {"HttpOnly", "SameSite=Strict", "Path=/console/"} <= set(cookie.split("; "))
        assert "Secure" not in cookie


async def test_the_cookie_behind_tls(parts: Parts) -> None:
    """With a public address behind TLS the cookie goes no other way, and none that came another
    way counts."""
    environment = Environment(port=0, public_url="https://udha.example")
    parts = replace(parts, settings=replace(parts.settings, environment=environment))
    with closing(bind("127.0.0.1", 0)) as listening:
        udha = Udha(parts, listening)
        await udha.server.start()
        await has_account(udha)
        async with visitor(udha) as ana:
            form = {"name": "Ana", "password": PASSWORD}
            ours = {"Origin": "https://udha.example"}
            async with ana.http.post(
                "/console/sign-in", data=form, headers=ours, allow_redirects=False
            ) as answer:
                (cookie,) = answer.headers.getall("Set-Cookie")
            assert cookie.startswith(f"__Secure-{COOKIE}=")
            assert "Secure" in cookie.split("; ")
            name, _, token = cookie.split(";")[0].partition("=")
            page = await ana.opens("/", Cookie=f"{name}={token}")
            assert page.url == "/console/"
            page = await ana.opens("/", Cookie=f"{COOKIE}={token}")
            assert page.url == "/console/sign-in"
            theirs = {"Origin": "http://udha.example"}
            assert (await ana.sends("/sign-in", theirs, **form)).status == 403
        await udha.server.stop(1)


async def test_one_sentence_for_all(udha: Udha, clock: MovedClock) -> None:
    """A wrong name, a wrong password, a disabled and a closed account are told in the same
    words: nobody learns which names there are."""
    await has_account(udha, "Ana")
    number = await has_account(udha, "Besa")
    store = udha.parts.store
    await store.write(lambda tx: managing.disable(tx, number, "Ana"))
    async with visitor(udha) as somebody:
        unknown = await somebody.signs_in("Nobody", WRONG)
        told = [
            await somebody.signs_in("Ana", WRONG),
            await somebody.signs_in("Besa", WRONG),
            await somebody.signs_in("Besa", PASSWORD),
            await somebody.signs_in("", ""),
        ]
        told += [await somebody.signs_in("Ana", WRONG) for _ in range(5)]
        told.append(await somebody.signs_in("Ana", PASSWORD))
    assert {(one.status, one.html) for one in told} == {(unknown.status, unknown.html)}
    assert "name or the password is not right" not in unknown.text
    assert "Emri ose fjalëkalimi nuk është i saktë." in unknown.text


class CountingHasher(PasswordHasher):
    """Counts how often a password was looked at."""

    verified = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # noqa: A002
        self.verified += 1
        return super().verify(hash, password)


async def test_one_time_for_all(udha: Udha, clock: MovedClock) -> None:
    """As much is computed for a name that nobody has, and for a closed account, as for any."""
    await has_account(udha, "Ana")
    hasher = CountingHasher(time_cost=1, memory_cost=8, parallelism=1)
    udha.console.desk.passwords.hasher = hasher
    async with visitor(udha) as somebody:
        for count, name in enumerate(("Nobody", "Ana", "Ana", "Ana", "Ana", "Ana", "Ana"), 1):
            await somebody.signs_in(name, WRONG)
            assert hasher.verified == count


async def test_five_wrong_ones(udha: Udha, clock: MovedClock) -> None:
    """After five wrong passwords in a row nobody gets in, for a quarter of an hour."""
    await has_account(udha)
    async with visitor(udha) as ana:
        for _ in range(5):
            await ana.signs_in(password=WRONG)
        await ana.signs_in()
        assert not await ana.is_in()
        clock.move(minutes=14)
        await ana.signs_in()
        assert not await ana.is_in()
        clock.move(minutes=1)
        await ana.signs_in()
        assert await ana.is_in()


async def test_only_in_a_row(udha: Udha) -> None:
    """Four wrong ones, the right one, four wrong ones: the right one lets in."""
    await has_account(udha)
    async with visitor(udha) as ana:
        for _ in range(2):
            for _ in range(4):
                await ana.signs_in(password=WRONG)
            await ana.signs_in()
            assert await ana.is_in()
            await ana.sends("/sign-out")


async def test_a_link_opens_a_closed_account(udha: Udha) -> None:
    """Somebody who was locked out by others is let in at once by an admin's link."""
    number = await has_account(udha)
    async with visitor(udha) as ana:
        for _ in range(5):
            await ana.signs_in(password=WRONG)
        await udha.parts.store.write(lambda tx: managing.offer_link(tx, number, "link", "Besa"))
        await ana.sends("/link/link", password="gur dritare liqen")
        assert await ana.is_in()


async def test_too_many_tries_from_one_place(udha: Udha, clock: MovedClock) -> None:
    """After twenty tries within ten minutes from one place nothing is tried any more, whoever it
    is for; then again."""
    await has_account(udha)
    async with visitor(udha) as somebody:
        for number in range(MOST):
            assert (await somebody.signs_in(f"Name {number}", WRONG)).status == 200
        page = await somebody.signs_in()
        assert page.status == 429
        assert "dhjetë minutash" in page.text
        assert not await somebody.is_in()
        # Without a public address there is no proxy: what a stranger writes there is not believed.
        headers = {"X-Forwarded-For": "203.0.113.7"}
        page = await somebody.sends("/sign-in", headers, name="Ana", password=PASSWORD)
        assert page.status == 429
        clock.move(minutes=10)
        await somebody.signs_in()
        assert await somebody.is_in()


async def test_places_behind_a_proxy(parts: Parts) -> None:
    """Behind a proxy the place is what the proxy saw, not what a stranger claims; of the sixth
    version a whole connection is one place."""
    environment = Environment(port=0, public_url="http://udha.example")
    parts = replace(parts, settings=replace(parts.settings, environment=environment))
    with closing(bind("127.0.0.1", 0)) as listening:
        udha = Udha(parts, listening)
        await udha.server.start()
        udha.console.desk.passwords.hasher = QUICK
        async with visitor(udha) as somebody:

            async def tries(forwarded: str) -> int:
                headers = {"X-Forwarded-For": forwarded}
                page = await somebody.sends("/sign-in", headers, name="Ana", password=WRONG)
                return page.status

            for number in range(MOST):
                assert await tries(f"198.51.100.{number}, 203.0.113.7") == 200
            assert await tries("203.0.113.7") == 429
            assert await tries("203.0.113.8") == 200
            for number in range(MOST):
                assert await tries(f"2001:db8:1:2::{number}") == 200
            assert await tries("2001:db8:1:2:ffff::1") == 429
            assert await tries("2001:db8:1:3::1") == 200
        await udha.server.stop(1)


def test_places_do_not_fill_the_memory() -> None:
    """However many places somebody tries from, a limited number is remembered: the latest."""
    tries = Tries()
    for number in range(3 * REMEMBERED):
        tries.allows(f"place {number}", MONDAY)
    assert len(tries._times) == REMEMBERED
    last = f"place {3 * REMEMBERED - 1}"
    assert [tries.allows(last, MONDAY) for _ in range(MOST)] == [True] * (MOST - 1) + [False]


async def test_a_planted_session(udha: Udha) -> None:
    """A cookie that somebody else put into the browser is not the session after signing in, and
    the one that was there before has ended."""
    await has_account(udha)
    async with visitor(udha) as ana:
        ana.http.cookie_jar.update_cookies({COOKIE: "planted"})
        await ana.signs_in()
        first = (await cookie_of(ana)).value
        assert first != "planted"
        await ana.signs_in()
        second = (await cookie_of(ana)).value
        assert second != first
        assert (await ana.opens("/", Cookie=f"{COOKIE}={second}")).url == "/console/"
    async with visitor(udha) as thief:
        for stolen in ("planted", first):
            page = await thief.opens("/", Cookie=f"{COOKIE}={stolen}")
            assert page.url == "/console/sign-in"


async def cookie_of(one: Visitor) -> Morsel[str]:
    return [morsel for morsel in one.http.cookie_jar if morsel.key == COOKIE][-1]


async def test_idle(udha: Udha, clock: MovedClock) -> None:
    """Two hours without a step sign out; a step within them does not."""
    await has_account(udha)
    async with visitor(udha) as ana:
        await ana.signs_in()
        for _ in range(3):
            clock.move(hours=1, minutes=59)
            assert await ana.is_in()
        clock.move(hours=2)
        assert not await ana.is_in()


async def test_a_page_that_is_left_open(udha: Udha, clock: MovedClock) -> None:
    """What an open page asks for by itself keeps nobody signed in; then it is told, and stays."""
    await has_account(udha)
    async with visitor(udha) as ana:
        await ana.signs_in()
        piece = {"HX-Request": "true"}
        for _ in range(4):
            clock.move(minutes=29)
            assert (await ana.opens("/", **piece)).status == 200
        clock.move(minutes=29)
        page = await ana.opens("/", **piece)
        assert (page.status, page.headers["HX-Trigger"]) == (401, "signed-out")
        assert "HX-Redirect" not in page.headers
        assert (await ana.opens("/live")).status == 401


async def test_a_working_day(udha: Udha, clock: MovedClock) -> None:
    """However busy, after twelve hours everybody signs in again."""
    await has_account(udha)
    async with visitor(udha) as ana:
        await ana.signs_in()
        for _ in range(11):
            clock.move(hours=1)
            assert await ana.is_in()
        clock.move(hours=1)
        assert not await ana.is_in()


async def test_back_to_where_one_wanted(udha: Udha) -> None:
    """Whoever was asked to sign in on the way to a page comes to that page."""
    await has_account(udha)
    async with visitor(udha) as ana:
        page = await ana.opens("/account?said=language")
        assert page.url == "/console/sign-in"
        assert 'name="to" value="/console/account?said=language"' in page.html
        page = await ana.signs_in(to="/console/account?said=language")
        assert page.url == "/console/account"


@pytest.mark.parametrize(
    "to",
    [
        *("https://evil.example/", "//evil.example/console/", "/console\\evil", "/"),
        *("/console/sign-out", "/console/link/x", "/console/live", "/console/\r\nSet-Cookie: a=b"),
        *("javascript:alert(1)", "/console/ë", ""),
    ],
)
async def test_to_nowhere_else(udha: Udha, to: str) -> None:
    """Nobody is sent anywhere but to a page of the console."""
    await has_account(udha)
    async with visitor(udha) as ana:
        page = await ana.signs_in(to=to)
        assert (page.status, page.url) == (200, "/console/")


async def test_a_link_in_a_mail(udha: Udha) -> None:
    """Whoever follows a link from another site is led on by a page of ours, since the browser
    keeps the cookie back; whoever is not signed in is then asked to."""
    await has_account(udha)
    async with visitor(udha) as ana:
        page = await ana.opens("/account", **{"Sec-Fetch-Site": "cross-site"})
        assert (page.status, page.url) == (200, "/console/account")
        assert '<meta http-equiv="refresh" content="0; url=/console/account">' in page.html
        page = await ana.opens("/account", **{"Sec-Fetch-Site": "same-origin"})
        assert page.url == "/console/sign-in"


async def test_a_stronger_hash(udha: Udha) -> None:
    """When hashes are to be stronger, a password gets its new one at the next sign-in."""
    number = await has_account(udha)
    store, passwords = udha.parts.store, udha.console.desk.passwords
    passwords.hasher = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    async with visitor(udha) as ana:
        await ana.signs_in()
        account = await store.read(lambda tx: accounts.account_of(tx, number))
        assert account is not None
        assert account.password is not None
        assert "m=16,t=2,p=1" in account.password
        await ana.sends("/sign-out")
        await ana.signs_in()
        assert await ana.is_in()


def test_how_strong_hashes_are() -> None:
    """Argon2id with 64 MiB, 3 passes and 4 lanes: what RFC 9106 names for less memory."""
    hasher = Passwords().hasher
    assert (hasher.type.name, hasher.memory_cost) == ("ID", 64 * 1024)
    assert (hasher.time_cost, hasher.parallelism, hasher.hash_len) == (3, 4, 32)


async def test_a_letter_in_two_pieces(udha: Udha) -> None:
    """ë is ë, whether a keyboard writes it as one character or as two."""
    await has_account(udha, password="gjuhë e bukur ëndrre")
    async with visitor(udha) as ana:
        await ana.signs_in(password=unicodedata.normalize("NFD", "gjuhë e bukur ëndrre"))
        assert await ana.is_in()


async def test_signing_out_ends_the_session(udha: Udha) -> None:
    """After signing out the cookie opens nothing, wherever it is kept."""
    await has_account(udha)
    async with visitor(udha) as ana:
        await ana.signs_in()
        token = (await cookie_of(ana)).value
        assert (await ana.sends("/sign-out")).url == "/console/sign-in"
        page = await ana.opens("/", Cookie=f"{COOKIE}={token}")
        assert page.url == "/console/sign-in"


async def test_disabled_between_two_steps(udha: Udha) -> None:
    """Whoever is disabled is out with the next step, and so is an open live connection."""
    number = await has_account(udha)
    store = udha.parts.store
    async with visitor(udha) as ana:
        await ana.signs_in()
        (session,) = await store.read(lambda tx: sessions.of_member(tx, number))
        assert await store.read(lambda tx: sessions.is_open(tx, session.id))
        await store.write(lambda tx: managing.disable(tx, number, "Besa"))
        assert not await store.read(lambda tx: sessions.is_open(tx, session.id))
        assert not await ana.is_in()


async def test_the_other_language(udha: Udha) -> None:
    """The door speaks both languages, and keeps where somebody wanted to go."""
    async with visitor(udha) as somebody:
        page = await somebody.opens("/sign-in?to=/console/account")
        assert 'href="?lang=en&amp;to=%2Fconsole%2Faccount"' in page.html
        page = await somebody.opens("/sign-in?lang=en&to=/console/account")
        assert "Sign in" in page.text
        page = await somebody.sends("/sign-in?lang=en", name="Ana", password=WRONG)
        assert "The name or the password is not right." in page.text
