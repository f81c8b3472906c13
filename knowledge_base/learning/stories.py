"""Long messages to learn from: ways of asking of one entry among what people tell beside them."""

import random
from collections.abc import Sequence

from knowledge_base.learning.told import Sentence

_BACKGROUND = (1, 2, 3, 4, 5)
"""How many sentences are told beside the question."""
_ON_THE_MATTER = (0, 1)
"""How many sentences more are of the same entry: whoever asks tells of it, too."""
_MARKED = 0.75
"""How often a question mark ends the question."""


class Stories:
    """Tells stories, the same ones each time."""

    def __init__(self, background: Sequence[Sequence[Sentence]], seed: int = 0) -> None:
        """`background`: what people tell beside their question, by language."""
        self._background = [sentences for sentences in background if sentences]
        self._dice = random.Random(seed)  # noqa: S311 - tells stories, guards nothing

    def around(self, question: Sentence, siblings: Sequence[Sentence]) -> list[Sentence]:
        """A story with a question in it; `siblings`: what else may be told of the same entry.

        Empty where there is no background.
        """
        if not self._background:
            return []
        dice, language = self._dice, self._dice.choice(self._background)
        told = dice.sample(language, min(dice.choice(_BACKGROUND), len(language)))
        told += dice.sample(siblings, min(dice.choice(_ON_THE_MATTER), len(siblings)))
        dice.shuffle(told)
        place = dice.choice((0, len(told), len(told), dice.randint(0, len(told))))
        told.insert(place, question._replace(asks=dice.random() < _MARKED))
        return told
