"""texts/<area>.yaml → the sentences that Udha says."""

from collections.abc import Iterator

from knowledge_base.files.marked_yaml import Marked
from knowledge_base.model import Text


def read_texts(top: Marked) -> Iterator[Text]:
    """The texts of a file, in its order. What is wrong is noted."""
    for key, value in top.pairs():
        name = key.name(shape="[a-z0-9]+(_[a-z0-9]+)*", joint="_")
        yield Text(name, value.both(), key.place, value.places())
