"""How the staff's group is spoken to: its language, and what cases are called there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.channels.telegram_group.records import OUTCOMES
from knowledge_base.model import DANGER_KINDS, LANGUAGES, Language, Texts

MENU = ("note", "claim", "wait", "close", "urgent", "reopen", "iam", "help")
"""The commands, in the order in which they are offered."""
PLAIN = (
    *(
        "no_question",
        "so_far",
        "how",
        "how_urgent",
        "person_left",
        "person_back",
        "forgotten",
        "stale",
        "reopened_by_person",
        "told_late",
        "team",
    ),
    *("arrived", "refused", "unknown"),
    *(
        f"notice_{what}"
        for what in (
            *("only_in_topics", "not_known", "only_text", "first_version", "closed", "gone"),
            *("newer_case", "yours_already", "open_already", "urgent_already", "sent_already"),
            "waits_already",
            *("empty_note", "which_outcome", "help"),
            *("iam_wrong", "iam_no_code", "iam_as_group"),
        )
    ),
    *(f"command_{name}" for name in MENU),
    *(f"channel_{channel}" for channel in ("web", "terminal", "telegram", "viber")),
    *(f"language_{language}" for language in LANGUAGES),
    *(f"danger_{kind}" for kind in (*DANGER_KINDS, "unknown")),
    *(f"outcome_{outcome}" for outcome in (*OUTCOMES, "cancelled", "solved", "merged")),
    *(f"button_{name}" for name in ("claim", "close", "reopen", "send", "open_topic")),
    *(f"missing_{kind}" for kind in ("not_admin", "no_topics", "no_right_to_topics")),
)
FILLED: Mapping[str, frozenset[str]] = {
    **{f"title_{state}": frozenset({"name"}) for state in ("urgent", "waiting", "taken", "closed")},
    "new": frozenset({"number", "channel", "spoken"}),
    "new_urgent": frozenset({"danger", "number", "channel", "spoken"}),
    "question": frozenset({"question"}),
    "has_it": frozenset({"by"}),
    "line_person": frozenset({"text"}),
    "line_bot": frozenset({"text"}),
    "line_staff": frozenset({"by", "text"}),
    "line_file": frozenset({"name"}),
    "note": frozenset({"by", "text"}),
    "raised": frozenset({"danger"}),
    "claimed": frozenset({"by"}),
    "closed": frozenset({"by", "outcome"}),
    "closed_by_person": frozenset({"outcome"}),
    "reopened": frozenset({"by"}),
    "released": frozenset({"by"}),
    "handed_over": frozenset({"by", "to"}),
    "calmed": frozenset({"by"}),
    "merged": frozenset({"by", "number"}),
    "merged_away": frozenset({"by", "number"}),
    "referred": frozenset({"by"}),
    "waits": frozenset({"by"}),
    "nobody": frozenset({"number"}),
    "call_first": frozenset({"name", "danger"}),
    "call_again": frozenset({"name", "danger"}),
    "refused_reason": frozenset({"reason"}),
    "notice_taken": frozenset({"by"}),
    "notice_iam": frozenset({"by"}),
}


def texts_needed() -> Mapping[str, frozenset[str]]:
    """Key → the placeholders that are filled in it."""
    needed = {**dict.fromkeys(PLAIN, frozenset[str]()), **FILLED}
    return {f"staff_{key}": names for key, names in needed.items()}


@dataclass(frozen=True)
class Wording:
    """The words for the group."""

    texts: Callable[[], Texts]
    language: Language
    name: Callable[[int, int | None], str]
    """What a ticket (its number, and whose it is) is called."""

    def say(self, key: str, **values: object) -> str:
        """The text staff_<key>."""
        return self.texts().say(f"staff_{key}", self.language, **values)

    def word(self, kind: str, code: str) -> str:
        """The word for a code, such as an outcome; one that nobody knows stands for itself."""
        key = f"{kind}_{code}"
        return self.say(key) if f"staff_{key}" in self.texts() else code
