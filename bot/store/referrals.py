"""Cases that were passed to a partner: with whose consent, and which words.

Udha sends nothing to a partner by itself: what stands here was said on the phone or handed over by
a member of staff.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import insert, select, update

from bot.store import audit, tickets
from bot.store.errors import NoSuchTicket, PersonGone
from bot.store.tables import referrals
from bot.store.tables import tickets as tickets_table
from bot.store.transaction import Transaction

Basis = Literal["consent", "life"]
"""consent: the person agreed. life: somebody's life is in danger and they could not be asked."""


@dataclass(frozen=True)
class Consent:
    """Why a case may be passed on."""

    basis: Basis
    words: str
    """How and when the person agreed; or what the danger is, and who decided."""


@dataclass(frozen=True)
class Referral:
    """A case that was passed on."""

    id: int
    at: datetime
    by: str
    contact: str
    """The id of a contact of the content."""
    consent: Consent
    passed: str
    """Exactly what was passed."""


def refer(
    tx: Transaction, ticket_id: int, contact: str, consent: Consent, passed: str, by: str
) -> int:
    """Note that a case was passed on; returns the number of the referral.

    Raises NoSuchTicket; PersonGone: there is nobody any more whose case it is.
    """
    row = tx.sql.execute(select(tickets_table).where(tickets_table.c.id == ticket_id)).first()
    if row is None:
        raise NoSuchTicket(ticket_id)
    if row.person_id is None:
        raise PersonGone(ticket_id)
    seal = tx.seals.tickets.seal
    values = {
        "ticket_id": ticket_id,
        "at": tx.now,
        "staff": seal(by),
        "contact": contact,
        "consent": seal(f"{consent.basis}\n{consent.words}"),
        "passed": seal(passed),
    }
    number: int = tx.sql.execute(
        insert(referrals).values(values).returning(referrals.c.id)
    ).scalar_one()
    tickets.note(tx, ticket_id, "referred", by=by, detail=contact)
    tx.sql.execute(
        update(tickets_table).where(tickets_table.c.id == ticket_id).values(changed_at=tx.now)
    )
    audit.note(tx, "referred", by, ticket=ticket_id, detail=contact)
    return number


def of_ticket(tx: Transaction, ticket_id: int) -> list[Referral]:
    """Where a case was passed on to, the first one first."""
    rows = tx.sql.execute(
        select(referrals).where(referrals.c.ticket_id == ticket_id).order_by(referrals.c.id)
    )
    opened = tx.seals.tickets.open_or
    found = []
    for row in rows:
        basis, _, words = opened("consent\n?", row.consent).partition("\n")
        consent = Consent("life" if basis == "life" else "consent", words)
        by = "?" if row.staff is None else opened("?", row.staff)
        passed = opened("?", row.passed)
        found.append(Referral(row.id, row.at, by, row.contact, consent, passed))
    return found
