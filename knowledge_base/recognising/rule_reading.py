"""A message as words that can be compared with what editors wrote, typing slips repaired."""

from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge_base.recognising.wordings import Word, Wording
from knowledge_base.words.folding import fold
from knowledge_base.words.language_data import LanguageData
from knowledge_base.words.normalising import normalise, written_sentences

SHORTEST_REPAIRED = 5
SENTENCE_END = 5
"""A full stop counts as so many words when it is asked how far two words stand apart."""

_BETWEEN_SENTENCES = [Word("", frozenset())] * SENTENCE_END

_TWO_SLIPS_FROM = 9

_MOST_REMEMBERED = 20_000
_NO_VOWELS = str.maketrans("", "", "aeiouy")


class RuleReader:
    """Reads messages for a certain set of phrases. Keeps no message, only single words."""

    def __init__(
        self,
        wordings: Iterable[Wording],
        data: LanguageData,
        never_slips: Iterable[str] = (),
        shortest_repaired: int = SHORTEST_REPAIRED,
    ) -> None:
        """`never_slips`: words that look like a slip of one in the wordings, and are none.

        `shortest_repaired`: words of fewer letters are taken as they are written.
        """
        words = {word for wording in wordings for slot in wording.slots for word in slot.words}
        self._data = data
        self._shortest = shortest_repaired
        self._exact = frozenset(word for word in words if not word.endswith("*"))
        self._beginnings = frozenset(word[:-1] for word in words if word.endswith("*"))
        self._lengths = sorted({len(beginning) for beginning in self._beginnings})
        self._never = frozenset(fold(word) for word in never_slips) | _known_words(data)
        self._targets = _by_first_letter(self._exact, self._beginnings)
        self._remembered: dict[str, tuple[Word, ...]] = {}

    def read(self, text: str) -> list[Word]:
        """All words of a message, however long; sentences stand apart. A line break ends none."""
        return self.read_sentences(written_sentences(" ".join(text.splitlines())))

    def read_sentences(self, sentences: Iterable[Sequence[str]]) -> list[Word]:
        """The same of sentences as written words."""
        words: list[Word] = []
        for sentence in sentences:
            if words:
                words += _BETWEEN_SENTENCES
            for written in sentence:
                words += self._word(written)
        return words

    def _word(self, written: str) -> tuple[Word, ...]:
        known = self._remembered.get(written)
        if known is None:
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            known = self._remembered[written] = self._look_up(written)
        return known

    def _look_up(self, written: str) -> tuple[Word, ...]:
        standard = normalise(written, self._data)
        if len(standard) != 1:
            return tuple(Word(word, self._fits(word)) for word in standard)
        fits = self._fits(written) | self._fits(standard[0])
        if not fits and standard[0] == written and written not in self._never:
            fits = self._repaired(written)
        return (Word(written, fits),)

    def _fits(self, word: str) -> frozenset[str]:
        fits = {
            word[:length] + "*"
            for length in self._lengths
            if length <= len(word) and word[:length] in self._beginnings
        }
        if word in self._exact:
            fits.add(word)
        return frozenset(fits)

    def _repaired(self, word: str) -> frozenset[str]:
        """What the word fits if it is one slip of the finger away, or two in a long word."""
        targets = self._targets.get(word[:1])
        if targets is None or len(word) < self._shortest - 1:
            return frozenset()
        if len(word) < SHORTEST_REPAIRED:
            return frozenset(_short_slip(word, targets))
        if len(word) < self._shortest:
            return frozenset()
        slips = 2 if len(word) >= _TWO_SLIPS_FROM else 1
        found: set[str] = set()
        for length, choices in targets.items():
            for cut in (length, length + 1, length - 1) if length else (len(word),):
                if length and cut > len(word):
                    continue
                best = process.extractOne(
                    word[:cut],
                    choices,
                    scorer=OSA.distance,
                    score_cutoff=slips if length >= _TWO_SLIPS_FROM or not length else 1,
                )
                if best is not None:
                    found.add(best[0] + "*" if length else best[0])
        return frozenset(found)


_Targets = dict[int, list[str]]
"""Length of a word beginning → the beginnings of that length; 0 → whole words."""


def _by_first_letter(exact: Iterable[str], beginnings: Iterable[str]) -> dict[str, _Targets]:
    """What a slip may be repaired to: short words are left out, they resemble too many others."""
    targets: dict[str, _Targets] = {}
    for word in sorted(exact):
        if len(word) >= SHORTEST_REPAIRED - 1:
            targets.setdefault(word[0], {}).setdefault(0, []).append(word)
    for word in sorted(beginnings):
        if len(word) >= SHORTEST_REPAIRED:
            targets.setdefault(word[0], {}).setdefault(len(word), []).append(word)
    return targets


def _short_slip(word: str, targets: _Targets) -> Iterator[str]:
    """Words of which four letters are written: two neighbours swapped, or one vowel left out."""
    letters = sorted(word)
    for target in targets.get(0, ()):
        if OSA.distance(word, target, score_cutoff=1) != 1:
            continue
        swapped = sorted(target) == letters
        without_vowels = target.translate(_NO_VOWELS) == word.translate(_NO_VOWELS)
        if swapped or (without_vowels and len(target) > len(word)):
            yield target


def _known_words(data: LanguageData) -> frozenset[str]:
    ideas: Sequence[str] = [
        word for idea in data.ideas for pattern in idea.patterns for word in pattern
    ]
    return frozenset(ideas).union(*data.frequent.values())
