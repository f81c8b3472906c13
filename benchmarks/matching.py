"""How fast a question is matched, beside the fuzzy search that it replaces."""

import random
import resource
import statistics
import string
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rapidfuzz import fuzz, process

from benchmarks.report import Report
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.loading import load
from knowledge_base.matching import Matcher
from knowledge_base.words.language_data import LanguageData

CONTENT = Path(__file__).parents[1] / "knowledge_base" / "content"
SIZES = (1_000, 3_000, 10_000)
GOALS = {3_000: 1.0, 10_000: 5.0}
"""Milliseconds, median."""
PHRASES_AN_ENTRY = 30
QUESTIONS = 300
LONGEST = 16_000
"""Characters."""
SLOWEST = 50.0
"""Milliseconds for any text."""
FUZZY_QUESTIONS = 40
"""Fewer: fuzzy search over 10,000 phrases takes its time."""


def run(report: Report) -> None:
    """Print how long a match takes at three sizes and a decision on the slowest of texts, build
    time and memory.
    """
    words = _vocabulary()
    data = LanguageData.load(CONTENT, [])
    for size in SIZES:
        _at_size(report, _Phrases(words, random.Random(size)), size, data)
    _any_text(report, KnowledgeBase.build(CONTENT), words)


def _any_text(report: Report, knowledge: KnowledgeBase, words: Sequence[str]) -> None:
    texts = _long_texts(words, random.Random(LONGEST))
    took = {name: min(_milliseconds(knowledge.decide, [text] * 3)) for name, text in texts.items()}
    slowest = max(took, key=lambda name: took[name])
    report(f"A decision on any text of {LONGEST:,} characters")
    report.value(f"the slowest text ({slowest})", took[slowest], "ms", below=SLOWEST)


def _long_texts(words: Sequence[str], rng: random.Random) -> dict[str, str]:
    """Long texts of many kinds: what people write, and what nobody would."""
    story = rng.choices(words, k=LONGEST)
    sentences = (" ".join(story[at : at + 9]) for at in range(0, len(story), 9))
    texts = {
        "a story": ". ".join(sentences),
        "no full stop": " ".join(story),
        "slips": "".join(
            letter if rng.random() > 0.1 else rng.choice(string.ascii_lowercase)
            for letter in " ".join(story)[:LONGEST]
        ),
        "short words": "a b c d e f " * LONGEST,
        "words of danger": "ma mori pasaporten dhe me rreh " * LONGEST,
        "lines": "me mori.\n" * LONGEST,
        "apostrophes": "s'm'n'" * LONGEST,
        "digits": "1a" * LONGEST,
        "nothing to be seen": "\u200b" * LONGEST,
        "right to left": "مرحبا كيف " * LONGEST,
        "markup": "<b>ndihme</b> " * LONGEST,
    }
    return {name: text[:LONGEST] for name, text in texts.items()}


def _at_size(report: Report, phrases: "_Phrases", size: int, data: LanguageData) -> None:
    pairs, questions = phrases.draw(size), [phrases.question() for _ in range(QUESTIONS)]
    started = time.perf_counter()
    matcher = Matcher.build(pairs, data)
    seconds = time.perf_counter() - started
    ours = _milliseconds(matcher.match, questions)
    texts = [text for text, _ in pairs]
    theirs = _milliseconds(
        lambda question: process.extractOne(question, texts, scorer=fuzz.WRatio),
        questions[:FUZZY_QUESTIONS],
    )
    report(f"Matching at {size:,} ways of asking, {len(matcher.labels)} entries")
    median = statistics.median(ours)
    report.value(f"median at {size:,}", median, "ms", below=GOALS.get(size))
    report.value("p99", statistics.quantiles(ours, n=100)[98], "ms")
    report.value("rapidfuzz extractOne WRatio, median", statistics.median(theirs), "ms")
    report.ratio("as fast as rapidfuzz", statistics.median(theirs) / median)
    report.value("learning, calibration included", seconds, "s")
    report.value("peak memory of this process so far", _peak_mebibytes(), "MiB")


def _milliseconds(match: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    """Per question, after one round to warm up, as a running server is."""
    for question in questions:
        match(question)
    times = []
    for question in questions:
        started = time.perf_counter()
        match(question)
        times.append(1000 * (time.perf_counter() - started))
    return times


def _peak_mebibytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _vocabulary() -> list[str]:
    """The words of all ways of asking, as often as they stand there."""
    entries = load(CONTENT).entries.values()
    return [word for entry in entries for way in entry.asked for word in way.text.lower().split()]


class _Phrases:
    """Makes up phrases: an entry has words of its own, and shares the frequent ones with all."""

    def __init__(self, words: Sequence[str], rng: random.Random) -> None:
        self._words = words
        self._rng = rng
        self._subjects: list[list[str]] = []

    def draw(self, count: int) -> list[tuple[str, str]]:
        """So many phrases with their entries."""
        entries = count // PHRASES_AN_ENTRY
        self._subjects = [self._rng.choices(self._words, k=12) for _ in range(entries)]
        return [(self._phrase(n % entries), f"entry-{n % entries}") for n in range(count)]

    def question(self) -> str:
        """What somebody might ask: one in three has a slip of the thumb."""
        question = self._phrase(self._rng.randrange(len(self._subjects)))
        return question if self._rng.random() < 2 / 3 else self._slip(question)

    def _phrase(self, entry: int) -> str:
        own = self._rng.choices(self._subjects[entry], k=self._rng.randint(1, 5))
        return " ".join(own + self._rng.choices(self._words, k=self._rng.randint(1, 6)))

    def _slip(self, text: str) -> str:
        place = self._rng.randrange(len(text))
        return text[:place] + self._rng.choice(string.ascii_lowercase) + text[place + 1 :]
