"""Accounts of staff: invited by a link, looked after by admins, each seen to by its owner."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.app import Parts, Udha
from bot.cli import udha as command_line
from bot.server import bind
from bot.settings import Environment, Settings
from bot.store import accounts, audit, managing
from bot.store.accounts import Member
from tests.fakes.console_door import PASSWORD, QUICK, Visitor, has_account, visitor
from tests.fakes.console_people import Colleague, Page, colleague
from tests.fakes.program import SECRET
from tests.fakes.scripted_knowledge import ScriptedKnowledge
from tests.fakes.staff_world import StaffWorld, staff_world
from tests.fakes.store_world import MovedClock, url_of

NEW = "liqen gur dritare"


async def member(udha: Udha, name: str) -> Member:
    found = await udha.parts.store.read(lambda tx: accounts.account(tx, name))
    assert found is not None
    return found.member


def link_in(page: Page) -> str:
    """The link that a page shows, as a path of the console."""
    (found,) = re.findall(r'value="http://[^/"]+/console(/link/[^"]+)"', page.html)
    return unescape(found)


@pytest.fixture
async def admin(udha: Udha) -> AsyncIterator[Colleague]:
    udha.console.desk.passwords.hasher = QUICK
    async with colleague(udha, "Drita", "admin") as signed_in:
        number = signed_in.id
        await udha.parts.store.write(lambda tx: accounts.change(tx, number, password="x"))
        yield signed_in


# By a link


async def test_invited(udha: Udha, admin: Colleague) -> None:
    """Who is added gets a link; it is looked at as often as one likes, a password is chosen once,
    and that signs in."""
    page = await admin.sends("/staff", name="  Ana   Prifti ", role="editor", language="en")
    link = link_in(page)
    assert "Give this link to Ana Prifti in person." in page.text
    async with visitor(udha) as ana, visitor(udha) as other:
        for _ in range(3):
            assert "Welcome, Ana Prifti" in (await ana.opens(link)).text
        page = await ana.sends(link, password=NEW)
        assert (page.status, page.url) == (200, "/console/")
        assert "Sign out (Ana Prifti)" in page.text
        for page in (await other.opens(link), await other.sends(link, password=PASSWORD)):
            assert page.status == 410
            assert "Ky link nuk vlen më" in page.text
        await other.signs_in("Ana Prifti", NEW)
        assert await other.is_in()
    assert (await member(udha, "Ana Prifti")).role == "editor"


async def test_a_link_expires(udha: Udha, clock: MovedClock) -> None:
    """A link works for a day; a newer one ends it before, and so does disabling."""
    store = udha.parts.store
    number = await store.write(
        lambda tx: managing.add(tx, "Ana", "staff", "en", link="first", by="Drita")
    )
    async with visitor(udha) as ana:
        clock.move(hours=23, minutes=59)
        assert (await ana.opens("/link/first")).status == 200
        clock.move(minutes=1)
        assert (await ana.opens("/link/first")).status == 410
        await store.write(lambda tx: managing.offer_link(tx, number, "second", "Drita"))
        await store.write(lambda tx: managing.offer_link(tx, number, "third", "Drita"))
        assert (await ana.opens("/link/second")).status == 410
        assert (await ana.opens("/link/third")).status == 200
        await store.write(lambda tx: managing.disable(tx, number, "Drita"))
        assert (await ana.sends("/link/third", password=NEW)).status == 410
        await store.write(lambda tx: managing.enable(tx, number, "Drita"))
        assert (await ana.opens("/link/third")).status == 410


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("elevenchars", "at least 12 characters"),
        ("x" * 50 + "abcdef" * 30, "up to 200 characters"),
        ("Besnik Hoxha", "is your name"),
        ("besnikhoxha 2026", "is your name"),
        ("fjalëkalimi1", "among the first"),
        ("Password1234", "among the first"),
        ("qwertyqwerty", "among the first"),
        ("123456789012", "among the first"),
        ("098765432109", "among the first"),
        ("aaaaabbbbbab", "among the first"),
        ("", "at least 12 characters"),
    ],
)
async def test_poor_passwords(udha: Udha, password: str, words: str) -> None:
    """A password that is short, a name or among the first to be tried is refused with the reason,
    and the link still works."""
    await udha.parts.store.write(
        lambda tx: managing.add(tx, "Besnik Hoxha", "staff", "en", link="link", by="Drita")
    )
    async with visitor(udha) as besnik:
        page = await besnik.sends("/link/link", password=password)
        assert page.status == 400
        assert words in page.text
        assert (await besnik.opens("/link/link")).status == 200


@pytest.mark.parametrize("password", ["tre macka te zeza", "482915730264", "ëëëççç àáâ ôõö"])
async def test_good_passwords(udha: Udha, password: str) -> None:
    """Nothing but length is asked for: words, digits, any letters."""
    udha.console.desk.passwords.hasher = QUICK
    await udha.parts.store.write(
        lambda tx: managing.add(tx, "Ana", "staff", "en", link="link", by="Drita")
    )
    async with visitor(udha) as ana:
        assert (await ana.sends("/link/link", password=password)).url == "/console/"
        await ana.sends("/sign-out")
        await ana.signs_in(password=password)
        assert await ana.is_in()


async def test_a_forgotten_password(udha: Udha, admin: Colleague) -> None:
    """A new link leaves the old password alone until another is chosen; that ends all sessions."""
    number = await has_account(udha)
    async with visitor(udha) as before, visitor(udha) as after:
        await before.signs_in()
        link = link_in(await admin.sends(f"/staff/{number}/link"))
        assert await before.is_in()
        await after.sends(link, password=NEW)
        assert await after.is_in()
        assert not await before.is_in()
        await before.signs_in()
        assert not await before.is_in()


# One's own account


@pytest.fixture
async def ana(udha: Udha) -> AsyncIterator[Visitor]:
    """Ana, signed in with her password, before her account's page."""
    await has_account(udha)
    async with visitor(udha) as signed_in:
        await signed_in.signs_in()
        await signed_in.opens("/account")
        yield signed_in


async def test_own_language(ana: Visitor) -> None:
    """The console speaks the language that somebody has chosen."""
    page = await ana.sends("/account/language", language="sq")
    assert "Gjuha u ruajt." in page.text
    assert '<html lang="sq">' in (await ana.opens("/")).html
    await ana.sends("/account/language", language="xx")
    assert '<html lang="sq">' in (await ana.opens("/")).html


async def test_own_password(udha: Udha, ana: Visitor) -> None:
    """Whoever knows the present password chooses another, and is signed out everywhere else."""
    async with visitor(udha) as elsewhere:
        await elsewhere.signs_in()
        page = await ana.sends("/account/password", old=PASSWORD, new=NEW)
        assert "The password is changed." in page.text
        assert await ana.is_in()
        assert not await elsewhere.is_in()
        await elsewhere.signs_in(password=NEW)
        assert await elsewhere.is_in()


async def test_own_password_wrongly(ana: Visitor) -> None:
    """Without the present password nothing changes, nor for a poor one; and who found the page
    open cannot go on guessing."""
    page = await ana.sends("/account/password", old=PASSWORD, new="short")
    assert "at least 12 characters" in page.text
    for _ in range(5):
        page = await ana.sends("/account/password", old=NEW, new=NEW)
        assert page.status == 400
        assert "The current password is not right." in page.text
    page = await ana.sends("/account/password", old=PASSWORD, new=NEW)
    assert "The current password is not right." in page.text


async def test_own_sessions(udha: Udha, ana: Visitor, clock: MovedClock) -> None:
    """Somebody sees where they are signed in, and ends one of it, or all but this."""
    async with visitor(udha) as phone, visitor(udha) as home:
        clock.move(minutes=5)
        await phone.signs_in()
        await home.signs_in()
        page = await ana.opens("/account")
        ends = re.findall(r"/account/sessions/\d+/end", page.html)
        assert len(ends) == 2
        assert page.text.count("02.03.2026 10:05") >= 2
        assert "This browser" in page.text
        await ana.sends(ends[-1])
        assert (await phone.is_in(), await home.is_in()) == (False, True)
        page = await ana.sends("/account/sessions/end-others")
        assert (await home.is_in(), await ana.is_in()) == (False, True)
        assert re.findall(r"/account/sessions/\d+/end", page.html) == []


async def test_sessions_of_others(udha: Udha, ana: Visitor) -> None:
    """Nobody ends the session of somebody else."""
    async with colleague(udha, "Besa") as besa:
        for session in range(1, 9):
            await besa.sends(f"/account/sessions/{session}/end")
        assert await ana.is_in()


# In the Telegram group


@dataclass
class Both:
    """The group and the console, over one store."""

    staff: StaffWorld
    udha: Udha

    async def code(self, who: Colleague) -> str:
        """A code, as the account's page shows it."""
        page = await who.sends("/account/telegram")
        (found,) = re.findall(r'value="/iam ([A-Z2-9]{8})"', page.html)
        return str(found)

    async def general(self, text: str, by: str = "Mira", *, anonymous: bool = False) -> str:
        """Somebody writes in General; returns what the group says to that."""
        await self.staff.server.staff_writes(None, by, text, anonymous=anonymous)
        await self.staff.takes()
        await self.staff.shows()
        return self.staff.general()[-1].text


@pytest.fixture
async def both(tmp_path: Path, engine: str, scripted: ScriptedKnowledge) -> AsyncIterator[Both]:
    async with staff_world(tmp_path, scripted.content) as staff:
        await staff.asks("Si e marr vizën?")
        await staff.shows()
        environment = Environment(port=0, telegram_staff_chat="-1001234567890")
        parts = Parts(Settings(tmp_path, environment), scripted, staff.store, staff.time)
        with closing(bind("127.0.0.1", 0)) as listening:
            udha = Udha(parts, listening)
            # Without the workers: the group is brought up to date step by step.
            await udha.server.start()
            yield Both(staff, udha)
            await udha.server.stop(1)


async def test_one_name_in_both(both: Both) -> None:
    """With the code from the console a member of the group bears the account's name, in words,
    claims and presses, and nobody else does."""
    async with colleague(both.udha, "Ana Prifti") as ana:
        code = await both.code(ana)
        assert await both.general(f"/iam {code}") == both.staff.text("notice_iam", by="Ana Prifti")
        assert "you are Ana Prifti" in (await ana.opens("/account")).text
        await both.staff.presses("E marr unë", "Mira")
        assert (await both.staff.ticket()).claimed_by == "Ana Prifti"
        await both.staff.writes("Me takim.", "Mira")
        await both.staff.writes("/note e njoh", "Beni")
        found = await both.staff.ticket()
        assert found.lines[-1].by == "Ana Prifti"
        assert found.events[-1].by == "Beni"
        deeds = await both.staff.store.read(lambda tx: audit.read(tx, 3))
        assert [(one.by, one.what, one.ticket) for one in deeds] == [
            ("Beni", "noted", 1),
            ("Ana Prifti", "answered", 1),
            ("Ana Prifti", "claimed", 1),
        ]


async def test_a_code_is_good_once(both: Both) -> None:
    """A code ties one member, within ten minutes, written in whatever way; a newer one ends it."""
    async with colleague(both.udha) as ana:
        wrong = both.staff.text("notice_iam_wrong")
        code = await both.code(ana)
        assert await both.general(f"/iam@udha_bot  {code[:4].lower()} {code[4:]}") != wrong
        assert await both.general(f"/iam {code}", "Beni") == wrong
        first, second = await both.code(ana), await both.code(ana)
        assert await both.general(f"/iam {first}", "Beni") == wrong
        both.staff.time.move(minutes=10)
        assert await both.general(f"/iam {second}", "Beni") == wrong


async def test_codes_that_are_none(both: Both) -> None:
    """Without a code, or as the group itself, nobody is tied, and the group says why."""
    async with colleague(both.udha) as ana:
        assert await both.general("/iam") == both.staff.text("notice_iam_no_code")
        assert await both.general("/iam ABCDEFGH") == both.staff.text("notice_iam_wrong")
        code = await both.code(ana)
        said = await both.general(f"/iam {code}", anonymous=True)
        assert said == both.staff.text("notice_iam_as_group")
        assert "not tied yet" in (await ana.opens("/account")).text


async def test_in_a_topic_too(both: Both) -> None:
    """The code may be written in a case's topic; nothing of it goes to the person."""
    async with colleague(both.udha) as ana:
        await both.staff.writes(f"/iam {await both.code(ana)}")
        assert both.staff.texts()[-1] == both.staff.text("notice_iam", by="Ana")
        assert await both.staff.receives() == []


async def test_untied(both: Both) -> None:
    """Who unties, and who is disabled, is their first name again in the group."""
    async with colleague(both.udha, "Ana Prifti") as ana:
        await both.general(f"/iam {await both.code(ana)}")
        page = await ana.sends("/account/telegram/untie")
        assert "Your Telegram is no longer tied." in page.text
        await both.staff.writes("/claim")
        assert (await both.staff.ticket()).claimed_by == "Mira"
        await both.general(f"/iam {await both.code(ana)}")
        await both.staff.writes("/claim")
        assert (await both.staff.ticket()).claimed_by == "Ana Prifti"
        await both.staff.store.write(lambda tx: managing.disable(tx, ana.id, "Drita"))
        await both.staff.writes("/claim")
        assert (await both.staff.ticket()).claimed_by == "Mira"


async def test_tied_to_another(both: Both) -> None:
    """Whoever writes the code of another account is that one from then on."""
    async with colleague(both.udha, "Ana") as ana, colleague(both.udha, "Besa") as besa:
        await both.general(f"/iam {await both.code(ana)}")
        await both.general(f"/iam {await both.code(besa)}")
        await both.staff.writes("/claim")
        assert (await both.staff.ticket()).claimed_by == "Besa"
        assert "not tied yet" in (await ana.opens("/account")).text


# By admins


async def test_who_has_an_account(udha: Udha, admin: Colleague) -> None:
    """Admins see all accounts: role, whether they can sign in, and when they last did."""
    await has_account(udha, "Ana", role="editor")
    await admin.sends("/staff", name="Besa", role="staff", language="sq")
    page = await admin.opens("/staff")
    assert "Ana Editor · has not signed in yet" in page.text
    assert "Besa Staff · no password yet" in page.text
    assert "Drita you Admin" in page.text


@pytest.mark.parametrize("name", ["", "   ", "a" * 61, "a\x00b"])
async def test_names_that_are_none(udha: Udha, admin: Colleague, name: str) -> None:
    """A name has something to be seen, and fits on a line."""
    page = await admin.sends("/staff", name=name, role="staff", language="sq")
    assert page.status == 400
    assert "1 to 60 characters" in page.text


async def test_a_name_is_one_persons(udha: Udha, admin: Colleague) -> None:
    """Two of staff never have the same name, however it is written; a name is no markup."""
    await admin.sends("/staff", name="<b>Ana</b>", role="staff", language="sq")
    page = await admin.sends("/staff", name=" <B>ana</B>", role="staff", language="sq")
    assert page.status == 400
    assert "Somebody has this name already." in page.text
    assert "<b>Ana</b>" not in page.html
    assert "&lt;b&gt;Ana&lt;/b&gt;" in page.html


async def test_another_role(udha: Udha, admin: Colleague) -> None:
    """A role holds from the next step on."""
    number = await has_account(udha)
    async with visitor(udha) as ana:
        await ana.signs_in()
        assert (await ana.opens("/staff")).status == 403
        page = await admin.sends(f"/staff/{number}/role", role="admin")
        assert "The role is saved." in page.text
        assert (await ana.opens("/staff")).status == 200
        await admin.sends(f"/staff/{number}/role", role="staff")
        assert (await ana.opens("/staff")).status == 403


async def test_disabled_and_enabled(udha: Udha, admin: Colleague) -> None:
    """Who is disabled is out at once; enabled again, the old password lets in."""
    number = await has_account(udha)
    async with visitor(udha) as ana:
        await ana.signs_in()
        page = await admin.sends(f"/staff/{number}/disable")
        assert "Ana Staff · disabled on 02.03.2026" in page.text
        assert not await ana.is_in()
        assert (await admin.sends(f"/staff/{number}/link")).status == 404
        await admin.sends(f"/staff/{number}/enable")
        assert not await ana.is_in()
        await ana.signs_in()
        assert await ana.is_in()


async def test_signed_out_by_an_admin(udha: Udha, admin: Colleague) -> None:
    """An admin ends all sessions of somebody who has lost a phone."""
    number = await has_account(udha)
    async with visitor(udha) as ana, visitor(udha) as phone:
        await ana.signs_in()
        await phone.signs_in()
        assert "The sessions have ended." in (await admin.sends(f"/staff/{number}/sessions")).text
        assert (await ana.is_in(), await phone.is_in()) == (False, False)


async def test_the_last_admin(udha: Udha) -> None:
    """Somebody is always left who can sign in and look after the accounts."""
    number = await has_account(udha, "Drita", role="admin")
    async with visitor(udha) as drita:
        await drita.signs_in("Drita")
        await drita.opens("/staff")
        # Invited, but cannot sign in yet.
        await drita.sends("/staff", name="Besa", role="admin", language="en")
        for what in ("disable", "role"):
            page = await drita.sends(f"/staff/{number}/{what}", role="staff")
            assert page.status == 400
            assert "This is the last admin." in page.text
        assert (await member(udha, "Drita")).role == "admin"
        await has_account(udha, "Ana", role="admin")
        await drita.sends(f"/staff/{number}/role", role="staff")
        assert (await member(udha, "Drita")).role == "staff"


@pytest.mark.parametrize("what", ["role", "link", "disable", "enable", "sessions"])
async def test_nobody(udha: Udha, admin: Colleague, what: str) -> None:
    """What is wanted of an account that is not there is answered so."""
    assert (await admin.sends(f"/staff/99/{what}", role="staff")).status == 404


# From the command line


@pytest.fixture
def command(tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    for name in ("UDHA_CONFIG", "UDHA_KNOWLEDGE", "UDHA_PORT", "UDHA_PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    environ = {"UDHA_DATABASE_URL": url_of(tmp_path), "UDHA_SECRET_KEY": SECRET}

    def typed(*arguments: str, **more: str) -> Result:
        return CliRunner().invoke(command_line, ["staff", *arguments], env=environ | more)

    return typed


def test_the_first_admin(command: Callable[..., Result]) -> None:
    """On a new machine the first admin is added by a command that prints their link."""
    assert "udha staff add NAME --role admin" in command("list").output
    done = command("add", "Drita", "--role", "admin", "--lang", "en")
    assert done.exit_code == 0, done.output
    (link,) = re.findall(r"/console/link/[\w-]{43}$", done.output, re.MULTILINE)
    assert f"http://127.0.0.1:8080{link}" in done.output.splitlines()
    done = command("link", "drita", UDHA_PUBLIC_URL="https://udha.example/")
    (link,) = re.findall(r"/console/link/[\w-]{43}$", done.output, re.MULTILINE)
    assert f"https://udha.example{link}" in done.output.splitlines()
    assert "Drita  admin  en  no password yet" in command("list").output


def test_accounts_by_commands(command: Callable[..., Result]) -> None:
    """Accounts are disabled and enabled by commands; what cannot be is said in one sentence."""
    command("add", "Ana", "--role", "staff")
    assert command("disable", "ANA").exit_code == 0
    assert "disabled" in command("list").output
    refused = command("link", "Ana")
    assert (refused.exit_code, refused.output) == (
        1,
        'Error: "Ana" is disabled: enable the account first.\n',
    )
    assert command("enable", "Ana").exit_code == 0
    assert "no password yet" in command("list").output
    for name in ("link", "disable", "enable"):
        refused = command(name, "Besa")
        assert (refused.exit_code, refused.output) == (
            1,
            'Error: Nobody of staff is called "Besa".\n',
        )
    refused = command("add", " ana", "--role", "staff")
    assert refused.output == 'Error: Somebody of staff is called "ana" already.\n'
    assert command("add", " ", "--role", "staff").exit_code == 2
    assert command("add", "Besa", "--role", "boss").exit_code == 2


async def test_a_command_beside_the_server(udha: Udha, clock: MovedClock, tmp_path: Path) -> None:
    """The link that a command prints works on the running server."""
    store = udha.parts.store
    await store.act(lambda tx: managing.add(tx, "Ana", "admin", "en", link="x", by="root"))
    async with visitor(udha) as ana:
        udha.console.desk.passwords.hasher = QUICK
        assert (await ana.sends("/link/x", password=NEW)).url == "/console/"
        assert "/console/staff" in (await ana.opens("/")).html
