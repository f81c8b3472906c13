"""Is the port free, or does Udha listen there? A server that runs knows most about itself."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import closing

from bot.commands.examining.asking import NoAnswer, fetch
from bot.commands.examining.finding import Finding
from bot.server import CannotListen, bind
from bot.settings import Environment

NAME = "port"
ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104
"""Who listens on all addresses also listens on these."""


async def port(environment: Environment) -> Sequence[Finding]:
    """A line for the port, and one for each channel that a server there cannot use."""
    try:
        with closing(await asyncio.to_thread(bind, environment.host, environment.port)):
            return [Finding("ok", NAME, f"{environment.port} is free: Udha does not run there.")]
    except CannotListen as refused:
        running = await _running(environment)
        return running or [Finding("wrong", NAME, str(refused))]


async def _running(environment: Environment) -> Sequence[Finding]:
    """What Udha says at this address; nothing, where something else is there."""
    host = ANY_ADDRESS.get(environment.host, environment.host)
    try:
        answer = await fetch(f"http://{host}:{environment.port}/readyz")
    except NoAnswer:
        return []
    channels = answer.body.get("channels")
    if not isinstance(channels, dict):
        return []
    here = f"Udha runs on {environment.port}"
    if answer.status != 200:
        reason = answer.body.get("reason", f"HTTP {answer.status}")
        return [Finding("wrong", NAME, f"{here}, and is not ready: {reason}."), *_off(channels)]
    return [Finding("ok", NAME, f"{here}, and is ready."), *_off(channels)]


def _off(channels: Mapping[str, str]) -> Sequence[Finding]:
    """Channels that were set up and are off."""
    return [
        Finding("wrong", f"{name} (running)", f"{state[0].upper()}{state[1:]}.")
        for name, state in channels.items()
        if state.startswith("off") and not state.endswith("is not set")
    ]
