"""`udha staff`: who may sign in to the console; the first admin comes in by this way."""

import asyncio
import secrets
from collections.abc import Callable
from typing import TypeVar

import click
from rich.table import Table
from rich.text import Text

from bot.clock import system_clock
from bot.commands import deployment
from bot.commands.opened_store import opened_store
from bot.commands.printing import console, harmless
from bot.commands.this_user import this_user
from bot.console.links import address_of_link, base_of
from bot.store import accounts, managing
from bot.store.accounts import ROLES, Member, Role
from bot.store.errors import LastAdmin, NameTaken, NoSuchMember, StoreAway
from bot.store.managing import LINK_LASTS, LONGEST_NAME
from bot.store.transaction import Transaction
from knowledge_base.model import LANGUAGES, Language

T = TypeVar("T")

_by = click.option("--by", default=this_user, help="Who does it; stands in the log.")


@click.group()
def staff() -> None:
    """Who may sign in to the console, and as what."""


@staff.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What they may do.")
@click.option(
    "--lang",
    "language",
    type=click.Choice(LANGUAGES),
    default="sq",
    help="Which language they read the console in.",
)
@_by
def add(name: str, role: Role, language: Language, by: str) -> None:
    """Make an account, and print the link by which its owner chooses a password."""
    name = " ".join(name.split())
    if not managing.is_name(name):
        raise click.UsageError(f"A name has 1 to {LONGEST_NAME} characters that can be seen.")
    link = secrets.token_urlsafe(32)
    _with_store(lambda tx: managing.add(tx, name, role, language, link=link, by=by))
    _print_link(name, link)


@staff.command("list")
def list_() -> None:
    """All accounts."""
    found = _with_store(accounts.members)
    if found:
        console().print(_table(found))
    else:
        click.echo("Nobody has an account. Write: udha staff add NAME --role admin")


@staff.command()
@click.argument("name")
@_by
def link(name: str, by: str) -> None:
    """A new link to choose a password, for who has forgotten it or is locked out."""
    new = secrets.token_urlsafe(32)

    def offer(tx: Transaction) -> str:
        member = _named(tx, name)
        if member.disabled_at is not None:
            raise click.ClickException(f'"{member.name}" is disabled: enable the account first.')
        managing.offer_link(tx, member.id, new, by)
        return member.name

    _print_link(_with_store(offer), new)


@staff.command()
@click.argument("name")
@_by
def disable(name: str, by: str) -> None:
    """Sign somebody out at once, everywhere, and let them in no more."""
    _with_store(lambda tx: managing.disable(tx, _named(tx, name).id, by))
    click.echo(f"{harmless(name)} cannot sign in any more.")


@staff.command()
@click.argument("name")
@_by
def enable(name: str, by: str) -> None:
    """Let somebody in again who was disabled."""
    _with_store(lambda tx: managing.enable(tx, _named(tx, name).id, by))
    click.echo(f"{harmless(name)} can sign in again.")


def _named(tx: Transaction, name: str) -> Member:
    found = accounts.account(tx, name)
    if found is None:
        raise NoSuchMember(name)
    return found.member


def _with_store(do: Callable[[Transaction], T]) -> T:
    """Do something with this deployment's accounts. What is refused ends with exit code 1."""

    async def done() -> T:
        async with opened_store(deployment.settings(), system_clock) as store:
            return await store.act(do)

    try:
        return asyncio.run(done())
    except (NameTaken, NoSuchMember, LastAdmin, StoreAway) as error:
        raise click.ClickException(harmless(str(error))) from error


def _print_link(name: str, link: str) -> None:
    hours = int(LINK_LASTS.total_seconds() // 3600)
    click.echo(f"Give this link to {harmless(name)}. It works once, for {hours} hours:")
    click.echo(address_of_link(base_of(deployment.settings()), link))


def _table(found: list[Member]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("name", "role", "", "state", "last signed in"):
        table.add_column(heading, overflow="fold")
    for one in found:
        signed_in = f"{one.signed_in_at:%Y-%m-%d %H:%M}" if one.signed_in_at else ""
        # As Text: a name is never read as markup.
        name = Text(harmless(one.name))
        table.add_row(name, one.role, one.language, _state(one), signed_in)
    return table


def _state(one: Member) -> str:
    if one.disabled_at is not None:
        return f"disabled {one.disabled_at:%Y-%m-%d}"
    state = "can sign in" if one.has_password else "no password yet"
    return f"{state}, in the group" if one.in_group else state
