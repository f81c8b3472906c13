"""What means danger: recognised in all of a message, before anything else is tried."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge_base.model import DangerKind
from knowledge_base.problems import Problem
from knowledge_base.recognising.danger_examples import read_examples
from knowledge_base.recognising.danger_rules import DangerRules, RuleHit
from knowledge_base.recognising.likeness import Likeness
from knowledge_base.recognising.long_texts import Part
from knowledge_base.words.language_data import LanguageData

_COMBINATION_IS_WORTH = 0.5
"""What a combination adds to a piece that it fits: a quarter of the way from calm to danger."""
_WORDING_IS_WORTH = 0.9
"""What a wording adds, which is danger wherever it stands."""


@dataclass(frozen=True)
class DangerHit:
    """Danger was recognised."""

    kind: DangerKind
    because: str
    """The person's words and the lines that they fit. For an editor, never for a log."""


class Danger:
    """Recognises danger by what messages are like, and by rules."""

    def __init__(self, rules: DangerRules, examples: Likeness | None) -> None:
        """Without `examples` the rules decide alone."""
        self._rules = rules
        self._examples = examples

    @classmethod
    def load(
        cls,
        folder: Path,
        problems: list[Problem],
        data: LanguageData | None = None,
        *,
        calm: Iterable[str] = (),
        cache: Path | None = None,
    ) -> "Danger":
        """Read rules and examples, and learn from them. Blocks for up to seconds.

        What is wrong goes to `problems`. `data`: the language data, if it has been loaded already;
        its problems are not noted here. `calm`: further texts, which count as calm unless a rule
        takes one for danger: questions about danger are mostly calm. `cache`: a folder to keep
        what was learned in.
        """
        data = data or LanguageData.load(folder, [])
        rules = DangerRules.load(folder, problems, data)
        examples = read_examples(folder, problems)
        quiet = [text for text in calm if rules.recognise(text) is None]
        return cls(rules, Likeness.of(examples, quiet, data, cache))

    def recognise(self, text: str) -> DangerHit | None:
        """The danger that a message of any length speaks of, or None."""
        rule = self._rules.recognise(text)
        if self._examples is None:
            return DangerHit(rule.kind, rule.because) if rule else None
        judged = self._examples.judge(text, _worth(rule), self._worth_of)
        if judged.score < self._examples.threshold:
            return None
        like = self._examples.because(judged)
        if rule is None:
            kind = self._examples.kind(judged)
            return DangerHit(kind, f"{kind}: {like}")
        return DangerHit(rule.kind, f"{rule.because}; {like}")

    def _worth_of(self, parts: Sequence[Part]) -> float:
        return _worth(self._rules.recognise_sentences(parts))


def _worth(rule: RuleHit | None) -> float:
    if rule is None:
        return 0.0
    return _WORDING_IS_WORTH if rule.sure else _COMBINATION_IS_WORTH
