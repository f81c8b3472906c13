"""`udha doctor`: is everything set up, and if not, what is to be done."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial

import click

from bot.clock import system_clock
from bot.commands import deployment
from bot.commands.examining.clock import ServerTimes, clock
from bot.commands.examining.configuration import configuration
from bot.commands.examining.content import content
from bot.commands.examining.disk import disk
from bot.commands.examining.finding import Finding, Look, safely
from bot.commands.examining.mail import mail
from bot.commands.examining.port import port
from bot.commands.examining.staff_group import staff_group
from bot.commands.examining.store import store
from bot.commands.examining.telegram import telegram
from bot.commands.examining.viber import viber
from bot.commands.printing import harmless
from bot.refused import Refused
from bot.settings import Environment, Settings

SUBJECTS = (
    *("configuration", "store", "content", "disk", "port"),
    *("telegram", "group", "viber", "mail", "clock"),
)
SHORTEST_SECRET = 8
"""Characters. A shorter one is none, and may be part of any word."""


@click.command()
@click.argument("subjects", nargs=-1, type=click.Choice(SUBJECTS))
def doctor(subjects: Sequence[str]) -> None:
    """Look at all that Udha needs, or at SUBJECTS: a line for each, with what to do.

    Exit code 1 if one is wrong. Works beside a running server, changes nothing, takes no messages
    from it.
    """
    try:
        settings = deployment.settings()
    except Refused as refused:
        findings: Sequence[Finding] = [
            Finding("wrong", "configuration", sentence) for sentence in str(refused).splitlines()
        ]
        _show(findings, Environment())
    else:
        findings = asyncio.run(_examine(settings, subjects or SUBJECTS))
        _show(findings, settings.environment)
    if any(finding.mark == "wrong" for finding in findings):
        raise SystemExit(1)


async def _examine(settings: Settings, subjects: Collection[str]) -> Sequence[Finding]:
    """All findings; what is far away is asked at the same time."""
    environment, times = settings.environment, ServerTimes(system_clock)
    looks: Mapping[str, Look] = {
        "configuration": partial(configuration, settings),
        "store": partial(store, settings),
        "content": partial(content, settings, system_clock().date()),
        "disk": partial(disk, settings),
        "port": partial(port, environment),
        "telegram": partial(telegram, environment, times),
        "group": partial(staff_group, environment),
        "viber": partial(viber, environment, times),
        "mail": partial(mail, settings),
    }
    chosen = [safely(subject, looks[subject]) for subject in looks if subject in subjects]
    found = await asyncio.gather(*chosen)
    # Whoever tells the time was asked for something else.
    told = clock(times) if times.ahead or "clock" in subjects else []
    return [*(finding for findings in found for finding in findings), *told]


def _show(findings: Iterable[Finding], environment: Environment) -> None:
    for finding in findings:
        line = f"{finding.mark:<5} {finding.subject:<17} {finding.says}"
        click.echo(harmless(_without_secrets(line, environment)))


def _without_secrets(line: str, environment: Environment) -> str:
    """Nothing above shows one; should an address hold one all the same, it ends here."""
    password = environment.smtp.password if environment.smtp else ""
    secrets = (
        *(environment.telegram_token, environment.viber_token, environment.secret_key),
        password,
    )
    for secret in secrets:
        if len(secret) >= SHORTEST_SECRET:
            line = line.replace(secret, "…")
    return line
