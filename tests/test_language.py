"""Albanian or English: what a message says counts, what the chat spoke is a hint."""

import pytest

from knowledge_base.model import Language
from knowledge_base.words.language import LanguageGuesser
from knowledge_base.words.language_data import LanguageData

EXAMPLES: list[tuple[str, Language]] = [
    ("sa kohë mund të qëndroj në Belgjikë pa vizë", "sq"),
    ("ku duhet të shkoj për pasaportën biometrike", "sq"),
    ("çfarë dokumentesh kërkojnë në kufi", "sq"),
    ("how long can i stay in belgium without a visa", "en"),
    ("where should i go for the biometric passport", "en"),
    ("which documents do they check at the border", "en"),
]
FREQUENT: dict[Language, frozenset[str]] = {
    "sq": frozenset({"sa", "kam", "per", "me"}),
    "en": frozenset({"the", "how", "do", "me"}),
}


@pytest.fixture(scope="module")
def guesser() -> LanguageGuesser:
    """Taught by six sentences and eight frequent words."""
    return LanguageGuesser(LanguageData(frequent=FREQUENT), EXAMPLES)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("sa para duhen per dite", "sq"),
        ("SA KUSHTON", "sq"),
        ("how much money do i need", "en"),
        ("qendrojne te dokumentet", "sq"),
        ("should they stay there", "en"),
        ("pyetje për ju", "sq"),
    ],
)
@pytest.mark.parametrize("spoken", [None, "sq", "en"])
def test_a_clear_message_speaks_for_itself(
    guesser: LanguageGuesser, text: str, language: Language, spoken: Language | None
) -> None:
    """The chat's language never outweighs a message that is clear."""
    assert guesser.guess(text, spoken) == language


@pytest.mark.parametrize("text", ["", "???", "112", "ok", "👍", "me"])
@pytest.mark.parametrize("spoken", ["sq", "en"])
def test_in_doubt_the_chat_goes_on_as_it_was(
    guesser: LanguageGuesser, text: str, spoken: Language
) -> None:
    """Where the message says nothing, the chat's language stays."""
    assert guesser.guess(text, spoken) == spoken


def test_albanian_where_all_is_open(guesser: LanguageGuesser) -> None:
    """Without words and without a chat, most people who write are Albanian."""
    assert guesser.guess("???") == "sq"


def test_albanian_letters_count(guesser: LanguageGuesser) -> None:
    """Nobody types ë or ç in English, whatever the word."""
    assert guesser.guess("zgjëmbë", "en") == "sq"


def test_nothing_is_needed_to_guess() -> None:
    """Without examples and frequent words there is still an answer."""
    assert LanguageGuesser(LanguageData(), []).guess("anything at all") == "sq"
