"""What Viber's numbers mean for a reply. Pure.

https://developers.viber.com/docs/api/rest-bot-api/#error-codes
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.channels.channel import Gone, Later, Outcome, Refused, Sent
from bot.channels.viber.api import Answer

DONE = 0
TOO_MANY = 12
GONE = {5: "not registered", 6: "not subscribed"}
ALARMS: Mapping[int, str] = {
    1: "Viber cannot use the webhook's address",
    2: "Viber refuses VIBER_AUTH_TOKEN",
    7: "Viber has blocked the account",
    8: "Viber does not find the account",
    9: "Viber has suspended the account",
    10: "no webhook is set",
    15: "the account is not authorized",
}
"""What is wrong with the account, not with a reply: somebody has to look after it."""
OLD_APP = frozenset({13, 14})
"""The person's app does not know the API version that the message asks for."""
FINAL = {
    3: "bad data",
    4: "missing data",
    11: "no suitable device",
    13: "the app is too old",
    14: "the app is too old",
    21: "unsupported country",
    22: "payment unsupported",
    23: "the free messages are used up",
    24: "no balance",
}
PAUSE = timedelta(hours=1)
"""After 100 messages in an hour without a word of the person; what they write ends it."""


def outcome(answer: Answer, now: datetime) -> Outcome:
    """What became of a reply."""
    status = answer.status
    if status == DONE:
        return Sent(answer.token)
    if status == TOO_MANY:
        return Later("too many messages without an answer", now + PAUSE)
    if status in ALARMS:
        return Later(ALARMS[status])
    if status in GONE:
        return Gone(GONE[status])
    return Refused(FINAL.get(status, f"status {status}"))
