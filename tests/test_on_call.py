"""An urgent case that nobody claims is mailed to whoever is on call, until somebody has it."""

import asyncio
import datetime
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bot import mail as mail_module
from bot.app import Parts, Udha
from bot.cli import udha as udha_command
from bot.mail import Mail, MailRefused
from bot.mail_server import MailServer as Where
from bot.on_call import Letter, OnCall
from bot.server import bind
from bot.settings import Alarm, Environment, Settings, WrongSettings, load
from bot.store import casework
from tests.fakes.conversation import Person, World
from tests.fakes.mail_server import MailServer, mail_server
from tests.fakes.scripted_knowledge import ScriptedKnowledge

WORDS = "DANGER my uncle Besnik in Vlora"
LINK = "https://udha.example/console/case/"


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        yield server


@pytest.fixture
async def person(tmp_path: Path, engine: str, scripted: ScriptedKnowledge) -> AsyncIterator[Person]:
    world = await World.made(tmp_path, scripted)
    yield Person(world)
    await world.store.close()


def where(server: MailServer, user: str = "", password: str = "") -> Where:
    sender = "udha@udha.example"
    return Where("127.0.0.1", server.port, sender, user=user, password=password)


def on_call(person: Person, server: MailServer) -> OnCall:
    world = person.world
    content = world.knowledge.content
    letter = Letter(
        "udha@udha.example", "ana@shembull.org", lambda: content, "sq", lambda id_: f"{LINK}{id_}"
    )
    return OnCall(world.store, Mail(where(server)), letter, timedelta(minutes=30), world.clock)


async def after(person: Person, minutes: float, watch: OnCall) -> bool:
    """Time goes by, and whoever watches looks."""
    person.world.clock.move(minutes=minutes)
    return await watch.step()


async def test_a_mail(person: Person, server: MailServer) -> None:
    """After half an hour a mail says which case, what danger and where, and no word of theirs."""
    watch = on_call(person, server)
    await person.says(WORDS)
    assert await after(person, 29, watch)
    assert server.mails == []
    assert await after(person, 1, watch)
    (mail,) = server.mails
    assert (mail["To"], mail["From"]) == ("ana@shembull.org", "udha@udha.example")
    text = mail.get_content()
    assert f"{LINK}1" in text
    assert "nr. 1" in text
    assert "dhunë" in text
    assert "30 minutash" in text
    whole = mail.as_string()
    assert not any(word in whole for word in ("Besnik", "Vlora", "DANGER"))


async def test_again_until_claimed(person: Person, server: MailServer) -> None:
    """It comes again after each half an hour; claimed or closed, no more; released, it does."""
    watch = on_call(person, server)
    store = person.world.store
    await person.says(WORDS)
    for minutes, mails in ((30, 1), (10, 1), (20, 2), (31, 3)):
        await after(person, minutes, watch)
        assert len(server.mails) == mails
    await store.act(lambda tx: casework.claim(tx, 1, "Ana"))
    await after(person, 40, watch)
    assert len(server.mails) == 3
    await store.act(lambda tx: casework.release(tx, 1, "Ana"))
    await after(person, 29, watch)
    assert len(server.mails) == 3
    await after(person, 1, watch)
    assert len(server.mails) == 4
    await store.close_ticket(1, "answered", "Ana")
    await after(person, 40, watch)
    assert len(server.mails) == 4


async def test_what_is_not_urgent(person: Person, server: MailServer) -> None:
    """A case that is not urgent is nobody's alarm; once it is, the half hour begins."""
    watch = on_call(person, server)
    await person.presses("person")
    await after(person, 600, watch)
    await person.says(WORDS)
    await after(person, 29, watch)
    assert server.mails == []
    await after(person, 1, watch)
    assert len(server.mails) == 1


async def test_who_deleted_everything(person: Person, server: MailServer) -> None:
    """Of somebody in danger who deleted everything the shell still calls."""
    await person.says(WORDS)
    await person.presses("delete:yes")
    await after(person, 30, watch := on_call(person, server))
    assert len(server.mails) == 1
    assert watch.state == "on"


async def test_a_server_that_refuses(person: Person, server: MailServer) -> None:
    """A mail that cannot be handed over is tried again, and why is said meanwhile."""
    watch = on_call(person, server)
    await person.says(WORDS)
    server.refuses = "RCPT"
    assert not await after(person, 30, watch)
    assert watch.state == "off: the mail server refuses the address that mails go to"
    server.refuses = ""
    assert await watch.step()
    assert (watch.state, len(server.mails)) == ("on", 1)


@pytest.mark.parametrize(
    ("refuses", "why"),
    [
        ("AUTH", "the mail server refuses user or password"),
        ("MAIL", "the mail server refuses the address that mails come from"),
        ("DATA", "the mail server refuses (SMTPDataError)"),
    ],
)
async def test_why_not(server: MailServer, refuses: str, why: str) -> None:
    """What a server refuses is said in plain words, without an address or a secret."""
    server.refuses = refuses
    with pytest.raises(MailRefused, match="^" + why.replace("(", r"\(").replace(")", r"\)")):
        await Mail(where(server, user="udha", password="hidden")).send(_mail())


async def test_signing_in(server: MailServer) -> None:
    """User and password are given to the server before the mail."""
    await Mail(where(server, user="udha", password="p@ss")).send(_mail())
    assert server.logins == ["\0udha\0p@ss"]
    assert len(server.mails) == 1


async def test_a_silent_server(server: MailServer) -> None:
    """A server that takes the call and says nothing is waited for no longer than is said."""
    server.silent = True
    with pytest.raises(MailRefused, match="does not answer in time"):
        await Mail(where(server), answers_within=0.05).look()


async def test_nobody_there() -> None:
    """Where nothing listens, that is said."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nowhere = Where("127.0.0.1", free.getsockname()[1], "udha@udha.example")
        with pytest.raises(MailRefused, match="cannot be reached"):
            await Mail(nowhere).look()


async def test_never_in_the_clear(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server beyond this machine that offers no encryption gets neither password nor mail."""
    monkeypatch.setattr(mail_module, "is_loopback", lambda _: False)
    with pytest.raises(MailRefused, match="no encryption"):
        await Mail(where(server, user="udha", password="hidden")).send(_mail())
    assert (server.logins, server.mails) == ([], [])


async def test_encrypted() -> None:
    """Where a server offers STARTTLS it is used, and a certificate nobody trusts is refused."""
    offered, trust = _certificate()
    async with mail_server(offered) as server:
        await Mail(where(server, user="udha", password="hidden"), trust).send(_mail())
        assert server.encrypted
        assert len(server.mails) == 1
        with pytest.raises(MailRefused, match="certificate is not to be trusted"):
            await Mail(where(server)).send(_mail())


async def test_the_whole_program(parts: Parts, server: MailServer) -> None:
    """A serving process watches by itself, and /readyz says how the alarm stands."""
    settings = Settings(
        parts.settings.home,
        Environment(port=0, smtp=where(server)),
        alarm=Alarm(email_to="ana@shembull.org"),
    )
    whole = Parts(settings, parts.knowledge, parts.store, parts.clock)
    with bind("127.0.0.1", 0) as listening:
        program = Udha(whole, listening)
        assert program.on_call is not None
        await program.start()
        readiness = await program._ready()
        await program.finish()
    assert readiness.channels["alarm"].startswith("on")
    unset = Settings(parts.settings.home, Environment(port=0), alarm=settings.alarm)
    with bind("127.0.0.1", 0) as listening:
        off = Udha(Parts(unset, parts.knowledge, parts.store, parts.clock), listening)
        assert (await off._ready()).channels["alarm"] == "off: UDHA_SMTP_URL is not set"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (
            "smtps://udha%40a.org:p%40ss@mail.a.org?from=udha@b.org",
            Where("mail.a.org", 465, "udha@b.org", True, "udha@a.org", "p@ss"),
        ),
        (
            "smtp://udha%40a.org:x@mail.a.org",
            Where("mail.a.org", 587, "udha@a.org", False, "udha@a.org", "x"),
        ),
        ("smtp://localhost:25?from=a@localhost", Where("localhost", 25, "a@localhost")),
    ],
)
def test_the_address_of_a_server(tmp_path: Path, written: str, read: Where) -> None:
    """A server is written as one address; its password is never shown."""
    environment = load({"UDHA_SMTP_URL": written}, tmp_path).environment
    assert environment.smtp == read
    assert "p@ss" not in repr(environment)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("mail.a.org", "it is not the address of a mail server."),
        ("https://mail.a.org?from=a@b.org", "it is not the address of a mail server."),
        ("smtp://mail.a.org:x?from=a@b.org", "it is not the address of a mail server."),
        ("smtp://udha:hidden@mail.a.org", "it does not say who mails come from."),
    ],
)
def test_a_wrong_address(tmp_path: Path, written: str, sentence: str) -> None:
    """What is wrong is said without what was written: it may hold a password."""
    with pytest.raises(WrongSettings) as caught:
        load({"UDHA_SMTP_URL": written}, tmp_path)
    advice = "Write it as smtps://user:password@host:465?from=udha@host."
    assert str(caught.value) == f"UDHA_SMTP_URL: {sentence} {advice}"


async def test_the_doctor(tmp_path: Path, server: MailServer) -> None:
    """`udha doctor mail` signs in and sends nothing; what is missing or wrong is said."""
    (tmp_path / "config.yaml").write_text("alarm: {email_to: ana@shembull.org}", "utf-8")
    url = f"smtp://udha:hidden@127.0.0.1:{server.port}?from=udha@udha.example"
    environ = {"UDHA_CONFIG": str(tmp_path / "config.yaml"), "UDHA_SMTP_URL": url}

    async def doctor(**variables: str) -> str:
        found = await asyncio.to_thread(
            CliRunner().invoke, udha_command, ["doctor", "mail"], env=environ | variables
        )
        return found.output

    assert "127.0.0.1 lets us in. After 30 minutes a mail goes to ana@shembull.org." in (
        await doctor()
    )
    assert server.mails == []
    server.refuses = "AUTH"
    refused = await doctor()
    assert "The mail server refuses user or password. Look at UDHA_SMTP_URL." in refused
    assert "hidden" not in refused
    assert "set UDHA_SMTP_URL" in await doctor(UDHA_SMTP_URL="")


def _mail() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "udha@udha.example", "a@b.org", "x"
    message.set_content("Përshëndetje")
    return message


def _certificate() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """One for this machine: for whoever shows it, and for whoever believes it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "here")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    written = made.public_bytes(serialization.Encoding.PEM).decode()
    return _shown(key, written), ssl.create_default_context(cadata=written)


def _shown(key: ec.EllipticCurvePrivateKey, certificate: str) -> ssl.SSLContext:
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(private + certificate)
        file.flush()
        context.load_cert_chain(file.name)
    return context
