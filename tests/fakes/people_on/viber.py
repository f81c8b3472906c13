"""Somebody with Viber on the phone; between them and Udha stands tests/fakes/viber_server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from knowledge_base.model import Language
from tests.fakes.people_on.seen import Seen
from tests.fakes.viber_phones import Shown
from tests.fakes.viber_server import ViberServer

ALWAYS = 3
"""So many keys stand beneath every message."""


class OnViber:
    """Sees the messages, and the keyboard of each."""

    channel = "viber"

    def __init__(self, server: ViberServer, address: str) -> None:
        self.address = address
        self._server = server
        self._seen = 0

    async def opens(self, payload: str) -> None:
        await self._server.opens(self.address, payload)

    async def types(self, text: str) -> None:
        await self._server.writes(self.address, text)

    async def presses(self, action: str) -> None:
        await self._server.presses(self.address, action)

    async def sends_a_picture(self) -> None:
        await self._server.sends(self.address, "picture", media="https://media.example/1.jpg")

    async def writes_in_a_group(self) -> None:
        raise NotImplementedError("a Viber bot is in no group")

    async def news(self) -> list[Seen]:
        shown = self._server.shown(self.address)
        new, self._seen = shown[self._seen :], len(shown)
        return [_seen(one) for one in new]


def _seen(shown: Shown) -> Seen:
    keys, always = shown.keyboard[:-ALWAYS], shown.keyboard[-ALWAYS:]
    return Seen(
        shown.text,
        tuple(key.label for key in keys),
        tuple(key.action for key in keys),
        always=frozenset(said for key in always for said in (key.action, key.label)),
    )


@asynccontextmanager
async def on_viber(
    server: ViberServer, name: str, language: Language | None
) -> AsyncIterator[OnViber]:
    """The name is the user's id."""
    server.phone(name).language = language or "sq"
    yield OnViber(server, name)
