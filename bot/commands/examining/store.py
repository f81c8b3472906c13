"""Can the store be used, and is it this version's and this secret's?"""

import asyncio
from collections.abc import Mapping, Sequence

from bot.commands.examining.finding import Finding, Mark
from bot.settings import Settings
from bot.store.errors import StoreRefused
from bot.store.looking import StoreState, look

NAME = "store"
SAYS: Mapping[StoreState, tuple[Mark, str]] = {
    "missing": ("ok", "There is none yet: `udha run` makes it."),
    "empty": ("ok", "The database is empty: `udha run` makes the tables."),
    "older": ("note", "It is from an older version: `udha run` brings it up to date. Back it up."),
    "current": ("ok", "It can be read, and belongs to this version and this secret."),
}


async def store(settings: Settings) -> Sequence[Finding]:
    """A line for the store, and one for the secret where something is to be said of it."""
    secret, findings = _secret(settings)
    if any(one.mark == "wrong" for one in findings):
        return findings
    try:
        state = await asyncio.to_thread(look, settings.database_url, secret)
    except StoreRefused as refused:
        return [Finding("wrong", NAME, str(refused)), *findings]
    mark, says = SAYS[state]
    return [Finding(mark, NAME, says), *findings]


def _secret(settings: Settings) -> tuple[str, Sequence[Finding]]:
    """The secret if there is one already, and what is to be said. None is made here."""
    given = settings.environment.secret_key
    if given:
        return given, []
    if not settings.database_url.startswith("sqlite"):
        said = "UDHA_SECRET_KEY is not set. With PostgreSQL it must be: replicas need the same one."
        return "", [Finding("wrong", "secret key", said)]
    file = settings.var / "secret-key"
    try:
        there = file.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return "", [Finding("note", "secret key", f"None yet: `udha run` makes one in {file}.")]
    except OSError as error:
        return "", [Finding("wrong", "secret key", f"{file} cannot be read ({error.strerror}).")]
    kept = Finding("note", "secret key", f"It is in {file}. Keep a copy of it somewhere else.")
    return there, [kept]
