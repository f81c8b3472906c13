"""The people behind it: accounts, sessions, who did what, files, referrals, promises.

Revision ID: 0004_console_pre
Revises: 0003_content_pre
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import false

revision = "0004_console_pre"
down_revision: str | None = "0003_content_pre"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    # Only additions: an older process goes on beside it.
    _accounts()
    _around_a_case()
    for table in ("context", "ticket_lines"):
        op.add_column(table, sa.Column("buttons", sa.LargeBinary))
        op.add_column(
            table, sa.Column("pressed", sa.Boolean, nullable=False, server_default=false())
        )
    op.add_column("ticket_lines", sa.Column("reason", sa.LargeBinary))
    op.add_column("ticket_lines", sa.Column("file_id", sa.Integer))
    op.add_column(
        "ticket_lines",
        sa.Column("in_passing", sa.Boolean, nullable=False, server_default=false()),
    )
    op.add_column("tickets", sa.Column("topic", sa.String(40)))
    op.add_column("tickets", sa.Column("merged_into", sa.Integer))
    for name in ("promised_at", "told_late_at", "mailed_at", "returned_at"):
        op.add_column("tickets", sa.Column(name, _MOMENT))
    op.create_index("tickets_changed_at", "tickets", ["changed_at"])
    op.create_index("tickets_person_id", "tickets", ["person_id"])
    _for_the_queue()


def _for_the_queue() -> None:
    op.create_index("tickets_closed_at", "tickets", ["closed_at"])
    op.create_index("tickets_state_and_priority", "tickets", ["state", "priority"])
    urgent, of_staff = (
        sa.text("priority = 'urgent' AND closed_at IS NULL"),
        sa.text("author = 'staff'"),
    )
    for name, table, which in (
        ("tickets_urgent", "tickets", urgent),
        ("ticket_lines_of_staff", "ticket_lines", of_staff),
    ):
        op.create_index(name, table, ["id"], sqlite_where=which, postgresql_where=which)


def _accounts() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.LargeBinary(32), nullable=False),
        sa.Column("name", sa.LargeBinary, nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("password", sa.String(200)),
        sa.Column("telegram", sa.LargeBinary(32)),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("signed_in_at", _MOMENT),
        sa.Column("disabled_at", _MOMENT),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
        sa.Column("locked_until", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="staff_key"),
        sa.UniqueConstraint("key", name="staff_key_unique"),
        sa.UniqueConstraint("telegram", name="staff_telegram_unique"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "staff_links",
        sa.Column("id", sa.Integer, nullable=False),
        _of("staff_id", "staff", "staff_links"),
        sa.Column("key", sa.LargeBinary(32), nullable=False),
        sa.Column("purpose", sa.String(10), nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="staff_links_key"),
        sa.UniqueConstraint("key", name="staff_links_key_unique"),
    )
    op.create_index("staff_links_staff_id", "staff_links", ["staff_id"])
    op.create_table(
        "staff_sessions",
        sa.Column("id", sa.Integer, nullable=False),
        _of("staff_id", "staff", "staff_sessions"),
        sa.Column("key", sa.LargeBinary(32), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="staff_sessions_key"),
        sa.UniqueConstraint("key", name="staff_sessions_key_unique"),
        sqlite_autoincrement=True,
    )
    op.create_index("staff_sessions_staff_id", "staff_sessions", ["staff_id"])
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("staff", sa.LargeBinary),
        sa.Column("staff_key", sa.LargeBinary(32)),
        sa.Column("what", sa.String(30), nullable=False),
        sa.Column("ticket", sa.Integer),
        sa.Column("detail", sa.LargeBinary),
        sa.PrimaryKeyConstraint("id", name="audit_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("audit_at", "audit", ["at"])
    op.create_index("audit_of_member", "audit", ["staff_key", "id"])
    op.create_index("audit_of_ticket", "audit", ["ticket", "id"])


def _around_a_case() -> None:
    op.create_table(
        "files",
        sa.Column("id", sa.Integer, nullable=False),
        _of("ticket_id", "tickets", "files"),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("name", sa.LargeBinary, nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="files_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("files_ticket_id", "files", ["ticket_id"])
    op.create_table(
        "answering",
        _of("ticket_id", "tickets", "answering"),
        _of("staff_id", "staff", "answering"),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", "staff_id", name="answering_key"),
    )
    op.create_table(
        "referrals",
        sa.Column("id", sa.Integer, nullable=False),
        _of("ticket_id", "tickets", "referrals"),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("staff", sa.LargeBinary),
        sa.Column("contact", sa.String(60), nullable=False),
        sa.Column("consent", sa.LargeBinary, nullable=False),
        sa.Column("passed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="referrals_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("referrals_ticket_id", "referrals", ["ticket_id"])


def _of(name: str, to: str, of: str) -> "sa.Column[int]":
    return sa.Column(
        name, sa.Integer, sa.ForeignKey(f"{to}.id", name=f"{of}_{name}_exists"), nullable=False
    )
