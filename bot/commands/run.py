"""`udha run`: the serving process."""

import asyncio
import gc
import sys
from contextlib import closing
from dataclasses import replace
from typing import get_args

import click
import structlog

from bot import logs
from bot.app import Parts, Udha
from bot.clock import system_clock
from bot.commands import deployment, understanding
from bot.commands.opened_store import opened_store, secret_of
from bot.commands.signals import told_to_stop
from bot.elsewhere import OtherProcess
from bot.needed_texts import needed_texts
from bot.refused import Refused
from bot.renewing import Renewing, Source
from bot.server import bind
from bot.settings import LogLevel, Settings, nearest_variable
from bot.sole_worker import sole_worker

SWITCH_EVERY = 0.0001
"""Seconds for which a thread may keep the others from running: reading new content, for instance. A
message changes threads a dozen times; with Python's own 0.005, fifty a second would wait for each
other (`python -m benchmarks renewing`)."""


@click.command()
@click.option(
    "--log-level", type=click.Choice(get_args(LogLevel)), help="Goes before config.yaml's."
)
def run(log_level: LogLevel | None) -> None:
    """Start Udha: server, workers and channels. Ctrl+C or SIGTERM ends it in peace."""
    settings = deployment.settings()
    if log_level:
        settings = replace(settings, logging=replace(settings.logging, level=log_level))
    logs.set_up(settings.logging.level, settings.logging.format, sys.stderr)
    _warn(settings)
    sys.setswitchinterval(SWITCH_EVERY)
    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    environment = settings.environment
    stop = told_to_stop()
    with closing(bind(environment.host, environment.port)) as listening:
        async with opened_store(settings, system_clock) as store:
            with sole_worker(settings.database_url) as alone:
                if not alone:
                    raise Refused(
                        "Another Udha works on this database (udha run or udha chat). "
                        "Stop it first, or set UDHA_DATABASE_URL."
                    )
                knowledge = await asyncio.to_thread(understanding.knowledge_to_talk_with, settings)
                # What was learned stays: nobody waits while Python looks for garbage in it.
                gc.collect()
                gc.freeze()
                parts = Parts(
                    settings,
                    knowledge,
                    store,
                    system_clock,
                    secret=secret_of(settings),
                    renewing=Renewing(knowledge, _source(settings)),
                )
                await _work(Udha(parts, listening), stop)


def _source(settings: Settings) -> Source:
    """The content folder, read and learned by another process that steps back for this one."""
    return Source(
        folder=deployment.content_folder(settings),
        elsewhere=OtherProcess(),
        learn=understanding.learning(settings),
        today=lambda: system_clock().date(),
        needed_texts=needed_texts(),
    )


async def _work(udha: Udha, stop: asyncio.Event) -> None:
    await udha.start()
    click.echo(f"Udha listens on {udha.server.url}")
    await stop.wait()
    await udha.finish()


def _warn(settings: Settings) -> None:
    """Say what is probably not meant."""
    log = structlog.get_logger()
    for name in settings.unknown_variables:
        log.warning("unknown_variable", variable=name, meant=nearest_variable(name))
    if settings.environment.public_url.startswith("http://"):
        # Telegram and Viber take none; a stand-in of theirs does.
        log.warning("public_url_without_tls", variable="UDHA_PUBLIC_URL")
