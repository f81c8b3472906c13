"""Which numbers in a text are phone numbers, and must stand in contacts.yaml."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from knowledge_base.checking import Report, check

SOUND = Path(__file__).parent / "sound_content"
TODAY = date(2026, 11, 24)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """The sound content, to which a text is added."""
    shutil.copytree(SOUND, tmp_path / "content")
    return tmp_path / "content"


def with_text(content: Path, words: str) -> Report:
    albanian, english = (json.dumps(text, ensure_ascii=False) for text in (words, f"{words} (en)"))
    text = f"more:\n  sq: {albanian}\n  en: {english}\n"
    (content / "texts" / "more.yaml").write_text(text, encoding="utf-8")
    return check(content, TODAY)


@pytest.mark.parametrize(
    "words",
    [
        "90/180 ditë",
        "nga 26 deri në 500 euro",
        "120 ose 150 euro",
        "nga 126 deri në 2.500,50 euro",
        "2,089.55 euro",
        "10 000 kërkesa në 2025",
        "116 000 lekë",
        "brenda 180 ditëve",
        "ligji 124/2024, neni 145",
        "30.06.2024 ose 01.01.2025",
        "1050 Bruksel",
        "Telefono: Avenue Louise 179, 1050 Bruksel",
        "Policia ndihmoi 250 familje.",
        "Telefono nga ora 10:00 deri 17:00.",
    ],
)
def test_no_phone_number(words: str, content: Path) -> None:
    """Amounts, days, laws, dates, addresses and hours are not taken for phone numbers."""
    assert with_text(content, words).problems == ()


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("Telefono 911.", "911"),
        ("113: telefono tani.", "113"),
        ("Policia: 129", "129"),
        ("1712 (Flandër)", "1712"),
        ("116 007, ditë e natë", "116 007"),
        ("0800 32 124", "0800 32 124"),
        ("Ambasada: +32 2 640 14 23", "+32 2 640 14 23"),
        ("00355 69 000 00 00", "00355 69 000 00 00"),
    ],
)
def test_phone_number(words: str, number: str, content: Path) -> None:
    """What people could dial, and contacts.yaml does not hold, is named in both languages."""
    whats = [problem.what for problem in with_text(content, words).errors]
    assert whats == [f'the phone number "{number}" is not in contacts.yaml.'] * 2


def test_phone_number_from_home_and_abroad(content: Path) -> None:
    """A number of contacts.yaml may be written as it is dialled at home."""
    contacts = (content / "contacts.yaml").read_text(encoding="utf-8")
    contacts = contacts.replace('["112"]', '["112", "+32 2 640 14 22"]')
    (content / "contacts.yaml").write_text(contacts, encoding="utf-8")
    assert with_text(content, "Telefono 02 640 14 22").problems == ()


def test_long_rows_of_numbers(content: Path) -> None:
    """A text full of numbers is checked at once, too."""
    assert with_text(content, "120 ose 1" + ",1" * 5000 + " euro").notices == ()
