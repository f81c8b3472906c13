"""The commands of `udha`, as somebody types them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import udha
from bot.refused import Refused
from bot.store.store import Store
from handlers.messages import Effects, Message, TicketOpened
from tests.fakes.program import SECRET, Deployment
from tests.fakes.store_world import url_of

QUESTION = "Sa kohë mund të rri në Belgjikë pa vizë?"
CONTENT = Path(__file__).parents[1] / "knowledge_base" / "content"
SOUND = Path(__file__).parent / "sound_content"


class CommandLine:
    """Types commands in this process: quicker than starting one for each."""

    def __init__(self, environ: dict[str, str]) -> None:
        self._environ = environ

    def __call__(self, *arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(udha, arguments, input=typed, env=self._environ)

    def json(self, *arguments: str, typed: str = "") -> Any:
        done = self(*arguments, typed=typed)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {
        "UDHA_DATABASE_URL": url_of(tmp_path),
        "UDHA_SECRET_KEY": SECRET,
    }


@pytest.fixture
def command(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    for name in ("UDHA_CONFIG", "UDHA_KNOWLEDGE", "UDHA_PORT", "UDHA_HOST"):
        monkeypatch.delenv(name, raising=False)
    return CommandLine(environ)


def test_ask(command: CommandLine) -> None:
    """Asked a question it knows, Udha gives the answer with its source and date."""
    done = command("ask", QUESTION)
    assert done.exit_code == 0
    assert done.output.startswith("answer (sq)")
    assert "[visa-free-stay]" in done.output
    assert "https://" in done.output


def test_ask_after_an_answer(command: CommandLine) -> None:
    """--after: a short question goes on from the entry shown before it, and --explain says so."""
    done = command("ask", "sa kushton?", "--after", "etias", "--explain")
    assert "ETIAS" in done.output
    assert "it goes on from etias" in done.output
    refused = command("ask", "sa kushton?", "--after", "never-there")
    assert str(refused.exception) == 'No entry is called "never-there".'


def test_ask_two_questions(command: CommandLine) -> None:
    """The answer to one of two questions, and the question of the other's entry."""
    done = command("ask", "Si hiqet ndalimi i hyrjes? A vlen patenta shqiptare në Belgjikë?")
    assert done.output.startswith("answer (sq)")
    assert "[driving-licence]" in done.output
    assert "[entry-ban]" in done.output


def test_ask_in_danger(command: CommandLine) -> None:
    """Asked in danger, the first thing said is 112."""
    done = command("ask", "ma kan marr pasaporten sme lene me dal")
    assert done.output.splitlines()[0] == "urgent (sq)"
    assert done.output.splitlines()[2].startswith("112")


def test_ask_the_unknown(command: CommandLine) -> None:
    """Asked what it cannot know, Udha gives no answer."""
    done = command("ask", "kush fitoi ligen e kampioneve")
    assert done.output.startswith("escalate (sq)")


def test_ask_in_english(command: CommandLine) -> None:
    """The language of the chat helps where the question's own is unclear."""
    assert "(en)" in command("ask", "etias 90", "--lang", "en").output
    assert "(sq)" in command("ask", "etias 90", "--lang", "sq").output


def test_explain(command: CommandLine) -> None:
    """--explain says which way of asking was closest and why the decision fell so."""
    done = command("ask", QUESTION, "--explain")
    assert "faq/travel.yaml:" in done.output
    assert "threshold" in done.output


def test_match(command: CommandLine) -> None:
    """Each line in is a line out, in order, with up to five entries, best first."""
    texts = [QUESTION, "how long can i stay in belgium without visa", "ë" * 3, ""]
    typed = "".join(json.dumps({"text": text}) + "\n" for text in texts)
    lines = [json.loads(line) for line in command("match", typed=typed).stdout.splitlines()]
    assert [line["text"] for line in lines] == texts
    for line in lines[:2]:
        assert list(line) == ["text", "language", "decision", "entries"]
        assert line["entries"][0]["id"] == "visa-free-stay"
        confidences = [entry["confidence"] for entry in line["entries"]]
        assert confidences == sorted(confidences, reverse=True)
        assert len(confidences) <= 5


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("[" * 100_000, 'Line 2 is not JSON. Write {"text": "…"}.'),
        ("not json", 'Line 2 is not JSON. Write {"text": "…"}.'),
        ("[1]", 'Line 2 has no "text". Write {"text": "…"}.'),
        ('{"text": 5}', 'Line 2 has no "text". Write {"text": "…"}.'),
    ],
)
def test_match_says_which_line(tmp_path: Path, line: str, sentence: str) -> None:
    """A line that is no question is named by its number; what came before it is answered."""
    done = Deployment(tmp_path).udha("match", typed=f'{{"text": "vizë"}}\n{line}\n')
    assert (done.returncode, done.stderr) == (2, f"udha: {sentence}\n")
    assert len(done.stdout.splitlines()) == 1


def test_match_half_a_character(command: CommandLine) -> None:
    """A text that JSON can name but nothing can write down is decided on, and named again."""
    line = r'{"text": "vizë \ud83d"}'
    assert command.json("match", typed=line)["text"] == json.loads(line)["text"]


def test_check(command: CommandLine) -> None:
    """The content that comes with Udha has no errors."""
    done = command("check")
    assert done.exit_code == 0, done.output
    assert "0 errors" in done.output


def test_check_another_folder(command: CommandLine, tmp_path: Path) -> None:
    """Another folder is checked where it is; without content the exit code is 1."""
    copied = copytree(CONTENT, tmp_path / "content")
    assert command("check", str(copied)).exit_code == 0
    chat = copied / "texts" / "chat.yaml"
    chat.write_text(chat.read_text(encoding="utf-8").replace("\nhelp:", "\nhelpp:"))
    done = command("check", str(copied))
    assert done.exit_code == 1
    assert 'Call it "help".' in done.output
    assert command("check", str(tmp_path)).exit_code == 1
    assert command("check", str(tmp_path / "nowhere")).exit_code == 2


def test_evaluate(command: CommandLine, tmp_path: Path) -> None:
    """The measures over a file of questions, as a table and as JSON."""
    questions = tmp_path / "questions.jsonl"
    line = {"text": QUESTION, "kind": "faq", "language": "sq", "style": "standard"}
    questions.write_text(json.dumps(line | {"expect": ["visa-free-stay"]}) + "\n")
    measures = command.json("evaluate", str(questions), "--json")
    assert measures["in_all"]["answered_right"]["share"] == 1.0
    assert "answered right" in " ".join(command("evaluate", str(questions)).output.split())


def test_evaluate_shows_misses_and_changes(command: CommandLine, tmp_path: Path) -> None:
    """--misses says what a question lacked; --save keeps a run that --since compares with."""
    questions, run = tmp_path / "questions.jsonl", tmp_path / "run.json"
    line = {"text": QUESTION, "kind": "faq", "language": "sq", "style": "standard"}
    questions.write_text(json.dumps(line | {"expect": ["etias"]}) + "\n")
    shown = command("evaluate", str(questions), "--misses", "--save", str(run)).output
    assert "etias taken for visa-free-stay" in shown
    assert "nearest way of asking of etias" in shown
    assert "what spoke for visa-free-stay" in shown
    assert "Worse: 0" in command("evaluate", str(questions), "--since", str(run)).output
    refused = command("evaluate", str(questions), "--since", str(questions))
    assert isinstance(refused.exception, Refused)


def test_evaluate_says_which_line(command: CommandLine, tmp_path: Path) -> None:
    """A line that is no question is named by its number."""
    questions = tmp_path / "questions.jsonl"
    questions.write_text('\n{"text": "x"}\n')
    done = Deployment(tmp_path).udha("evaluate", str(questions))
    assert done.returncode == 2
    assert "questions.jsonl:2" in done.stderr


@pytest.fixture
async def ticket(environ: dict[str, str]) -> int:
    """A case that somebody opened."""
    store = await Store.open(environ["UDHA_DATABASE_URL"], SECRET, lambda: datetime.now(UTC))
    message = Message("web", "ana", "1", "text", datetime.now(UTC), "[bold]Sa kushton?[/]")
    await store.keep(message)
    leased = await store.lease()
    assert leased is not None
    opened = TicketOpened(message.text, "waiting_for_staff")
    await store.finish(leased, Effects(changes=(opened,)))
    (found,) = await store.tickets()
    await store.close()
    return found.id


@pytest.mark.usefixtures("engine")
def test_tickets_list(command: CommandLine, ticket: int) -> None:
    """Open tickets are listed, as a table and as a JSON array; what people write is no markup."""
    (found,) = command.json("tickets", "list", "--json")
    assert (found["id"], found["channel"], found["state"]) == (ticket, "web", "waiting_for_staff")
    assert found["question"] == "[bold]Sa kushton?[/]"
    assert {"language", "priority", "opened_at"} <= found.keys()
    assert "[bold]Sa kushton?[/]" in command("tickets", "list").output


@pytest.mark.usefixtures("engine")
def test_tickets_reply_and_close(command: CommandLine, ticket: int) -> None:
    """A case is answered and closed; its story is told; closed ones are listed with --all."""
    number = str(ticket)
    assert command("tickets", "reply", number, "-", typed="Është falas.\n").exit_code == 0
    (found,) = command.json("tickets", "list", "--json")
    assert found["state"] == "with_staff"
    assert command("tickets", "close", number, "--outcome", "answered").exit_code == 0
    assert command.json("tickets", "list", "--json") == []
    assert "No ticket is open." in command("tickets", "list").output
    (closed,) = command.json("tickets", "list", "--all", "--json")
    assert (closed["state"], closed["outcome"]) == ("closed", "answered")
    story = command("tickets", "show", number).output
    assert "person: [bold]Sa kushton?[/]" in story
    assert "Është falas." in story
    lines = command.json("tickets", "show", number, "--json")["lines"]
    by_staff = [line["text"] for line in lines if line["author"] == "staff"]
    assert by_staff == ["Është falas."]


@pytest.mark.usefixtures("engine")
def test_what_people_write_gives_no_orders(command: CommandLine, ticket: int) -> None:
    """Nothing that was written can clear a terminal, turn its lines or look like one of ours."""
    words = "a\x1b[2J\x9b1m \u202egnirts\r\n2026-01-01 00:00  staff: po 👩\u200d👩\u200d👧"
    command("tickets", "reply", str(ticket), "-", "--by", "Mi\x1b[0m", typed=words)
    command("tickets", "close", str(ticket), "--outcome", "\x1b[31mred")
    shown = command("tickets", "show", str(ticket)).output
    assert not {"\x1b", "\x9b", "\u202e", "\r"} & set(shown)
    assert "\n2026-01-01" not in shown
    assert "👩\u200d👩\u200d👧" in shown


@pytest.mark.usefixtures("engine")
def test_tickets_that_are_not_there(command: CommandLine, ticket: int) -> None:
    """A ticket that is not there, or is closed, is said in one sentence; exit code 1."""
    done = command("tickets", "show", "99")
    assert (done.exit_code, done.output) == (1, "Error: There is no ticket 99.\n")
    assert command("tickets", "show", "9" * 30).exit_code == 2
    assert command("tickets", "reply", "99", "x").output == "Error: There is no ticket 99.\n"
    command("tickets", "close", str(ticket), "--outcome", "answered")
    done = command("tickets", "reply", str(ticket), "x")
    assert (done.exit_code, done.output) == (1, f"Error: Ticket {ticket} is closed.\n")


@pytest.mark.usefixtures("engine")
def test_nothing_to_send(command: CommandLine, ticket: int) -> None:
    """An empty reply is not sent."""
    assert command("tickets", "reply", str(ticket), "-", typed=" \n").exit_code == 2
    assert command.json("tickets", "show", str(ticket), "--json")["state"] == "waiting_for_staff"


@pytest.mark.usefixtures("engine")
def test_chat_alone(tmp_path: Path) -> None:
    """Without a server the chat in the terminal answers by itself; tickets are kept."""
    deployment = Deployment(tmp_path)
    chat = deployment.udha("chat", "--lang", "en", typed="zzz qqq\nperson\n")
    assert chat.returncode == 0, chat.stderr
    assert chat.stderr == ""
    (found,) = deployment.json("tickets", "list")
    assert (found["channel"], found["state"]) == ("terminal", "waiting_for_staff")


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    """Whatever a terminal or a pipe brings is taken: what is no text becomes a question mark."""
    deployment = Deployment(tmp_path, {"PYTHONIOENCODING": "utf-8:strict"})
    chat = deployment.udha("chat", typed=b"zzz \xff qqq\nperson\n")
    assert (chat.returncode, chat.stderr) == (0, "")
    reply = deployment.udha("tickets", "reply", "1", "-", "--by", "\udcff", typed=b"nes\xffr\n")
    assert reply.returncode == 0
    assert deployment.udha("tickets", "reply", "1", "nes\udcffr").returncode == 0
    lines = deployment.json("tickets", "show", "1")["lines"]
    first, second = (line for line in lines if line["author"] == "staff")
    assert (first["text"], first["by"], second["text"]) == ("nes\ufffdr", "?", "nes?r")


def test_help_without_sound_settings(tmp_path: Path) -> None:
    """Help is given whatever is wrong with the settings."""
    done = Deployment(tmp_path).udha("run", "--help", UDHA_PORT="x")
    assert done.returncode == 0
    assert "--log-level" in done.stdout


def test_content_without_texts(tmp_path: Path) -> None:
    """Content in which texts are missing is refused before anybody is left without a reply."""
    done = Deployment(tmp_path).udha("run", UDHA_KNOWLEDGE=str(SOUND))
    assert done.returncode == 2
    assert "lacks texts: " in done.stderr
    assert "danger_ticket" in done.stderr


def test_unknown_command(tmp_path: Path) -> None:
    """A command that is not there is said with exit code 2."""
    assert Deployment(tmp_path).udha("nonsense").returncode == 2
