"""What the platforms bring: people who leave, claims, and the staff group's topics.

Revision ID: 0002_channels_pre
Revises: 0001_first_pre
"""

import sqlalchemy as sa
from alembic import op

revision = "0002_channels_pre"
down_revision: str | None = "0001_first_pre"


def upgrade() -> None:
    # Plain ADD COLUMN on both engines: nothing is copied, and an older process goes on beside it.
    op.add_column("people", sa.Column("left_at", sa.DateTime(timezone=True)))
    op.add_column("tickets", sa.Column("claimed_by", sa.LargeBinary()))
    op.add_column("tickets", sa.Column("claimed_at", sa.DateTime(timezone=True)))
    _topics()
    _topic_messages()
    _group_notices()


def _topics() -> None:
    op.create_table(
        "topics",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer()),
        sa.Column("chat", sa.BigInteger()),
        sa.Column("thread", sa.BigInteger()),
        sa.Column("title", sa.String(length=20)),
        sa.Column("shown_line", sa.Integer(), server_default="0", nullable=False),
        sa.Column("shown_event", sa.Integer(), server_default="0", nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="topics_key"),
        sa.UniqueConstraint("ticket_id", name="topics_ticket_id_unique"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="topics_ticket_id_exists"),
    )


def _topic_messages() -> None:
    op.create_table(
        "topic_messages",
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("message", sa.BigInteger(), nullable=False),
        sa.Column("marked", sa.String(length=20)),
        sa.PrimaryKeyConstraint("line_id", name="topic_messages_key"),
        sa.ForeignKeyConstraint(
            ["line_id"], ["ticket_lines.id"], name="topic_messages_line_id_exists"
        ),
    )
    op.create_index("topic_messages_message", "topic_messages", ["message"])


def _group_notices() -> None:
    op.create_table(
        "group_notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread", sa.BigInteger()),
        sa.Column("message", sa.BigInteger()),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.LargeBinary()),
        sa.Column("staff", sa.LargeBinary()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="group_notices_key"),
        # A button that names a deleted row must never be taken for another's.
        sqlite_autoincrement=True,
    )
