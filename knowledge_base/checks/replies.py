"""Whatever is recognised without an entry, such as thanks or danger, has a text to reply with."""

from collections.abc import Iterator

from knowledge_base.checks.edition import Edition
from knowledge_base.problems import Problem

_ONLY_REPLIES = ("small_talk_", "out_of_scope_")
"""Every text that begins so is a reply to something recognised."""


def check(edition: Edition) -> Iterator[Problem]:
    called_for = edition.texts_called_for
    for key, place in called_for.items():
        if key not in edition.content.texts:
            what = "this is recognised, but nothing is said to it."
            yield Problem(place, key, what, f'Add a text "{key}" in the folder "texts".')
    for text in edition.content.texts:
        if text.key.startswith(_ONLY_REPLIES) and text.key not in called_for:
            what = "nothing is recognised that this replies to."
            advice = "Call it like a name in the language file, or delete it."
            yield Problem(text.place, text.key, what, advice, "warning")
