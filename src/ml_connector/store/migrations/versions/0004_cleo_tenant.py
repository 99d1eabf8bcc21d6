"""What a Cleo tenant does not offer, which of its events are copied, files that stay where they were read, and how log-ins went."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from ml_connector.store.types import UtcTime

revision: Final = "0004"
down_revision: Final = "0003"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    op.create_table(
        "capabilities",
        sa.Column("link", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("off_since", UtcTime(), nullable=False),
        sa.Column("probe_after", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("link", "name", name=op.f("pk_capabilities")),
    )
    op.create_table(
        "cleo_events",
        sa.Column("link", sa.String(length=60), nullable=False),
        sa.Column("event_id", sa.String(length=255), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("link", "event_id", name=op.f("pk_cleo_events")),
    )
    op.create_index(op.f("ix_cleo_events_link_at"), "cleo_events", ["link", "at"], unique=False)
    op.add_column("files", sa.Column("left_at", UtcTime(), nullable=True))
    op.add_column("files", sa.Column("listed", sa.Text(), nullable=True))
    op.create_table(
        "cleo_event_marks",
        sa.Column("link", sa.String(length=60), nullable=False),
        sa.Column("newest", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("link", name=op.f("pk_cleo_event_marks")),
    )
    op.create_table(
        "cleo_accounts",
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("username", sa.String(length=255), nullable=False),
        sa.Column("refused_at", UtcTime(), nullable=True),
        sa.Column("proof", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("totp_step", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("host", "username", name=op.f("pk_cleo_accounts")),
    )
    op.create_table(
        "missed_files",
        sa.Column("link", sa.String(length=60), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("folder", sa.String(length=255), nullable=False),
        sa.Column("remote_id", sa.String(length=255), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("link", "host", "folder", "remote_id", name=op.f("pk_missed_files")),
    )


def downgrade() -> None:
    op.drop_table("missed_files")
    op.drop_table("cleo_accounts")
    op.drop_table("cleo_event_marks")
    op.drop_column("files", "listed")
    op.drop_column("files", "left_at")
    op.drop_table("cleo_events")
    op.drop_table("capabilities")
