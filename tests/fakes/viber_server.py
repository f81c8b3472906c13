"""Viber's REST API on a real port, with people who write.

    async with ViberServer() as viber:
        ...  # Udha with VIBER_API_URL=viber.url and VIBER_AUTH_TOKEN=viber.token
        await viber.opens("ana")               # conversation_started; the answer is the welcome
        await viber.writes("ana", "Tung")
        await viber.has("ana", 2)              # waits until two messages are on the phone
        viber.fails("send_message", Http(502), Status(12))

Read from Viber's documentation: refusals are HTTP 200 with a status that is not 0, set_webhook
calls back before it answers, callbacks are signed and come again until they are answered with 200.
"""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.fakes.viber_caller import Answer, Caller
from tests.fakes.viber_faults import Fault, answer_with
from tests.fakes.viber_limits import size_of, wrong_with
from tests.fakes.viber_phones import Phone, Shown

TOKEN = "50fa1e7c3b9d8a42-60cc17e5f3a9b1d8-77ab42d09e6c5f31"
WITHIN = 10.0
"""Seconds that a test waits for anything."""
FIRST_TOKEN = 5_098_034_272_017_990_000
"""Tokens have 64 bits: more than a double holds exactly."""
ALL_EVENTS = ("delivered", "seen", "failed", "subscribed", "unsubscribed", "conversation_started")
ALWAYS = {"message", "webhook", "subscribed", "unsubscribed", "conversation_started"}
"""Events that cannot be left out."""

Json = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One call of the API."""

    method: str
    body: Json
    at: datetime


def _now() -> datetime:
    return datetime.now(UTC)


class ViberServer:
    """The account of one bot."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        clock: Callable[[], datetime] = _now,
        https_only: bool = False,
        pauses: Sequence[float] = (0.01,) * 5 + (0.1,) * 50,
    ) -> None:
        """https_only: refuse a webhook without TLS, as Viber does. pauses: seconds between the
        tries of a callback; after the last one Viber gives it up."""
        self.token = token
        self.webhook = ""
        self.date: datetime | None = None
        """What the server's clock shows in its headers; None: the time."""
        self.calls: list[Call] = []
        self._clock = clock
        self._https_only = https_only
        self._event_types: set[str] = set()
        self._phones: dict[str, Phone] = {}
        self._faults: dict[str, deque[tuple[str | None, Fault]]] = defaultdict(deque)
        self._always: dict[str, Fault] = {}
        self._tokens = FIRST_TOKEN
        self._caller = Caller(token, pauses)
        self._ended = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = web.Application()
        for method in ("set_webhook", "get_account_info", "send_message"):
            app.router.add_post(f"/pa/{method}", self._call)
        app.on_response_prepare.append(self._put_date)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await self._listen(0)
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        await self._caller.close()
        await self._runner.cleanup()

    async def _listen(self, port: int) -> None:
        self._site = web.TCPSite(self._runner, "127.0.0.1", port, reuse_address=True)
        await self._site.start()

    async def goes_away(self) -> None:
        """Nobody answers at the address any more, and open connections end."""
        await self._site.stop()
        server = self._runner.server
        assert server is not None
        await server.shutdown(0.1)

    async def comes_back(self) -> None:
        """At the same address."""
        await self._listen(self._port)

    @property
    def callbacks(self) -> list[tuple[str, int]]:
        """Each try of a callback: event, status of the answer (0: nobody answered)."""
        return self._caller.callbacks

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/pa"

    # What is on the phones

    def phone(self, user_id: str) -> Phone:
        """The phone of a user; a new one for somebody new."""
        return self._phones.setdefault(user_id, Phone(user_id))

    def shown(self, user_id: str) -> list[Shown]:
        """All of our messages that a user has."""
        return self.phone(user_id).shown

    async def has(self, user_id: str, number: int) -> list[Shown]:
        """Wait until a user has so many of our messages; returns them."""
        phone = self.phone(user_id)
        async with asyncio.timeout(WITHIN), phone.news:
            await phone.news.wait_for(lambda: len(phone.shown) >= number)
        return phone.shown

    async def called(self, method: str, number: int = 1) -> list[Call]:
        """Wait until a method was called so often; returns its calls."""
        async with asyncio.timeout(WITHIN):
            while len(found := [call for call in self.calls if call.method == method]) < number:
                await asyncio.sleep(0.005)
        return found

    def fails(self, method: str, *faults: Fault, user_id: str | None = None) -> None:
        """The next calls of a method go wrong, one after the other; user_id: of those to them."""
        self._faults[method].extend((user_id, one) for one in faults)

    def always_fails(self, method: str, fault: Fault | None) -> None:
        """Every call of a method goes wrong, until None."""
        if fault is None:
            self._always.pop(method, None)
        else:
            self._always[method] = fault

    def points_at(self, webhook: str) -> None:
        """The webhook was set long ago, for all events."""
        self.webhook, self._event_types = webhook, {*ALL_EVENTS, *ALWAYS}

    # What people do

    async def opens(
        self, user_id: str, context: str = "", language: str = "", *, times: int = 1
    ) -> Answer:
        """Open the chat, perhaps by a deep link with a context. The answer's body is the welcome,
        and is on the phone afterwards; `times` for an event that comes again."""
        phone = self.phone(user_id)
        phone.language = language or phone.language
        event = self._event(
            "conversation_started",
            type="open",
            context=context,
            user=phone.profile,
            subscribed=phone.subscribed,
        )
        answers = [await self._tell(event) for _ in range(times)]
        await self._welcome(phone, answers[0])
        return answers[-1]

    async def writes(self, user_id: str, text: str, *, times: int = 1) -> Answer:
        """Type a text."""
        return await self._message(user_id, {"type": "text", "text": text}, times=times)

    async def presses(self, user_id: str, action: str, *, times: int = 1) -> Answer:
        """Press a button: its ActionBody comes as a text."""
        keys = [key for key in self.phone(user_id).keyboard if key.action == action]
        silent = keys[0].silent if keys else True
        body = {"type": "text", "text": action}
        return await self._message(user_id, body, silent=silent, times=times)

    async def sends(self, user_id: str, kind: str, **fields: Any) -> Answer:
        """Send a picture, a video, a file, a contact, a location, a sticker or a url."""
        return await self._message(user_id, {"type": kind, **fields})

    async def subscribes(self, user_id: str) -> Answer:
        self.phone(user_id).subscribed = True
        return await self._tell(self._event("subscribed", user=self.phone(user_id).profile))

    async def unsubscribes(self, user_id: str) -> Answer:
        self.phone(user_id).subscribed = False
        return await self._tell(self._event("unsubscribed", user_id=user_id))

    async def delivered(self, message: Shown, user_id: str, *, times: int = 1) -> Answer:
        return await self._receipt("delivered", message, user_id, times=times)

    async def seen(self, message: Shown, user_id: str) -> Answer:
        return await self._receipt("seen", message, user_id)

    async def failed(self, message: Shown, user_id: str, desc: str = "failed") -> Answer:
        """It did not arrive after all."""
        return await self._receipt("failed", message, user_id, desc=desc)

    async def raw(self, body: bytes | Json, *, signature: str | None = None) -> Answer:
        """Call the door once with anything; signature: another one than the right one."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        signed = self._caller.sign(data) if signature is None else signature
        return await self._caller.post(self.webhook, data, signed, "raw")

    def sign(self, data: bytes) -> str:
        """The right signature."""
        return self._caller.sign(data)

    # The way to our door

    def _event(self, event: str, **fields: Any) -> Json:
        self._tokens += 1
        return {
            "event": event,
            "timestamp": self._milliseconds(),
            "chat_hostname": "SN-CHAT-05_",
            "message_token": self._tokens,
            **fields,
        }

    async def _message(
        self, user_id: str, message: Json, *, silent: bool = False, times: int = 1
    ) -> Answer:
        phone = self.phone(user_id)
        if phone.tracking_data:
            message = {**message, "tracking_data": phone.tracking_data}
        phone.wrote()
        event = self._event("message", sender=phone.profile, message=message, silent=silent)
        return [await self._tell(event) for _ in range(times)][-1]

    async def _receipt(
        self, event: str, message: Shown, user_id: str, *, times: int = 1, **fields: Any
    ) -> Answer:
        body = self._event(event, user_id=user_id, **fields)
        body["message_token"] = int(message.token)
        return [await self._tell(body) for _ in range(times)][-1]

    async def _tell(self, event: Json) -> Answer:
        """Call the door until it answers with 200, or it is given up; returns the last answer."""
        data = json.dumps(event, ensure_ascii=False).encode()
        name = event["event"]
        if name not in ALWAYS and name not in self._event_types:
            return Answer(0, "nobody asked for it")
        return await self._caller.tell(lambda: self.webhook, data, name)

    async def _welcome(self, phone: Phone, answer: Answer) -> None:
        if answer.status != 200 or not answer.text.strip():
            return
        message = answer.json
        wrong = wrong_with(message, size_of(message))
        assert wrong is None, wrong
        await phone.show(message, "", self._milliseconds())

    # The API

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.path.rpartition("/")[2]
        data = await request.read()
        body = json.loads(data)
        self.calls.append(Call(method, body, self._clock()))

        async def answering() -> web.Response:
            return web.json_response(await self._answer(method, body, len(data), request.headers))

        fault = self._next_fault(method, body) or self._always.get(method)
        if fault is not None:
            return await answer_with(fault, request, answering, self._ended)
        return await answering()

    def _next_fault(self, method: str, body: Json) -> Fault | None:
        waiting = self._faults[method]
        for user_id, fault in waiting:
            if user_id in (None, body.get("receiver")):
                waiting.remove((user_id, fault))
                return fault
        return None

    async def _answer(self, method: str, body: Json, size: int, headers: Mapping[str, str]) -> Json:
        token = headers.get("X-Viber-Auth-Token", body.get("auth_token"))
        if token != self.token:
            return _refused(2, "missing_auth_token" if token is None else "invalidAuthToken")
        if method == "set_webhook":
            return await self._set_webhook(body)
        if method == "get_account_info":
            return self._account()
        return await self._send(body, size)

    async def _set_webhook(self, body: Json) -> Json:
        before, url = (self.webhook, self._event_types), body.get("url", "")
        asked = body.get("event_types", ALL_EVENTS)
        self.webhook, self._event_types = url, set(asked) | ALWAYS
        if url:
            data = json.dumps(self._event("webhook")).encode()
            sound = url.startswith("https://") or not self._https_only
            if not sound or (await self._caller.once(url, data, "webhook")).status != 200:
                self.webhook, self._event_types = before
                return _refused(1, "invalidUrl")
        return _ok(event_types=sorted(self._event_types - {"message"}))

    def _account(self) -> Json:
        return _ok(
            id="pa:75346594275468546724",
            name="Udha",
            uri="udha",
            webhook=self.webhook,
            event_types=sorted(self._event_types),
            subscribers_count=sum(phone.subscribed for phone in self._phones.values()),
        )

    async def _send(self, body: Json, size: int) -> Json:
        phone = self._phones.get(body.get("receiver", ""))
        now = self._milliseconds()
        if not self.webhook:
            return _refused(10, "webhookNotSet")
        if wrong := wrong_with(body, size):
            return _refused(3, wrong)
        if phone is None:
            return _refused(5, "receiverNotRegistered")
        if not phone.subscribed:
            return _refused(6, "receiverNotSubscribed")
        if body.get("min_api_version", 1) > phone.api_version:
            return _refused(14, "incompatibleWithVersion")
        if phone.is_full(now):
            return _refused(12, "tooManyRequests")
        self._tokens += 1
        await phone.show(body, str(self._tokens), now)
        return _ok(message_token=self._tokens, billing_status=1)

    def _milliseconds(self) -> int:
        return round(self._clock().timestamp() * 1000)

    async def _put_date(self, _: web.Request, response: web.StreamResponse) -> None:
        if self.date is not None:
            response.headers["Date"] = self.date.strftime("%a, %d %b %Y %H:%M:%S GMT")


def _ok(**fields: Any) -> Json:
    return {"status": 0, "status_message": "ok", **fields}


def _refused(status: int, message: str) -> Json:
    return {"status": status, "status_message": message}
