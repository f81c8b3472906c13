"""Updates on their way to the bot: asked for (getUpdates) or brought (webhook), until confirmed."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.fakes.telegram_faults import Refusal, bad_request

Json = dict[str, Any]
NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}
"""Kinds that come only to a bot that names them in allowed_updates."""
PAUSES = (0.0, 0.02, 0.05, 0.1)
"""Seconds between two deliveries of one update to a webhook; Telegram's go up to two minutes. The
last one repeats."""
_CONFLICT = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)
_WEBHOOK_IS_SET = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


@dataclass
class Webhook:
    """Where updates are brought."""

    url: str
    secret: str = ""
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Delivery:
    """One attempt to bring one update."""

    update_id: int
    status: int
    """0: nobody answered."""


@dataclass
class _Poller:
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    conflict: str = ""


class Updates:
    """All that is not confirmed. An update stays until somebody asks for those after it, or until
    the webhook has answered it with 2xx."""

    def __init__(self, changed: Callable[[], None], pauses: Sequence[float] = PAUSES) -> None:
        """changed: called after every delivery and confirmation."""
        self.pending: list[Json] = []
        self.deliveries: list[Delivery] = []
        self.webhook: Webhook | None = None
        self._changed = changed
        self._pauses = pauses
        self._allowed: tuple[str, ...] = ()
        self._last_id = 700_000
        self._poller: _Poller | None = None
        self._bringing: dict[str, asyncio.Task[None]] = {}
        self._open = True

    def add(self, kind: str, content: Json) -> int:
        """Something happened. Returns the update's id; nothing is added where its kind is not
        wanted."""
        self._last_id += 1
        wanted = kind in self._allowed if self._allowed else kind not in NOT_BY_DEFAULT
        if wanted:
            self.put({"update_id": self._last_id, kind: content})
        return self._last_id

    def put(self, update: Json) -> int:
        """Add an update as it is, wanted or not; without an id it gets the next one."""
        update = deepcopy(update)
        if "update_id" not in update:
            self._last_id += 1
            update = {"update_id": self._last_id, **update}
        self._last_id = max(self._last_id, update["update_id"])
        self.pending.append(update)
        if self._poller is not None:
            self._poller.woken.set()
        self._bring()
        return int(update["update_id"])

    async def asked(self, parameters: Json) -> list[Json]:
        """getUpdates. Of two that ask at the same time the newer wins. Raises Refusal."""
        if self.webhook is not None:
            raise Refusal(409, _WEBHOOK_IS_SET)
        self._interrupt(_CONFLICT)
        if "allowed_updates" in parameters:
            self._allowed = tuple(parameters["allowed_updates"])
        self._confirm(int(parameters.get("offset", 0)))
        if not self.pending and self._open:
            await self._wait(float(parameters.get("timeout", 0)))
        return self.pending[: int(parameters.get("limit", 100))]

    async def _wait(self, seconds: float) -> None:
        poller = self._poller = _Poller()
        self._changed()
        try:
            async with asyncio.timeout(seconds):
                await poller.woken.wait()
        except TimeoutError:
            return
        finally:
            if self._poller is poller:
                self._poller = None
        if poller.conflict:
            raise Refusal(409, poller.conflict)

    @property
    def somebody_waits(self) -> bool:
        """Is a getUpdates open at this moment?"""
        return self._poller is not None

    def set_webhook(self, parameters: Json) -> None:
        """Raises Refusal."""
        url, secret = str(parameters.get("url", "")), str(parameters.get("secret_token", ""))
        if url and not re.match(r"https?://[^/]+", url):
            raise bad_request("bad webhook: invalid URL")
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
            raise bad_request("secret token contains unallowed characters")
        if parameters.get("drop_pending_updates"):
            self.pending.clear()
        self._interrupt("Conflict: terminated by setWebhook request")
        if "allowed_updates" in parameters:
            self._allowed = tuple(parameters["allowed_updates"])
        self.webhook = Webhook(url, secret, self._allowed) if url else None
        self._bring()

    def info(self) -> Json:
        """getWebhookInfo"""
        failed = [one for one in self.deliveries[-1:] if not 200 <= one.status < 300]
        return {
            "url": self.webhook.url if self.webhook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self.pending),
            "allowed_updates": list(self._allowed),
            **(
                {"last_error_date": 1, "last_error_message": f"Wrong response: {failed[0].status}"}
                if failed
                else {}
            ),
        }

    async def stop(self) -> None:
        """Let go of everybody who waits."""
        self._open = False
        self._interrupt("")
        tasks = list(self._bringing.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def start(self) -> None:
        self._open = True
        self._bring()

    def _interrupt(self, conflict: str) -> None:
        if self._poller is not None:
            self._poller.conflict = conflict
            self._poller.woken.set()
            self._poller = None

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self.pending = self.pending[offset:]
        else:
            self.pending = [one for one in self.pending if one["update_id"] >= offset]
        self._changed()

    def _bring(self) -> None:
        """Begin to bring what waits: chats side by side, one chat's updates in their order."""
        if self.webhook is None or not self._open:
            return
        for update in self.pending:
            chat = _chat_of(update)
            if chat not in self._bringing:
                self._bringing[chat] = asyncio.create_task(self._bring_to_end(chat))

    async def _bring_to_end(self, chat: str) -> None:
        try:
            async with aiohttp.ClientSession() as http:
                while self.webhook is not None and (waiting := self._waiting_of(chat)):
                    await self._bring_one(http, waiting[0])
        finally:
            del self._bringing[chat]
        # Something may have come while the session was being closed.
        self._bring()

    def _waiting_of(self, chat: str) -> list[Json]:
        return [one for one in self.pending if _chat_of(one) == chat]

    async def _bring_one(self, http: aiohttp.ClientSession, update: Json) -> None:
        """Again and again until it is taken, or until the webhook is gone."""
        tries = 0
        while self.webhook is not None and update in self.pending:
            status = await self._post(http, self.webhook, update)
            self.deliveries.append(Delivery(update["update_id"], status))
            if 200 <= status < 300 and update in self.pending:
                self.pending.remove(update)
            self._changed()
            if not 200 <= status < 300:
                await asyncio.sleep(self._pauses[min(tries, len(self._pauses) - 1)])
            tries += 1

    @staticmethod
    async def _post(http: aiohttp.ClientSession, webhook: Webhook, update: Json) -> int:
        headers: Mapping[str, str] = (
            {"X-Telegram-Bot-Api-Secret-Token": webhook.secret} if webhook.secret else {}
        )
        try:
            async with http.post(webhook.url, json=update, headers=headers) as answer:
                return answer.status
        except aiohttp.ClientError:
            return 0


def _chat_of(update: Json) -> str:
    """Whose updates are brought one after the other."""
    for content in update.values():
        if isinstance(content, dict):
            chat = content.get("chat") or (content.get("message") or {}).get("chat")
            if isinstance(chat, dict) and "id" in chat:
                return str(chat["id"])
    return f"update {update['update_id']}"
