"""`udha chat`: the whole way of a message, in the terminal.

Beside a running server only the terminal is this process's: the server handles what is typed. Alone
it works as the server would, on the same store; a server cannot start meanwhile.
"""

import asyncio
import sys

import click

from bot.app import Conversation, Handling, Parts, delivery_through, new_key
from bot.channels.terminal import Terminal
from bot.clock import system_clock
from bot.commands import deployment, understanding
from bot.commands.opened_store import opened_store, secret_of
from bot.commands.signals import told_to_stop
from bot.console.links import base_of
from bot.file_links import FileLinks
from bot.metrics import Metrics
from bot.refused import Refused
from bot.settings import Settings
from bot.sole_worker import sole_worker
from bot.store.errors import StoreAway
from bot.store.store import Store
from bot.supervising import Supervisor
from bot.typed_lines import typed_lines
from knowledge_base.model import LANGUAGES, Language

ENDING = 5.0
"""Seconds for what is in hand when the last line has been typed."""


@click.command()
@click.option("--as", "name", default="me", help="Another chat than your usual one.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="The language to be greeted in.")
def chat(name: str, lang: Language | None) -> None:
    """Talk to Udha. A button is pressed by its number; Ctrl+D ends the chat."""
    try:
        asyncio.run(_chat(deployment.settings(), name, lang))
    except StoreAway as away:
        raise Refused(f"The store cannot be reached: {away}.") from away


async def _chat(settings: Settings, name: str, lang: Language | None) -> None:
    stop = told_to_stop()
    async with opened_store(settings, system_clock) as store:
        with sole_worker(settings.database_url) as alone:
            terminal = Terminal(
                name,
                typed_lines(sys.stdin),
                click.echo,
                store.keep,
                system_clock,
                new_key,
                lang,
                link=FileLinks(secret_of(settings), system_clock, base_of(settings)).link,
            )
            conversation = _conversation(settings, store, terminal) if alone else None
            await _talk(terminal, store, conversation, stop)


def _conversation(settings: Settings, store: Store, terminal: Terminal) -> Conversation:
    parts = Parts(settings, understanding.knowledge_to_talk_with(settings), store, system_clock)
    metrics = Metrics()
    channels = {terminal.name: terminal}
    return Conversation(parts, channels, metrics, Handling(parts, metrics), terminal.address)


async def _talk(
    terminal: Terminal, store: Store, conversation: Conversation | None, stop: asyncio.Event
) -> None:
    """Until there are no more lines, or somebody says stop."""
    channels = {terminal.name: terminal}
    own = delivery_through(channels, store, Metrics(), terminal.address)
    delivery = conversation.delivery if conversation else own
    supervisor = Supervisor()
    supervisor.start("delivery", delivery.run)
    if conversation:
        supervisor.start("worker", conversation.worker.run)
    typing = asyncio.create_task(terminal.run())
    told = asyncio.create_task(stop.wait())
    await asyncio.wait((typing, told), return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if conversation:
        conversation.worker.stop()
        await supervisor.ended("worker", ENDING)
    delivery.stop()
    await supervisor.ended("delivery", ENDING)
    await supervisor.stop()
    # What the last line led to may have more than one part.
    await delivery_through(channels, store, Metrics(), terminal.address).drain()
    if not typing.cancel():
        # It ended by itself: if not because the lines did, that is said.
        typing.result()
