"""A mail server on a port of this machine: it takes mails, or refuses as it is told."""

import asyncio
import ssl
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast


@dataclass
class MailServer:
    """What it was given, and how it behaves."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    refuses: str = ""
    """A command that is refused: AUTH, MAIL, RCPT, DATA."""
    silent: bool = False
    """It takes the call and says nothing."""
    starttls: ssl.SSLContext | None = None
    encrypted: bool = False
    """Was the last mail's way encrypted?"""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            if self.silent:
                await reader.read()
                return
            await self._talk(reader, writer)
        except (ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.encrypted = False
        await _say(writer, "220 here")
        while line := (await reader.readline()).decode().strip():
            word = line.split()[0].upper()
            if word == self.refuses:
                await _say(writer, "535 no" if word == "AUTH" else "550 no")
            elif word == "EHLO":
                await _say(writer, *self._offers())
            elif word == "STARTTLS":
                await _say(writer, "220 go on")
                await writer.start_tls(cast(ssl.SSLContext, self.starttls))
                self.encrypted = True
            elif word == "AUTH":
                self.logins.append(b64decode(line.split()[2]).decode())
                await _say(writer, "235 come in")
            elif word == "DATA":
                await _say(writer, "354 go on")
                self.mails.append(await _mail(reader))
                await _say(writer, "250 taken")
            elif word == "QUIT":
                await _say(writer, "221 bye")
                return
            else:
                await _say(writer, "250 well")

    def _offers(self) -> tuple[str, ...]:
        tls = ("250-STARTTLS",) if self.starttls and not self.encrypted else ()
        return ("250-here", *tls, "250 AUTH PLAIN")


async def _say(writer: asyncio.StreamWriter, *lines: str) -> None:
    writer.write("".join(f"{line}\r\n" for line in lines).encode())
    await writer.drain()


async def _mail(reader: asyncio.StreamReader) -> EmailMessage:
    lines: list[bytes] = []
    while (line := await reader.readline()) not in (b".\r\n", b""):
        lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
    return message_from_bytes(b"".join(lines), policy=default)


@asynccontextmanager
async def mail_server(starttls: ssl.SSLContext | None = None) -> AsyncIterator[MailServer]:
    """Open while the block lasts. starttls: with what it encrypts; None: it cannot."""
    server = MailServer(starttls=starttls)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    yield server
    listening.close()
