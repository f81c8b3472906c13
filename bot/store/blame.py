"""Is the database to blame for an error, or the statement? Who wrote a wrong statement is told so;
whoever meets a database that fails tries again later."""

from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError

from bot.store.errors import StoreAway

_AWAY = (
    "08",  # the connection is gone
    "25006",  # a standby: it can only be read
    "25P03",  # we were silent within a transaction for too long
    "28",  # it does not let us in any more
    "3D",  # the database is gone
    "40",  # rolled back for another transaction's sake
    "53",  # disk, memory or connections are used up
    "55P03",  # a lock was not to be had
    "57",  # it shuts down, or the statement took too long
    "58",  # its operating system fails
    "XX",  # its data is damaged, or it has a mistake of its own
)
"""How the codes of PostgreSQL's errors begin that say nothing about a statement:
https://www.postgresql.org/docs/current/errcodes-appendix.html"""


def as_ours(error: Exception) -> Exception:
    """StoreAway, if the database is to blame; else the error itself."""
    if not isinstance(error, DBAPIError):
        return error
    to_blame = _postgresql_is if _is_of_postgresql(error) else _sqlite_is
    return StoreAway(name_of(error)) if to_blame(error) else error


def may_run_again_at_once(error: Exception) -> bool:
    """Were two transactions in each other's way? The one that was rolled back finds it free now."""
    return isinstance(error, DBAPIError) and (_code(error) or "").startswith("40")


def name_of(error: DBAPIError) -> str:
    """What happened in the database, such as SQLITE_BUSY or AdminShutdown; never its words."""
    return str(getattr(error.orig, "sqlite_errorname", type(error.orig).__name__))


def _sqlite_is(error: DBAPIError) -> bool:
    # A file that is damaged is reported as a DatabaseError itself; its other subclasses are about
    # what a statement says.
    failed = isinstance(error, (OperationalError, InterfaceError)) or type(error) is DatabaseError
    return failed and name_of(error) != "SQLITE_ERROR"


def _postgresql_is(error: DBAPIError) -> bool:
    code = _code(error)
    if code is None:
        # The answer never came: no server gave it a code.
        return isinstance(error, (OperationalError, InterfaceError))
    return code.startswith(_AWAY)


def _is_of_postgresql(error: DBAPIError) -> bool:
    return hasattr(error.orig, "sqlstate")


def _code(error: DBAPIError) -> str | None:
    """PostgreSQL's code of an error; None: it has none."""
    code = getattr(error.orig, "sqlstate", None)
    return None if code is None else str(code)
