"""Where the links lead that are made for staff."""

from bot.settings import Settings


def base_of(settings: Settings, here: str = "") -> str:
    """The address under which browsers reach Udha: the public one; without one, `here`, or this
    machine."""
    environment = settings.environment
    public = environment.public_url.rstrip("/")
    return public or here or f"http://127.0.0.1:{environment.port}"


def address_of_link(base: str, link: str) -> str:
    """Where a member chooses a password."""
    return f"{base}/console/link/{link}"
