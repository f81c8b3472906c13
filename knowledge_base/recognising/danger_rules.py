"""The rules by which danger is recognised: wordings, and words that need each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from knowledge_base.files.marked_yaml import Marked, read
from knowledge_base.model import DANGER_KINDS, DangerKind
from knowledge_base.problems import Problem
from knowledge_base.recognising.rules import (
    Groups,
    Hit,
    Reading,
    Rule,
    RuleBook,
    group_names,
    read_groups,
    read_rule,
)
from knowledge_base.recognising.wordings import EditorWords
from knowledge_base.words.language_data import LanguageData

FILE = "language/danger.yaml"
_CALM_REACH = 12
"""A calm question is not alarming so many words around it: about a sentence."""


@dataclass(frozen=True)
class RuleHit:
    """A rule fits."""

    kind: DangerKind
    because: str
    """The person's words and the line of the file that they fit. For an editor, never for a log."""
    sure: bool
    """By a wording, which is danger wherever it stands, not by a combination."""


class DangerRules:
    """The rules in `language/danger.yaml`.

    The kinds are tried in the file's order, so the first that fits wins. A wording is danger
    wherever it stands; a combination is not where the words around it are a calm question
    ("what is …", "how do I report …"), unless they also say that it happens to somebody now.
    """

    def __init__(self, book: RuleBook, calm: tuple[str, ...], happening: tuple[str, ...]) -> None:
        self._book = book
        self._calm = calm
        self._happening = happening

    @classmethod
    def load(
        cls, folder: Path, problems: list[Problem], data: LanguageData | None = None
    ) -> "DangerRules":
        """Read the rules. What is wrong in them goes to `problems`, and is left out.

        `data`: the language data, if it has been loaded already; its problems are not noted here.
        """
        data = data or LanguageData.load(folder, [])
        top = read(folder, FILE, problems)
        optional = ("calm", "happening", "never_slips")
        fields = top.fields(("groups", "kinds"), optional) if top else {}
        known = EditorWords(data)
        groups = read_groups(fields.get("groups"), known)
        never_slips = fields["never_slips"].texts() if "never_slips" in fields else ()
        return cls(
            RuleBook(groups, _rules(fields.get("kinds"), known, groups), data, never_slips),
            calm=group_names(fields.get("calm"), groups),
            happening=group_names(fields.get("happening"), groups),
        )

    def recognise(self, text: str) -> RuleHit | None:
        """The danger that a message of any length speaks of, or None."""
        return self._recognise(self._book.read(text))

    def recognise_sentences(self, sentences: Sequence[Sequence[str]]) -> RuleHit | None:
        """The same of sentences as written words."""
        return self._recognise(self._book.read_sentences(sentences))

    def _recognise(self, reading: Reading) -> RuleHit | None:
        for kind in self._book.names:
            for hit in self._book.hits(kind, reading):
                if hit.sure or not self._is_calm(hit, reading):
                    return RuleHit(cast(DangerKind, kind), f"{kind}: {hit.because}", hit.sure)
        return None

    def _is_calm(self, hit: Hit, reading: Reading) -> bool:
        around = (hit.start, hit.end, _CALM_REACH)
        return reading.near(self._calm, *around) and not reading.near(self._happening, *around)


def _rules(top: Marked | None, known: EditorWords, groups: Groups) -> dict[str, Rule]:
    fields = top.fields(DANGER_KINDS) if top else {}
    return {kind: read_rule(value, known, groups) for kind, value in fields.items()}
