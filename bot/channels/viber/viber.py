"""The channel "viber"."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from aiohttp import web

from bot.channels.channel import Later, Outcome, Outgoing, Refused, Sent, Unknown
from bot.channels.viber.api import TIMEOUT, Answer, Api, Failed, NotSent, Rejected, TooMany
from bot.channels.viber.bodies import Json, bodies, for_an_old_app
from bot.channels.viber.door import Door
from bot.channels.viber.events import NAME
from bot.channels.viber.inside import Inside
from bot.channels.viber.standing import Standing
from bot.channels.viber.statuses import ALARMS, DONE, OLD_APP, TOO_MANY, outcome
from bot.channels.viber.webhook import Webhook
from bot.persisting import Sleep
from knowledge_base.model import Texts

MALFORMED = frozenset({400, 413, 414, 422})
"""HTTP's words for a message that will not be taken however often it comes."""
MANY = 1000
"""So many replies of several parts can be under way; of the oldest the progress is forgotten."""


log = structlog.get_logger()


class Viber:
    """Viber, as a channel. An address is a Viber user id."""

    name = NAME

    def __init__(
        self,
        inside: Inside,
        *,
        api_url: str,
        token: str,
        public_url: str,
        texts: Callable[[], Texts],
        clock: Callable[[], datetime],
        sleep: Sleep,
        timeout: float = TIMEOUT,
    ) -> None:
        """timeout: seconds for one call of Viber."""
        self._api = Api(api_url, token, timeout)
        self._link = inside.link
        self._texts = texts
        self._clock = clock
        self._standing = Standing()
        self._webhook = Webhook(self._api, public_url, self._standing, sleep)
        self._door = Door(inside, token, texts, clock, sleep, self._heard)
        self._held_back: set[str] = set()
        self._parts_sent: dict[int, int] = {}

    @property
    def state(self) -> str:
        """ "on", or "off: " and why."""
        return self._standing.state

    def add_to(self, app: web.Application) -> None:
        """Add POST /viber/webhook."""
        self._door.add_to(app)

    async def run(self) -> None:
        """See to the webhook until cancelled; messages come through the door."""
        try:
            await self._webhook.keep_set()
        finally:
            await self.close()

    async def close(self) -> None:
        """Let go of what is open; sending opens it again."""
        await self._api.close()

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Send a reply in one message, or in several of which none is sent again once it was."""
        file = outgoing.reply.file
        link = None if file is None else self._link(file)
        if file is not None and link is None:
            return Refused("Viber cannot reach us to fetch the file")
        messages = bodies(outgoing.reply, self._texts(), link or "")
        found: Outcome = Refused("it has no words")
        for number in range(self._parts_sent.get(outgoing.id, 0), len(messages)):
            found = await self._send(outgoing.address, messages[number])
            if not isinstance(found, Sent):
                break
            self._remember(outgoing.id, number + 1)
        if not isinstance(found, (Later, Unknown)):
            self._parts_sent.pop(outgoing.id, None)
        return found

    async def _send(self, address: str, message: Json) -> Outcome:
        try:
            answer = await self._call(address, message)
            if answer.status in OLD_APP:
                answer = await self._call(address, for_an_old_app(message))
        except Failed as failed:
            return self._outcome_of(failed)
        if answer.status != DONE:
            log.warning("viber_refused", channel=self.name, status=answer.status)
        if answer.status == TOO_MANY:
            self._held_back.add(address)
        if answer.status == DONE or answer.status in ALARMS:
            self._standing.sending(ALARMS.get(answer.status, ""))
        return outcome(answer, self._clock())

    async def _call(self, address: str, message: Json) -> Answer:
        return await self._api.call("send_message", {**message, "receiver": address})

    def _outcome_of(self, failed: Failed) -> Outcome:
        match failed:
            case NotSent():
                return Later(str(failed))
            case TooMany(seconds=seconds):
                at = None if seconds is None else self._clock() + timedelta(seconds=seconds)
                return Later(str(failed), at)
            case Rejected(status=status) if status in MALFORMED:
                return Refused(str(failed))
            case Rejected():
                self._standing.sending(f"Viber does not take messages ({failed})")
                return Later(str(failed))
            case _:
                return Unknown(str(failed))

    def _heard(self, address: str) -> bool:
        """Somebody wrote: were replies to them held back?"""
        if address not in self._held_back:
            return False
        self._held_back.discard(address)
        return True

    def _remember(self, outgoing_id: int, parts: int) -> None:
        self._parts_sent[outgoing_id] = parts
        if len(self._parts_sent) > MANY:
            del self._parts_sent[next(iter(self._parts_sent))]
