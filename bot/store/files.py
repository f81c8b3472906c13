"""Pictures and files that staff send to a person: sealed, and gone with their case."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import insert, select

from bot.store.errors import Unreadable
from bot.store.tables import files
from bot.store.transaction import Transaction
from bot.uploads import Upload
from handlers.messages import Attachment

UNREADABLE = "?"


@dataclass(frozen=True)
class OfCase:
    """A file, and whose case it belongs to."""

    ticket: int
    upload: Upload


def add(tx: Transaction, ticket_id: int, upload: Upload) -> Attachment:
    """Keep a file with a ticket."""
    row = {
        "ticket_id": ticket_id,
        "at": tx.now,
        "name": tx.seals.tickets.seal(upload.name),
        "media_type": upload.media_type,
        "size": len(upload.body),
        "body": tx.seals.tickets.seal_bytes(upload.body),
    }
    number: int = tx.sql.execute(insert(files).values(row).returning(files.c.id)).scalar_one()
    return Attachment(number, upload.name, upload.media_type, len(upload.body))


def read(tx: Transaction, file_id: int) -> OfCase | None:
    """A file with its content; None: it is not kept any more, or cannot be read."""
    row = tx.sql.execute(select(files).where(files.c.id == file_id)).first()
    if row is None:
        return None
    try:
        body = tx.seals.tickets.open_bytes(row.body)
    except Unreadable:
        return None
    name = tx.seals.tickets.open_or(UNREADABLE, row.name)
    return OfCase(row.ticket_id, Upload(name, row.media_type, body))


def of_tickets(tx: Transaction, ticket_ids: Collection[int]) -> Mapping[int, Attachment]:
    """What belongs to these tickets, by its number and without content."""
    columns = (files.c.id, files.c.name, files.c.media_type, files.c.size)
    rows = tx.sql.execute(select(*columns).where(files.c.ticket_id.in_(ticket_ids)))
    return {
        row.id: Attachment(
            row.id, tx.seals.tickets.open_or(UNREADABLE, row.name), row.media_type, row.size
        )
        for row in rows
    }
