"""The server that mails are handed to, as one address: smtp(s)://user:password@host:port?from=…"""

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from bot.declaring import Wrong

_MAIL = re.compile(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+\.[^\s@<>,;:\"]+|[^\s@<>,;:\"]+@localhost")
PORTS = {"smtp": 587, "smtps": 465}
WRITE = "Write it as smtps://user:password@host:465?from=udha@host."


@dataclass(frozen=True)
class MailServer:
    """Where, as whom, and from whom."""

    host: str
    port: int
    sender: str
    """The address that mails come from."""
    tls_at_once: bool = False
    """smtps: encrypted from the first byte. Else STARTTLS is asked for."""
    user: str = ""
    password: str = field(default="", repr=False)


def mail_server(text: str) -> MailServer:
    """Reads the address of a mail server; never says what was written. Raises Wrong."""
    try:
        url = urlsplit(text)
        port = url.port or PORTS[url.scheme]
    except (ValueError, KeyError):
        raise Wrong("it is not the address of a mail server.", WRITE) from None
    if not url.hostname or url.path.strip("/") or url.fragment:
        raise Wrong("it is not the address of a mail server.", WRITE)
    user = unquote(url.username or "")
    sender = (parse_qs(url.query).get("from") or [user])[0]
    if not _MAIL.fullmatch(sender):
        raise Wrong("it does not say who mails come from.", WRITE)
    password = unquote(url.password or "")
    return MailServer(url.hostname, port, sender, url.scheme == "smtps", user, password)


def mail_address(text: str) -> str:
    """Reads one address that mails go to. Raises Wrong."""
    if not _MAIL.fullmatch(text):
        raise Wrong(f'"{text}" is no e-mail address.', "Write one such as roje@shembull.org.")
    return text
