"""What stands in the store: tables and columns. docs/store.md says how long each is kept, and why.

Columns of bytes are sealed texts or keyed hashes (see encryption.py). Nothing else holds what a
person said or where they can be reached.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    false,
)
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_name)s",
        "uq": "%(table_name)s_%(column_0_name)s_unique",
        "fk": "%(table_name)s_%(column_0_name)s_exists",
        "pk": "%(table_name)s_key",
    }
)


class Moment(TypeDecorator[datetime]):
    """A moment with time zone; SQLite, which has none, keeps it in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC)


def _index_where(name: str, *columns: Column[int], where: ColumnElement[bool]) -> Index:
    """An index over some rows only: those that are looked for many times a second."""
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


# Numbers are never given twice (sqlite_autoincrement): a late word about a row that has been
# deleted must not be taken for one about its successor.

meta = Table(
    "meta",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", String(200), nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(40), nullable=False),
    Column("update_key", LargeBinary(32), nullable=False),
    Column("chat", LargeBinary(32)),
    Column("message", LargeBinary),
    Column("received_at", Moment, nullable=False),
    Column("leased_at", Moment),
    Column("leases", Integer, nullable=False, server_default="0"),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("done_at", Moment),
    Column("outcome", String(20)),
    Column("reason", String(200)),
    UniqueConstraint("update_key"),
    sqlite_autoincrement=True,
)
_index_where("inbox_open", inbox.c.id, where=inbox.c.done_at.is_(None))
_index_where("inbox_open_of_chat", inbox.c.chat, inbox.c.id, where=inbox.c.done_at.is_(None))
Index("inbox_done_at", inbox.c.done_at)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(40), nullable=False),
    Column("chat", LargeBinary(32)),
    Column("address", LargeBinary),
    Column("reply", LargeBinary),
    Column("replaces", LargeBinary),
    Column("urgent", Boolean(create_constraint=False), nullable=False),
    Column("by_staff", Boolean(create_constraint=False), nullable=False),
    Column("ticket_line", Integer),
    Column("created_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("arrived", Boolean(create_constraint=False), nullable=False, server_default=false()),
    Column("leased_at", Moment),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("unknowns", Integer, nullable=False, server_default="0"),
    Column("done_at", Moment),
    Column("outcome", String(20)),
    Column("reason", LargeBinary),
    Column("sent_key", LargeBinary(32)),
    sqlite_autoincrement=True,
)
_index_where("outbox_open", outbox.c.id, where=outbox.c.done_at.is_(None))
_index_where("outbox_open_of_chat", outbox.c.chat, outbox.c.id, where=outbox.c.done_at.is_(None))
_index_where("outbox_due", outbox.c.channel, outbox.c.due_at, where=outbox.c.done_at.is_(None))
_index_where("outbox_open_since", outbox.c.created_at, where=outbox.c.done_at.is_(None))
Index("outbox_done_at", outbox.c.done_at)
Index("outbox_sent_key", outbox.c.sent_key)

people = Table(
    "people",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(40), nullable=False),
    Column("chat", LargeBinary(32), nullable=False),
    Column("address", LargeBinary, nullable=False),
    Column("language", String(2)),
    Column("state", LargeBinary),
    Column("first_seen_at", Moment, nullable=False),
    Column("last_message_at", Moment),
    Column("left_at", Moment),
    UniqueConstraint("chat"),
    sqlite_autoincrement=True,
)

context = Table(
    "context",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person_id", Integer, ForeignKey("people.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False, index=True),
    Column("author", String(10), nullable=False),
    Column("text", LargeBinary, nullable=False),
    Column("content", String(12)),
    Column("buttons", LargeBinary),
    Column("pressed", Boolean(create_constraint=False), nullable=False, server_default=false()),
)

tickets = Table(
    "tickets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person_id", Integer, ForeignKey("people.id")),
    Column("channel", String(40), nullable=False),
    Column("language", String(2), nullable=False),
    Column("state", String(20), nullable=False),
    Column("priority", String(10), nullable=False),
    Column("danger", String(20)),
    Column("question", LargeBinary),
    Column("to_bot", Boolean(create_constraint=False), nullable=False, server_default=false()),
    Column("opened_at", Moment, nullable=False),
    Column("requested_at", Moment),
    Column("first_response_at", Moment),
    Column("staff_wrote_at", Moment),
    Column("hotlines_at", Moment),
    Column("changed_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("outcome", LargeBinary),
    Column("claimed_by", LargeBinary),
    Column("claimed_at", Moment),
    Column("topic", String(40)),
    Column("merged_into", Integer),
    Column("promised_at", Moment),
    Column("told_late_at", Moment),
    Column("mailed_at", Moment),
    Column("returned_at", Moment),
    sqlite_autoincrement=True,
)
Index(
    "tickets_one_open",
    tickets.c.person_id,
    unique=True,
    sqlite_where=tickets.c.closed_at.is_(None),
    postgresql_where=tickets.c.closed_at.is_(None),
)
Index("tickets_person_id", tickets.c.person_id)
Index("tickets_state", tickets.c.state)
Index("tickets_changed_at", tickets.c.changed_at)
Index("tickets_closed_at", tickets.c.closed_at)
# How many of which there are is asked with every change; who may be in danger, each second.
Index("tickets_state_and_priority", tickets.c.state, tickets.c.priority)
_index_where(
    "tickets_urgent",
    tickets.c.id,
    where=(tickets.c.priority == "urgent") & tickets.c.closed_at.is_(None),
)

ticket_lines = Table(
    "ticket_lines",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("author", String(10), nullable=False),
    Column("staff", LargeBinary),
    Column("text", LargeBinary, nullable=False),
    Column("arrival", String(20)),
    Column("content", String(12)),
    Column("buttons", LargeBinary),
    Column("pressed", Boolean(create_constraint=False), nullable=False, server_default=false()),
    Column("reason", LargeBinary),
    Column("file_id", Integer),
    Column("in_passing", Boolean(create_constraint=False), nullable=False, server_default=false()),
    sqlite_autoincrement=True,
)
_index_where("ticket_lines_of_staff", ticket_lines.c.id, where=ticket_lines.c.author == "staff")

files = Table(
    "files",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("name", LargeBinary, nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
"""Pictures and files that staff send to a person."""

ticket_events = Table(
    "ticket_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("what", String(20), nullable=False),
    Column("staff", LargeBinary),
    Column("detail", LargeBinary),
)

topics = Table(
    "topics",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id")),
    Column("chat", BigInteger),
    Column("thread", BigInteger),
    Column("title", String(20)),
    Column("shown_line", Integer, nullable=False, server_default="0"),
    Column("shown_event", Integer, nullable=False, server_default="0"),
    Column("called_at", Moment),
    UniqueConstraint("ticket_id"),
)
"""How much of a ticket the staff group has been shown, and in which thread of which group. One
without a ticket outlived it: the thread is to be deleted."""

topic_messages = Table(
    "topic_messages",
    metadata,
    Column("line_id", Integer, ForeignKey("ticket_lines.id"), primary_key=True),
    Column("message", BigInteger, nullable=False, index=True),
    Column("marked", String(20)),
)
"""Which message of the group a line of staff was written as, and what mark it bears."""

group_notices = Table(
    "group_notices",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("thread", BigInteger),
    Column("message", BigInteger),
    Column("what", String(40), nullable=False),
    Column("detail", LargeBinary),
    Column("staff", LargeBinary),
    Column("at", Moment, nullable=False),
    Column("told_at", Moment),
    sqlite_autoincrement=True,
)
"""What staff are told about a message of theirs, such as that nothing of it was sent."""

staff = Table(
    "staff",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", LargeBinary(32), nullable=False),
    Column("name", LargeBinary, nullable=False),
    Column("role", String(10), nullable=False),
    Column("language", String(2), nullable=False),
    Column("password", String(200)),
    Column("telegram", LargeBinary(32)),
    Column("created_at", Moment, nullable=False),
    Column("signed_in_at", Moment),
    Column("disabled_at", Moment),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("locked_until", Moment),
    UniqueConstraint("key"),
    UniqueConstraint("telegram"),
    sqlite_autoincrement=True,
)
"""Who may sign in to the console. `key` finds a name, `telegram` a member of the group."""

staff_links = Table(
    "staff_links",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False, index=True),
    Column("key", LargeBinary(32), nullable=False),
    Column("purpose", String(10), nullable=False),
    Column("expires_at", Moment, nullable=False),
    UniqueConstraint("key"),
)
"""What works once: a link to choose a password, a code that ties a Telegram account."""

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False, index=True),
    Column("key", LargeBinary(32), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    UniqueConstraint("key"),
    sqlite_autoincrement=True,
)
"""Signed-in browsers; a row that is gone is a session that has ended."""

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("staff", LargeBinary),
    Column("staff_key", LargeBinary(32)),
    Column("what", String(30), nullable=False),
    Column("ticket", Integer),
    Column("detail", LargeBinary),
    sqlite_autoincrement=True,
)
Index("audit_of_member", audit.c.staff_key, audit.c.id)
Index("audit_of_ticket", audit.c.ticket, audit.c.id)
"""Who of staff did what, and when. It outlives the ticket, of which only the number stands here."""

answering = Table(
    "answering",
    metadata,
    Column("ticket_id", Integer, ForeignKey("tickets.id"), primary_key=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), primary_key=True),
    Column("at", Moment, nullable=False),
)
"""Who was writing in a case a moment ago."""

referrals = Table(
    "referrals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("staff", LargeBinary),
    Column("contact", String(60), nullable=False),
    Column("consent", LargeBinary, nullable=False),
    Column("passed", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
"""Cases passed to a partner: how the person agreed, and the words that were passed."""

counts = Table(
    "counts",
    metadata,
    Column("day", Date, primary_key=True),
    Column("what", String(40), primary_key=True),
    Column("detail", String(80), primary_key=True),
    Column("number", Integer, nullable=False),
)
