"""What the language files recognise, and the text that each calls for."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from knowledge_base.files.marked_yaml import Marked, read
from knowledge_base.model import Place
from knowledge_base.recognising import danger_rules, out_of_scope, small_talk

_NAMES_UNDER = {
    "danger": (danger_rules.FILE, "kinds"),
    "small_talk": (small_talk.FILE, "names"),
    "out_of_scope": (out_of_scope.FILE, "subjects"),
}
"""How its text begins → the file, and the key under which the names stand."""


def texts_called_for(folder: Path) -> Mapping[str, Place]:
    """Key of a text, such as "small_talk_thanks" → where the name stands that calls for it."""
    found: dict[str, Place] = {}
    for beginning, (file, key) in _NAMES_UNDER.items():
        # Whoever loads the file has noted its problems.
        top = read(folder, file, [])
        for name, _ in _under(top, key) if top else ():
            found[f"{beginning}_{name.text()}"] = name.place
    return found


def _under(top: Marked, key: str) -> Iterator[tuple[Marked, Marked]]:
    for name, value in top.pairs():
        if name.text() == key:
            yield from value.pairs()
