"""`udha tickets`: see and answer what people asked a person, beside a running server."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeVar

import click
from rich.table import Table
from rich.text import Text

from bot.clock import system_clock
from bot.commands import deployment
from bot.commands.opened_store import opened_store
from bot.commands.printing import console, harmless
from bot.commands.this_user import this_user
from bot.commands.understanding import content
from bot.store.cases import Ticket, TicketEvent, TicketLine
from bot.store.errors import NoSuchTicket, StoreAway, TicketIsClosed
from bot.store.store import Store
from handlers.closed_case import case_closed
from handlers.staff_reply import staff_reply

T = TypeVar("T")

TICKET_ID = click.IntRange(1, 2**63 - 1)
"""What a database can count."""

SUMMARY = (
    *("id", "channel", "language", "state", "priority", "danger", "question", "opened_at"),
    *("changed_at", "requested_at", "first_response_at", "closed_at", "outcome"),
)
"""What `udha tickets list --json` tells of each ticket."""


@click.group()
def tickets() -> None:
    """See and answer what people asked a person."""


@tickets.command("list")
@click.option("--all", "all_", is_flag=True, help="Closed ones too.")
@click.option("--json", "as_json", is_flag=True, help="A JSON array instead of a table.")
def list_(all_: bool, as_json: bool) -> None:
    """Open tickets, urgent ones first."""
    found = _with_store(lambda store: store.tickets(all_))
    if as_json:
        click.echo(_json([{key: getattr(one, key) for key in SUMMARY} for one in found]))
    elif found:
        console().print(_table(found))
    else:
        click.echo("There is no ticket." if all_ else "No ticket is open.")


@tickets.command()
@click.argument("ticket", metavar="ID", type=TICKET_ID)
@click.option("--json", "as_json", is_flag=True, help="A JSON object instead of text.")
def show(ticket: int, as_json: bool) -> None:
    """One ticket: what was said, and what happened."""
    found = _with_store(lambda store: store.ticket(ticket))
    if found is None:
        raise click.ClickException(str(NoSuchTicket(ticket)))
    for line in [_json(asdict(found))] if as_json else _story(found):
        click.echo(line)


@tickets.command()
@click.argument("ticket", metavar="ID", type=TICKET_ID)
@click.argument("text")
@click.option("--by", default=this_user, help="Who writes; shown to staff only.")
def reply(ticket: int, text: str, by: str) -> None:
    """Write to the person behind a ticket; with TEXT "-", what stands on standard input."""
    words = (sys.stdin.read() if text == "-" else text).strip()
    if not words:
        raise click.UsageError("There is nothing to send.")
    texts = content(deployment.settings()).texts
    _with_store(
        lambda store: store.reply(
            ticket, words, by, lambda text, language: staff_reply(texts, text, language)
        )
    )
    click.echo(f"On its way to the person of ticket {ticket}.")


@tickets.command()
@click.argument("ticket", metavar="ID", type=TICKET_ID)
@click.option(
    "--outcome", required=True, help="What came of it, in a word: answered, referred, no_reply …"
)
@click.option("--by", default=this_user, help="Who closes it.")
def close(ticket: int, outcome: str, by: str) -> None:
    """Close a ticket, and tell the person; not in an urgent case, nor with the outcome spam."""
    texts = content(deployment.settings()).texts
    _with_store(
        lambda store: store.close_ticket(
            ticket, outcome, by, lambda number, language: case_closed(texts, number, language)
        )
    )
    click.echo(f"Ticket {ticket} is closed.")


def _with_store(do: Callable[[Store], Awaitable[T]]) -> T:
    """Do something with this deployment's store. What the store refuses ends with exit code 1."""

    async def done() -> T:
        async with opened_store(deployment.settings(), system_clock) as store:
            return await do(store)

    try:
        return asyncio.run(done())
    except (NoSuchTicket, TicketIsClosed, StoreAway) as error:
        raise click.ClickException(str(error)) from error


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=_moment)


def _moment(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _table(found: list[Ticket]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("id", "priority", "state", "opened", "channel", "", "question"):
        table.add_column(heading, overflow="fold", no_wrap=heading != "question")
    for one in found:
        table.add_row(
            str(one.id),
            Text(one.priority, style="bold red" if one.priority == "urgent" else ""),
            one.state.replace("_", " "),
            f"{one.opened_at:%Y-%m-%d %H:%M}",
            one.channel,
            one.language,
            # As Text: what people write is never read as markup.
            Text(harmless(" ".join(one.question.split())[:200])),
        )
    return table


def _story(one: Ticket) -> Iterator[str]:
    danger = f", {one.danger}" if one.danger else ""
    yield f"Ticket {one.id}: {one.state}, {one.priority}{danger} ({one.channel}, {one.language})"
    yield ""
    happened: list[tuple[datetime, str]] = [(line.at, _said(line)) for line in one.lines]
    happened += [(event.at, _event(event)) for event in one.events]
    for at, what in sorted(happened, key=lambda item: item[0]):
        # Indented: no line of what somebody wrote can be taken for one of ours.
        yield f"{at:%Y-%m-%d %H:%M}  {harmless(what).replace(chr(10), chr(10) + ' ' * 18)}"
    if one.outcome:
        yield f"Outcome: {harmless(one.outcome)}"


def _said(line: TicketLine) -> str:
    who = line.by or line.author
    file = f"  [{line.file.name}]" if line.file else ""
    arrival = f"  [{line.arrival}]" if line.arrival else ""
    return f"{who}: {line.text}{file}{arrival}"


def _event(event: TicketEvent) -> str:
    by = f" by {event.by}" if event.by else ""
    detail = f": {event.detail}" if event.detail else ""
    return f"* {event.what.replace('_', ' ')}{by}{detail}"
