"""The content as it is laid before the rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from knowledge_base.dictionaries import Dictionary
from knowledge_base.files.allowed_words import AllowedWord
from knowledge_base.files.evaluation_file import MeasuringQuestion
from knowledge_base.model import Content, Language, Place

NeededTexts = Mapping[str, frozenset[str]]
"""A text's key → the placeholders that the program fills in it. A key that ends with "*" stands
for all keys that begin so."""


@dataclass(frozen=True)
class Edition:
    """All that a rule may look at."""

    content: Content
    today: date
    diacritics: Mapping[str, str] = field(default_factory=dict)
    """Folded Albanian word → the one way to write it."""
    evaluation: tuple[MeasuringQuestion, ...] = ()
    texts_called_for: Mapping[str, Place] = field(default_factory=dict)
    """Key of a text that a language file calls for → where the name stands that does."""
    needed_texts: NeededTexts | None = None
    """None: nobody said which texts the program needs, so that is not checked."""
    dictionaries: Mapping[Language, Dictionary] = field(default_factory=dict)
    """Empty: spelling is not checked."""
    allowed_words: tuple[AllowedWord, ...] = ()
