"""The content folder → a report of all that an editor should mend."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knowledge_base.checks import LOOKING_UP, RULES
from knowledge_base.checks.edition import Edition, NeededTexts
from knowledge_base.dictionaries import Dictionary
from knowledge_base.files.allowed_words import load_allowed_words
from knowledge_base.files.content_folder import EVALUATION, strangers
from knowledge_base.files.diacritics import load_diacritics
from knowledge_base.files.evaluation_file import MeasuringQuestion, read_evaluation
from knowledge_base.files.marked_yaml import read
from knowledge_base.loading import load_with_problems
from knowledge_base.model import Content, Language
from knowledge_base.problems import Problem, Severity
from knowledge_base.recognising.asking import Asking
from knowledge_base.recognising.danger_examples import read_examples
from knowledge_base.recognising.danger_rules import DangerRules
from knowledge_base.recognising.out_of_scope import OutOfScope
from knowledge_base.recognising.recognised import texts_called_for
from knowledge_base.recognising.requests import Requests
from knowledge_base.recognising.small_talk import SmallTalk
from knowledge_base.words.language_data import LanguageData

_HEADINGS: dict[Severity, str] = {
    "error": "To be mended before it can be used",
    "warning": "To be mended soon",
    "notice": "Still to be done by a person",
}


@dataclass(frozen=True)
class Report:
    """All problems of a content folder, by file and line."""

    problems: tuple[Problem, ...]
    content: Content | None
    """What could be read; None: there is no folder."""

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What keeps the content from being used."""
        return self._of("error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What should be mended."""
        return self._of("warning")

    @property
    def notices(self) -> tuple[Problem, ...]:
        """What people still have to check."""
        return self._of("notice")

    def lines(self) -> list[str]:
        """The report as people read it: errors, warnings, notices, and a line that sums it up."""
        lines: list[str] = []
        for severity, heading in _HEADINGS.items():
            problems = self._of(severity)
            if problems:
                lines += [f"{heading} ({len(problems)}):", *map(str, problems), ""]
        return [*lines, self._summary()]

    def _of(self, severity: Severity) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == severity)

    def _summary(self) -> str:
        size = _size(self.content) if self.content else "nothing to read"
        counts = [
            _count(len(self._of(severity)), severity) for severity in ("error", "warning", "notice")
        ]
        return f"{size}: {', '.join(counts)}."


def check(
    folder: Path,
    today: date,
    needed_texts: NeededTexts | None = None,
    dictionaries: Mapping[Language, Dictionary] | None = None,
) -> Report:
    """Read the folder and hold it against every rule.

    `needed_texts`: what the program says, by key; without it, missing and unused texts pass.
    `dictionaries`: for the languages in which spelling is checked; without it, in none.
    """
    content, problems = load_with_problems(folder)
    if content is None:
        return Report(tuple(problems), None)
    problems += strangers(folder)
    _read_language(folder, problems)
    edition = Edition(
        content=content,
        today=today,
        diacritics=load_diacritics(folder, problems),
        evaluation=_evaluation(folder, problems),
        texts_called_for=texts_called_for(folder),
        needed_texts=needed_texts,
        dictionaries=dictionaries or {},
        allowed_words=load_allowed_words(folder, problems),
    )
    found = [*problems, *_against_rules(edition, problems)]
    return Report(tuple(sorted(found, key=lambda p: (p.place.file, p.place.line))), content)


def _read_language(folder: Path, problems: list[Problem]) -> None:
    """What else is in the folder belongs to understanding; here only its problems count."""
    data = LanguageData.load(folder, problems)
    Requests.load(folder, data, problems)
    DangerRules.load(folder, problems, data)
    read_examples(folder, problems)
    SmallTalk.load(folder, problems, data)
    OutOfScope.load(folder, problems, data)
    Asking.load(folder, problems, data)


def _evaluation(folder: Path, problems: list[Problem]) -> tuple[MeasuringQuestion, ...]:
    if not (folder / EVALUATION).exists():
        return ()
    top = read(folder, EVALUATION, problems)
    return read_evaluation(top) if top else ()


def _against_rules(edition: Edition, known: Sequence[Problem]) -> Iterator[Problem]:
    errors = [problem for problem in known if problem.severity == "error"]
    # A file that could not be read as a whole hides what it holds: nothing is "missing" then.
    rules = RULES if any(not error.where for error in errors) else (*RULES, *LOOKING_UP)
    said = {error.place for error in errors}
    for rule in rules:
        # What could not be read was left empty: a rule would only say the same again.
        yield from (problem for problem in rule(edition) if problem.place not in said)


def _size(content: Content) -> str:
    entries = _count(len(content.entries), "entry", "entries")
    topics, contacts = (
        _count(len(content.topics), "topic"),
        _count(len(content.contacts), "contact"),
    )
    return f"{entries} in {topics}, {contacts}, {_count(len(content.texts), 'text')}"


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"
