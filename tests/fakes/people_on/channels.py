"""Every channel of the scripts: the program set up for it, and how somebody talks there."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from handlers.desk import Knowledge
from knowledge_base.model import Language
from tests.fakes.moved_time import MovedTime
from tests.fakes.people_on.somebody import App
from tests.fakes.people_on.stage import Stage, opened_stage
from tests.fakes.people_on.telegram import TelegramPhones
from tests.fakes.people_on.terminal import on_terminal
from tests.fakes.people_on.viber import on_viber
from tests.fakes.people_on.web import on_web
from tests.fakes.telegram_server import TelegramServer
from tests.fakes.viber_server import ViberServer

AppFor = Callable[[str, Language | None], AbstractAsyncContextManager[App]]
"""Gives somebody of a name, whose app speaks a language, the app into their hand."""


@dataclass(frozen=True)
class Scene:
    """One channel, open for people."""

    stage: Stage
    app: AppFor


class Scenes:
    """The channels, each opened when it is first asked for and closed with all others."""

    def __init__(self, open_: Callable[[str], AbstractAsyncContextManager[Scene]]) -> None:
        self._open = open_
        self._scenes: dict[str, Scene] = {}
        self._closing = AsyncExitStack()

    async def on(self, channel: str) -> Scene:
        """channel: as the scripts name it."""
        if channel not in self._scenes:
            self._scenes[channel] = await self._closing.enter_async_context(self._open(channel))
        return self._scenes[channel]

    async def close(self) -> None:
        await self._closing.aclose()


@asynccontextmanager
async def opened_scene(folder: Path, knowledge: Knowledge, channel: str) -> AsyncIterator[Scene]:
    """channel: as the scripts name it."""
    time = MovedTime()
    open_stage = partial(opened_stage, folder, knowledge, time)
    match channel:
        case "web":
            # Where others reach the page, a session that could be guessed is told apart.
            async with open_stage(public=True) as stage:
                yield Scene(stage, partial(on_web, stage))
        case "terminal":
            async with open_stage() as stage:
                yield Scene(stage, partial(on_terminal, stage))
        case "telegram polling" | "telegram webhook":
            async with (
                TelegramServer(now=time, monotonic=time.monotonic) as telegram,
                open_stage(
                    {"TELEGRAM_BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url},
                    public=channel == "telegram webhook",
                ) as stage,
            ):
                await stage.is_on("telegram")
                yield Scene(stage, TelegramPhones(telegram).on_telegram)
        case "viber":
            async with (
                ViberServer(clock=time) as viber,
                open_stage(
                    {"VIBER_AUTH_TOKEN": viber.token, "VIBER_API_URL": viber.url}, public=True
                ) as stage,
            ):
                await stage.is_on("viber")
                yield Scene(stage, partial(on_viber, viber))
        case _:
            raise ValueError(f"no channel is called {channel}")
