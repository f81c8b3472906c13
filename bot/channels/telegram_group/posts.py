"""What is posted about a case: the first post of its topic, and what is new."""

from bot.channels.telegram_group.records import (
    OUTCOMES,
    Arrival,
    Case,
    Happening,
    Line,
    TitleState,
)
from bot.channels.telegram_group.wording import Wording

LONGEST_OF_BOT = 300
"""Characters of what the bot said: staff know its answers."""
LONGEST_TITLE = 128
KNOWN_FROM_THE_REST = (
    *("raised", "calmed", "claimed", "released", "handed_over"),
    *("closed", "reopened", "forgotten"),
)
"""What need not be told in a first post, which says how the case stands now."""


def title(case: Case, wording: Wording) -> str:
    """What the topic is called."""
    state: TitleState = case.title_due
    return wording.say(f"title_{state}", name=wording.name(case.id, case.person))[:LONGEST_TITLE]


def introduction(case: Case, wording: Wording) -> str:
    """The first post: what it is about, what was said, and how to answer."""
    parts = [_heading(case, wording), _question(case, wording)]
    said = _story(case, wording, new=True)
    if said:
        parts.append("\n".join([wording.say("so_far"), *said]))
    if case.claimed_by:
        parts.append(wording.say("has_it", by=case.claimed_by))
    if case.state == "closed":
        parts.append(_closing(case, _who_closed(case), wording))
    else:
        parts.append(wording.say("how"))
        if case.urgent:
            parts.append(wording.say("how_urgent"))
    return "\n\n".join(parts)


def news(case: Case, wording: Wording) -> str:
    """What was said and happened since the last post. Empty: nothing that staff need to know."""
    return "\n\n".join(_story(case, wording, new=False))


def call(case: Case, wording: Wording) -> str:
    """The call to an urgent case; without a word of the person's."""
    name = wording.name(case.id, case.person)
    return wording.say(f"call_{case.call}", name=name, danger=_danger(case, wording))


def failure(arrival: Arrival, wording: Wording) -> str:
    """What is told of words that did not arrive, or of which that is not known."""
    if arrival.arrival == "unknown":
        return wording.say("unknown")
    if not arrival.reason:
        return wording.say("refused")
    return wording.say("refused_reason", reason=arrival.reason)


def outcomes(wording: Wording) -> list[tuple[str, str]]:
    """Each possible outcome with its word, as it stands on a button."""
    return [(outcome, _capital(wording.word("outcome", outcome))) for outcome in OUTCOMES]


def _heading(case: Case, wording: Wording) -> str:
    blanks = {
        "number": case.id,
        "channel": wording.word("channel", case.channel),
        "spoken": wording.word("language", case.language),
    }
    if not case.urgent:
        return wording.say("new", **blanks)
    return wording.say("new_urgent", danger=_danger(case, wording), **blanks)


def _question(case: Case, wording: Wording) -> str:
    if any(one.what == "forgotten" for one in case.happenings):
        return wording.say("forgotten")
    if not case.question:
        return wording.say("no_question")
    return wording.say("question", question=case.question)


def _story(case: Case, wording: Wording, *, new: bool) -> list[str]:
    """Lines and happenings in the order of their time. new: the topic has no post yet."""
    said = [(one.at, _line(one, wording)) for one in case.lines]
    if new:
        # The question stands above.
        said = [
            (one.at, _line(one, wording))
            for one in case.lines
            if (one.author, one.text) != ("person", case.question)
        ]
    known = KNOWN_FROM_THE_REST if new else ()
    happened = [
        (one.at, _happening(case, one, wording)) for one in case.happenings if one.what not in known
    ]
    story = sorted([*said, *happened], key=lambda item: item[0])
    return [text for _, text in story if text]


def _line(line: Line, wording: Wording) -> str:
    match line.author:
        case "person":
            return wording.say("line_person", text=line.text)
        case "bot":
            return wording.say("line_bot", text=_shortened(line.text))
        case "staff":
            file = wording.say("line_file", name=line.file) if line.file else ""
            said = "\n".join(part for part in (line.text, file) if part)
            return wording.say("line_staff", by=line.by, text=said)


def _happening(case: Case, happening: Happening, wording: Wording) -> str:
    """A sentence on what happened; empty for what shows elsewhere."""
    by = happening.by or wording.say("team")
    match happening.what:
        case "raised":
            return wording.say("raised", danger=_danger(case, wording)) if case.urgent else ""
        case "reopened" if not happening.by:
            return wording.say("reopened_by_person")
        case "claimed" | "reopened" | "released" | "calmed":
            return wording.say(happening.what, by=by)
        case "handed_over":
            return wording.say("handed_over", by=by, to=happening.detail)
        case "merged" | "merged_away":
            return wording.say(happening.what, by=by, number=happening.detail)
        case "referred" | "waits":
            return wording.say(happening.what, by=by)
        case "closed":
            # Who reads it later may find the case open again; then its outcome is gone.
            return _closing(case, happening.by, wording) if case.outcome else ""
        case "note":
            return wording.say("note", by=by, text=happening.detail)
        case "person_left" | "person_back" | "forgotten" | "told_late" | "stale":
            return wording.say(happening.what)
    return ""


def _closing(case: Case, by: str, wording: Wording) -> str:
    outcome = wording.word("outcome", case.outcome)
    if by:
        return wording.say("closed", by=by, outcome=outcome)
    return wording.say("closed_by_person", outcome=outcome)


def _who_closed(case: Case) -> str:
    return next((one.by for one in reversed(case.happenings) if one.what == "closed"), "")


def _danger(case: Case, wording: Wording) -> str:
    return wording.say(f"danger_{case.danger or 'unknown'}")


def _shortened(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST_OF_BOT else f"{flat[: LONGEST_OF_BOT - 1]}…"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
