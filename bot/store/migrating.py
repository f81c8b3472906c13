"""Is the store's schema this version's? An older one is brought up to date, a newer one refused."""

from collections.abc import Callable

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, select
from sqlalchemy.exc import DBAPIError

from bot.store.database import insert
from bot.store.errors import StoreRefused
from bot.store.tables import meta


def bring_up_to_date(
    engine: Engine, fingerprint: str, why_refused: Callable[[DBAPIError], str]
) -> None:
    """Apply the migrations that are missing, all or none, and check whose store it is.

    fingerprint: Encryption.fingerprint. why_refused: the engine's sentence for what went wrong.
    Raises StoreRefused for that, for a newer schema, and for a store of another secret.
    """
    try:
        with engine.begin() as tx:
            _check_encoding(tx)
            _migrate(tx)
            _check_foreign_keys(tx)
            _check_secret(tx, fingerprint)
    except DBAPIError as error:
        raise StoreRefused(why_refused(error)) from error
    finally:
        engine.dispose()


def _migrate(tx: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(tx).get_current_revision()
    if current == scripts.get_current_head():
        return
    if current is None and inspect(tx).get_table_names():
        raise StoreRefused("UDHA_DATABASE_URL names another program's database.")
    if current is not None and current not in {one.revision for one in scripts.walk_revisions()}:
        raise StoreRefused(
            f"The store was made by a newer Udha (its schema is {current}): run that version, "
            "or bring back a backup."
        )
    config.attributes["connection"] = tx
    command.upgrade(config, "head")


def _check_encoding(tx: Connection) -> None:
    """A server's database can be one in which not every letter can be kept."""
    if tx.dialect.name != "postgresql":
        return
    if tx.exec_driver_sql("SHOW server_encoding").scalar() != "UTF8":
        raise StoreRefused(
            "The database of UDHA_DATABASE_URL is not in UTF-8: make it with "
            "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0."
        )


def _check_foreign_keys(tx: Connection) -> None:
    """They were off while the tables changed."""
    if tx.dialect.name == "sqlite" and tx.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise StoreRefused("The store is damaged: rows refer to rows that are gone.")


def _check_secret(tx: Connection, fingerprint: str) -> None:
    made_with = tx.scalar(select(meta.c.value).where(meta.c.name == "secret"))
    if made_with is None:
        tx.execute(insert(tx.dialect.name, meta).values(name="secret", value=fingerprint))
    elif made_with != fingerprint:
        raise StoreRefused(
            "The store was made with another secret: set UDHA_SECRET_KEY to that one, "
            "or UDHA_DATABASE_URL to another store."
        )
