"""Sees to it that Viber calls us: the webhook is set, and set again when it was lost."""

import structlog

from bot.channels.viber.api import Api, Failed
from bot.channels.viber.door import PATH
from bot.channels.viber.standing import Standing
from bot.channels.viber.statuses import ALARMS, DONE
from bot.persisting import Sleep

LOOK_EVERY = 180.0
FIRST_PAUSE = 5.0
"""Seconds between two looks: while all is well, and, growing, while it is not."""
EVENT_TYPES = (
    *("delivered", "seen", "failed"),
    *("subscribed", "unsubscribed", "conversation_started"),
)
"""All that Viber can leave out; messages always come."""

log = structlog.get_logger()


class Webhook:
    """Looks at the account every few minutes."""

    def __init__(self, api: Api, public_url: str, standing: Standing, sleep: Sleep) -> None:
        """public_url: where the internet reaches us; empty: whoever set the webhook knows."""
        self._api = api
        self._wanted = f"{public_url.rstrip('/')}{PATH}" if public_url else ""
        self._standing = standing
        self._sleep = sleep

    async def keep_set(self) -> None:
        """Until cancelled. To be called once the door is open: Viber tries it before it answers."""
        pause = FIRST_PAUSE
        while True:
            wrong = await self._look()
            self._standing.receiving(wrong)
            if not wrong:
                # What was refused may be taken now; the next reply will tell.
                self._standing.sending()
            pause = min(2 * pause, LOOK_EVERY) if wrong else FIRST_PAUSE
            await self._sleep(pause if wrong else LOOK_EVERY)

    async def _look(self) -> str:
        """What is wrong; empty for nothing."""
        try:
            account = await self._api.call("get_account_info", {})
            if account.status != DONE:
                return _refusal(account.status)
            if not self._wanted or account.body.get("webhook") == self._wanted:
                return ""
            return await self._set()
        except Failed as failed:
            log.warning("viber_not_reached", channel="viber", exc_info=True)
            return f"Viber cannot be reached ({failed})"

    async def _set(self) -> str:
        body = {"url": self._wanted, "event_types": EVENT_TYPES, "send_name": False}
        answer = await self._api.call("set_webhook", body)
        if answer.status == DONE:
            log.info("webhook_set", channel="viber")
            return ""
        return f"Viber did not take {self._wanted} as webhook ({_refusal(answer.status)})"


def _refusal(status: int) -> str:
    log.warning("viber_refused", channel="viber", status=status)
    return ALARMS.get(status, f"status {status}")
