"""Writes to whoever is on call about urgent cases that nobody claims, until somebody does.

A mail lies open on its way and in its box: it holds what the case is called, its number, the kind
of danger and a link to the console, and never a word of the person's.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import TYPE_CHECKING

import structlog

from bot.clock import Clock
from bot.mail import Mail, MailRefused
from bot.persisting import Sleep
from bot.pseudonyms import name_of_case
from bot.store import on_call
from bot.store.store import Store
from bot.store.unclaimed import Unclaimed
from knowledge_base.model import Content, Language

if TYPE_CHECKING:
    from bot.app import Parts

LOOK_EVERY = 30.0
"""Seconds."""
LONGEST_PAUSE = 300.0
"""Seconds between two tries while mails cannot be handed over."""
STANDS_BY = "on: writes once no other process does"

log = structlog.get_logger()


def on_call_of(parts: "Parts", console: str) -> "OnCall | None":
    """console: where it is reached without a public address, as a URL. None: it is not set up."""
    alarm, server = parts.settings.alarm, parts.settings.environment.smtp
    if not alarm.email_to or server is None:
        return None
    address = parts.settings.environment.public_url or console
    letter = Letter(
        sender=server.sender,
        to=alarm.email_to,
        content=lambda: parts.newest().content,
        language=parts.settings.staff.language,
        link=lambda ticket: f"{address}/console/case/{ticket}",
    )
    after = timedelta(minutes=alarm.after_minutes)
    return OnCall(parts.store, Mail(server), letter, after, parts.clock, parts.sleep)


@dataclass(frozen=True)
class Letter:
    """How a mail is made."""

    sender: str
    to: str
    content: Callable[[], Content]
    language: Language
    link: Callable[[int], str]
    """Where a case is in the console."""

    def about(self, case: Unclaimed, clock: Clock) -> EmailMessage:
        """The mail of one case."""
        content, now = self.content(), clock()
        name = name_of_case(case.id, case.person, content, self.language)
        danger = content.texts.say(f"staff_danger_{case.danger or 'unknown'}", self.language)
        message = EmailMessage()
        message["From"], message["To"] = self.sender, self.to
        message["Subject"] = content.texts.say("staff_mail_subject", self.language, name=name)
        message["Date"] = format_datetime(now)
        message["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2])
        message["X-Priority"] = "1"
        # No answering machine has to answer it.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(
            content.texts.say(
                "staff_mail_text",
                self.language,
                name=name,
                number=case.id,
                danger=danger,
                minutes=int((now - case.since).total_seconds() // 60),
                link=self.link(case.id),
            )
        )
        return message


class OnCall:
    """Looks for urgent cases that nobody has claimed."""

    def __init__(
        self,
        store: Store,
        mail: Mail,
        letter: Letter,
        after: timedelta,
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """after: until the first mail about a case, and between two."""
        self.state = STANDS_BY
        """ "on", or "off: " and why, for whoever looks after Udha."""
        self._store = store
        self._mail = mail
        self._letter = letter
        self._after = after
        self._clock = clock
        self._sleep = sleep

    async def run(self) -> None:
        """Look for ever; one process at a time does. Raises StoreAway."""
        self.state = STANDS_BY
        async with self._store.alone("on call") as still_alone:
            self.state, pause = "on", LOOK_EVERY
            while True:
                await still_alone()
                well = await self.step()
                pause = LOOK_EVERY if well else min(2 * pause, LONGEST_PAUSE)
                await self._sleep(pause)

    async def step(self) -> bool:
        """Write about all cases of which a mail is due. False: it could not be handed over."""
        for case in await self._store.read(lambda tx: on_call.due(tx, self._after)):
            try:
                await self._mail.send(self._letter.about(case, self._clock))
            except MailRefused as refused:
                self.state = f"off: {refused}"
                log.error("mail_failed", error=type(refused.__cause__ or refused).__name__)
                return False
            self.state = "on"
            log.warning("mailed", ticket=case.id)
            await self._note(case.id)
        return True

    async def _note(self, ticket_id: int) -> None:
        await self._store.write(lambda tx: on_call.mailed(tx, (ticket_id,)))
