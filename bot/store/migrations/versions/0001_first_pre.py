"""The first tables (see bot/store/tables.py for what they hold).

Revision ID: 0001_first_pre
Revises: nothing
"""

import sqlalchemy as sa
from alembic import op

revision = "0001_first_pre"
down_revision: str | None = None

OPEN = sa.text("done_at IS NULL")
NOT_CLOSED = sa.text("closed_at IS NULL")


def upgrade() -> None:
    _meta()
    _inbox()
    _outbox()
    _people()
    _context()
    _tickets()
    _ticket_lines()
    _ticket_events()
    _counts()


def _counts() -> None:
    op.create_table(
        "counts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "what", "detail", name="counts_key"),
    )


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("update_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("chat", sa.LargeBinary(length=32)),
        sa.Column("message", sa.LargeBinary()),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_at", sa.DateTime(timezone=True)),
        sa.Column("leases", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.Column("outcome", sa.String(length=20)),
        sa.Column("reason", sa.String(length=200)),
        sa.PrimaryKeyConstraint("id", name="inbox_key"),
        sa.UniqueConstraint("update_key", name="inbox_update_key_unique"),
        sqlite_autoincrement=True,
    )
    op.create_index("inbox_done_at", "inbox", ["done_at"])
    op.create_index("inbox_open", "inbox", ["id"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index(
        "inbox_open_of_chat", "inbox", ["chat", "id"], sqlite_where=OPEN, postgresql_where=OPEN
    )


def _meta() -> None:
    op.create_table(
        "meta",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("name", name="meta_key"),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("chat", sa.LargeBinary(length=32)),
        sa.Column("address", sa.LargeBinary()),
        sa.Column("reply", sa.LargeBinary()),
        sa.Column("replaces", sa.LargeBinary()),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("by_staff", sa.Boolean(), nullable=False),
        sa.Column("ticket_line", sa.Integer()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("arrived", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("leased_at", sa.DateTime(timezone=True)),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unknowns", sa.Integer(), server_default="0", nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.Column("outcome", sa.String(length=20)),
        sa.Column("reason", sa.LargeBinary()),
        sa.Column("sent_key", sa.LargeBinary(length=32)),
        sa.PrimaryKeyConstraint("id", name="outbox_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("outbox_done_at", "outbox", ["done_at"])
    op.create_index(
        "outbox_due", "outbox", ["channel", "due_at"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index("outbox_open", "outbox", ["id"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index(
        "outbox_open_of_chat", "outbox", ["chat", "id"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index(
        "outbox_open_since", "outbox", ["created_at"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index("outbox_sent_key", "outbox", ["sent_key"])


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("chat", sa.LargeBinary(length=32), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=2)),
        sa.Column("state", sa.LargeBinary()),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_message_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="people_key"),
        sa.UniqueConstraint("chat", name="people_chat_unique"),
        sqlite_autoincrement=True,
    )


def _context() -> None:
    op.create_table(
        "context",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.String(length=10), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="context_person_id_exists"),
        sa.PrimaryKeyConstraint("id", name="context_key"),
    )
    op.create_index("context_at", "context", ["at"])
    op.create_index("context_person_id", "context", ["person_id"])


def _tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer()),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("priority", sa.String(length=10), nullable=False),
        sa.Column("danger", sa.String(length=20)),
        sa.Column("question", sa.LargeBinary()),
        sa.Column("to_bot", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True)),
        sa.Column("first_response_at", sa.DateTime(timezone=True)),
        sa.Column("staff_wrote_at", sa.DateTime(timezone=True)),
        sa.Column("hotlines_at", sa.DateTime(timezone=True)),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("outcome", sa.LargeBinary()),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="tickets_person_id_exists"),
        sa.PrimaryKeyConstraint("id", name="tickets_key"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "tickets_one_open",
        "tickets",
        ["person_id"],
        unique=True,
        sqlite_where=NOT_CLOSED,
        postgresql_where=NOT_CLOSED,
    )
    op.create_index("tickets_state", "tickets", ["state"])


def _ticket_events() -> None:
    op.create_table(
        "ticket_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("staff", sa.LargeBinary()),
        sa.Column("detail", sa.LargeBinary()),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name="ticket_events_ticket_id_exists"
        ),
        sa.PrimaryKeyConstraint("id", name="ticket_events_key"),
    )
    op.create_index("ticket_events_ticket_id", "ticket_events", ["ticket_id"])


def _ticket_lines() -> None:
    op.create_table(
        "ticket_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.String(length=10), nullable=False),
        sa.Column("staff", sa.LargeBinary()),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("arrival", sa.String(length=20)),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name="ticket_lines_ticket_id_exists"
        ),
        sa.PrimaryKeyConstraint("id", name="ticket_lines_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ticket_lines_ticket_id", "ticket_lines", ["ticket_id"])
