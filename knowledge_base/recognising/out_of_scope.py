"""Subjects that Udha has no answers for, so that it can say so plainly."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from knowledge_base.files.marked_yaml import Fields, read
from knowledge_base.matching import excerpt
from knowledge_base.problems import Problem
from knowledge_base.recognising.rules import Rule, RuleBook, group_names, read_groups, rule_of
from knowledge_base.recognising.wordings import EditorWords
from knowledge_base.words.language_data import LanguageData
from knowledge_base.words.normalising import normalise

FILE = "language/out_of_scope.yaml"
_SHORTEST_REPAIRED = 7
"""A slip that is missed here costs little; a question that is wrongly sent away costs much."""


class OutOfScope:
    """Recognises foreign subjects by the rules in `language/out_of_scope.yaml`.

    Subjects are tried in the file's order. One whose "unless" group stands anywhere in the message
    is not meant: a question on Germany that also names Belgium may well be a question for Udha.
    """

    def __init__(self, book: RuleBook, unless: Mapping[str, tuple[str, ...]]) -> None:
        self.names = book.names
        self._book = book
        self._unless = unless

    @classmethod
    def load(
        cls,
        folder: Path,
        problems: list[Problem],
        data: LanguageData | None = None,
        *,
        asked: Iterable[str] = (),
    ) -> "OutOfScope":
        """Read the rules. What is wrong in them goes to `problems`, and is left out.

        `data`: the language data, if it has been loaded already; its problems are not noted here.
        `asked`: what the entries are asked by; no word of it is a slip of one in the rules.
        """
        data = data or LanguageData.load(folder, [])
        top = read(folder, FILE, problems)
        fields = top.fields(("groups", "subjects"), ("never_slips",)) if top else Fields()
        known = EditorWords(data)
        groups = read_groups(fields.get("groups"), known)
        rules: dict[str, Rule] = {}
        unless: dict[str, tuple[str, ...]] = {}
        for key, value in fields["subjects"].pairs() if "subjects" in fields else ():
            of_subject = value.fields((), ("phrases", "together", "unless"))
            rules[key.text()] = rule_of(of_subject, known, groups)
            unless[key.text()] = group_names(of_subject.get("unless"), groups)
        never_slips = [word for text in asked for word in normalise(text, data)]
        never_slips += fields.texts("never_slips")
        return cls(RuleBook(groups, rules, data, never_slips, _SHORTEST_REPAIRED), unless)

    def recognise(self, text: str) -> str | None:
        """The name of the foreign subject that a message is about, or None.

        Of a long message the same is read as for entries.
        """
        reading = self._book.read(excerpt(text))
        for name in self._book.names:
            if any(reading.found(group) for group in self._unless[name]):
                continue
            if next(self._book.hits(name, reading), None) is not None:
                return name
        return None

    def because(self, text: str) -> str | None:
        """What `recognise` went by, for an editor."""
        name = self.recognise(text)
        if name is None:
            return None
        hit = next(self._book.hits(name, self._book.read(excerpt(text))))
        return f"{name}: {hit.because}"
