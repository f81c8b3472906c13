"""What somebody is told about when a person of the team answers: what is promised, or plainly what
is not known."""

from datetime import datetime

from handlers.moments import clock_at, in_words
from handlers.turn import Turn


def promised_now(turn: Turn) -> datetime | None:
    """By when what is handed over now has an answer. None: nothing is promised."""
    office = turn.desk.office
    return None if office is None else office.answers_by(turn.desk.now)


def promise(turn: Turn) -> str:
    """The same in words; whether the team is at work now belongs to it."""
    by = promised_now(turn)
    if by is not None:
        told = turn.say("promise_by", when=in_words(by, turn.desk.now, turn.say))
        away = turn.desk.office is not None and not turn.desk.office.is_open(turn.desk.now)
        return f"{turn.say('team_away')} {told}" if away else told
    at_work = _at_work(turn)
    told = _by_word(turn)
    return f"{at_work} {told}" if at_work else told


def _by_word(turn: Turn) -> str:
    """What the service itself says of it, where no hours can be counted."""
    reply_time = turn.desk.service.reply_time
    if reply_time is None:
        return turn.say("promise_unknown")
    return turn.say("promise", reply_time=reply_time[turn.language])


def _at_work(turn: Turn) -> str:
    """When the team is there; empty: that is not known."""
    office, now = turn.desk.office, turn.desk.now
    if office is None:
        return ""
    closes = office.closes(now)
    if closes is not None:
        return turn.say("team_at_work", time=clock_at(closes))
    opens = office.opens(now)
    return (
        turn.say("team_away")
        if opens is None
        else turn.say("team_back", when=in_words(opens, now, turn.say))
    )
