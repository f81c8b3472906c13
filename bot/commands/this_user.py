"""Who types a command, as the system knows them."""

import getpass


def this_user() -> str:
    """The name of the system's user."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        # In a container the user may have no name.
        return "staff"
