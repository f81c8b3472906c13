"""Hands a mail to the mail server: encrypted, and never for longer than it may take."""

import asyncio
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from bot.loopback import is_loopback
from bot.mail_server import MailServer

ANSWERS_WITHIN = 10.0
"""Seconds for each answer of the server."""
LASTS = 45.0
"""Seconds for all of it."""


class MailRefused(Exception):
    """The mail could not be handed over; says why, without an address or a secret."""


class Mail:
    """The way to one mail server."""

    def __init__(
        self,
        server: MailServer,
        trust: ssl.SSLContext | None = None,
        answers_within: float = ANSWERS_WITHIN,
    ) -> None:
        """trust: whose certificates are believed; None: those that this machine believes.
        answers_within: seconds for each answer."""
        self._server = server
        self._trust = trust
        self._answers_within = answers_within

    async def send(self, message: EmailMessage) -> None:
        """Hand over a mail. Raises MailRefused."""
        await self._within_time(message)

    async def look(self) -> None:
        """Sign in and send nothing. Raises MailRefused."""
        await self._within_time(None)

    async def _within_time(self, message: EmailMessage | None) -> None:
        try:
            async with asyncio.timeout(LASTS):
                await asyncio.to_thread(self._talk, message)
        except (OSError, smtplib.SMTPException) as error:
            raise MailRefused(_why(error)) from error

    def _talk(self, message: EmailMessage | None) -> None:
        with self._connected() as smtp:
            if self._server.user:
                smtp.login(self._server.user, self._server.password)
            if message is None:
                smtp.noop()
            else:
                smtp.send_message(message)

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        host, port = self._server.host, self._server.port
        trust, timeout = self._trust or ssl.create_default_context(), self._answers_within
        if self._server.tls_at_once:
            with smtplib.SMTP_SSL(host, port, timeout=timeout, context=trust) as smtp:
                yield smtp
            return
        with smtplib.SMTP(host, port, timeout=timeout) as smtp:
            smtp.ehlo()
            if smtp.has_extn("starttls"):
                smtp.starttls(context=trust)
                smtp.ehlo()
            elif not is_loopback(host):
                # Neither a password nor a case may be read on the way.
                raise MailRefused("the mail server offers no encryption (STARTTLS)")
            yield smtp


def _why(error: OSError | smtplib.SMTPException) -> str:
    match error:
        case smtplib.SMTPAuthenticationError():
            return "the mail server refuses user or password"
        case smtplib.SMTPRecipientsRefused():
            return "the mail server refuses the address that mails go to"
        case smtplib.SMTPSenderRefused():
            return "the mail server refuses the address that mails come from"
        case ssl.SSLCertVerificationError():
            return "the mail server's certificate is not to be trusted"
        case ssl.SSLError():
            return "the mail server does not speak TLS there: smtps:// or smtp:// may be mixed up"
        case socket.gaierror():
            return "no mail server has this name"
        case TimeoutError():
            return "the mail server does not answer in time"
        case smtplib.SMTPServerDisconnected(__context__=TimeoutError()):
            return "the mail server does not answer in time"
        case smtplib.SMTPServerDisconnected():
            return "the mail server hangs up"
        case smtplib.SMTPException():
            return f"the mail server refuses ({type(error).__name__})"
    return "the mail server cannot be reached"
