"""From which version of the content the bot said what it said.

Revision ID: 0003_content_pre
Revises: 0002_channels_pre
"""

import sqlalchemy as sa
from alembic import op

revision = "0003_content_pre"
down_revision: str | None = "0002_channels_pre"


def upgrade() -> None:
    # Plain ADD COLUMN on both engines: nothing is copied, and an older process goes on beside it.
    op.add_column("context", sa.Column("content", sa.String(length=12)))
    op.add_column("ticket_lines", sa.Column("content", sa.String(length=12)))
