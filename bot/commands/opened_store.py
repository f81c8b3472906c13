"""The store of a deployment, open for as long as a command needs it."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import click

from bot.clock import Clock
from bot.refused import Refused
from bot.secret_key import secret_key
from bot.settings import Settings
from bot.store.errors import StoreAway, StoreRefused
from bot.store.retention import Keeping
from bot.store.store import Store


@asynccontextmanager
async def opened_store(settings: Settings, clock: Clock) -> AsyncIterator[Store]:
    """The store, its schema up to date. Raises Refused."""
    try:
        store = await Store.open(
            settings.database_url, secret_of(settings), clock, keeping_of(settings)
        )
    except StoreRefused as refused:
        raise Refused(str(refused)) from refused
    except StoreAway as away:
        raise Refused(f"The store cannot be reached: {away}.") from away
    try:
        yield store
    finally:
        await store.close()


def secret_of(settings: Settings) -> str:
    """The secret that the store is encrypted with. Raises Refused."""
    file = settings.var / "secret-key"

    def make() -> str:
        click.echo(
            f"Udha has made a secret key in {file}. Keep a copy of it somewhere else: "
            "without it the stored data cannot be read.",
            err=True,
        )
        return secrets.token_urlsafe(32)

    return secret_key(settings.environment.secret_key, file, settings.database_url, make)


def keeping_of(settings: Settings) -> Keeping:
    """How long the store keeps what."""
    keeping = settings.keeping
    return Keeping(
        # A month of 31 days: nothing goes before its time.
        people=timedelta(days=31 * keeping.person_months),
        closed_tickets=timedelta(days=keeping.closed_days),
        unanswered_tickets=timedelta(days=keeping.unanswered_days),
        audit=timedelta(days=31 * keeping.audit_months),
        stale=timedelta(days=keeping.stale_days),
        replies=timedelta(hours=settings.limits.reply_expires_hours),
    )
